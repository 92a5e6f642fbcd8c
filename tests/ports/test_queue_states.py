"""Random operations on both stores at once: they answer alike, and every job is in exactly one state."""

import secrets
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from tests.ports.queue_world import Clock, World, ids_of, memory_store, redis_store

from engineo.infra.broker.places import Lease
from engineo.infra.broker.store import DedupKey, Finish, Keep, LimitRule, NewJob, Outcome, State, Step, Taken, Want
from engineo.kernel.jobs import Added

QUEUES = ["a", "b"]
KEYS = ["", "", "k", "l"]
LEASE = 50
EXAMPLES, STEPS = 25, 30
KEEP = Keep(completed_age=400, completed_count=3, failed_age=600)
LIMITS = [
    LimitRule(),
    LimitRule(concurrency=1),
    LimitRule(rate=2, per=40),
    LimitRule(rate=1, per=30, concurrency=2),
]  # fmt: skip
DEDUPS = [
    None, None, None, DedupKey("s", "x"), DedupKey("d", "y"), DedupKey("t", "z", 60), DedupKey("b", "w", 40, 70),
]  # fmt: skip

queues = st.sampled_from(QUEUES)
numbers = st.integers(0, 30)
limits = st.sampled_from(LIMITS)


class BothStores(RuleBasedStateMachine):
    """Each rule does the same to both. `known` are all jobs that were ever added; `leases` pairs of what runs."""

    redis_url: ClassVar[str]

    def __init__(self) -> None:
        super().__init__()
        self.clock = Clock()
        prefix = f"test_{secrets.token_hex(6)}"
        self.on_redis = World(redis_store(self.redis_url, prefix, self.clock), self.clock)
        self.in_memory = World(memory_store(self.clock), self.clock)
        self.both = (self.in_memory.store, self.on_redis.store)
        self.known: list[str] = []
        self.leases: list[tuple[Lease, Lease]] = []

    def teardown(self) -> None:
        self.on_redis.store.flush()
        self.on_redis.store.close()

    def same(self, method: str, *args: Any, **kwargs: Any) -> Any:
        """What both answer."""
        one, two = (getattr(store, method)(*args, **kwargs) for store in self.both)
        assert one == two, f"{method}: in memory {one!r}, on Redis {two!r}"
        return one

    def any_id(self, number: int) -> str:
        return self.known[number % len(self.known)] if self.known else "nobody"

    # sending

    @rule(
        queue=queues, key=st.sampled_from(KEYS), priority=st.integers(-1, 1), delay=st.sampled_from([0, 0, 0, 25]),
        dedup=st.sampled_from(DEDUPS), own=st.booleans(), number=numbers,
    )  # fmt: skip
    def add(
        self, queue: str, key: str, priority: int, delay: int, dedup: DedupKey | None, own: bool, number: int
    ) -> None:
        job_id = f"own{number}" if own else None
        self._add(
            self.in_memory.job(job_id, queue=queue, key=key, priority=priority, delay=delay, dedup=dedup)
        )  # fmt: skip

    @rule(
        queue=queues,
        parents=queues,
        policy=st.sampled_from("fi"),
        children=st.integers(1, 3),
        key=st.sampled_from(KEYS),
    )
    def add_flow(self, queue: str, parents: str, policy: str, children: int, key: str) -> None:
        names = [f"child{len(self.known) + number}" for number in range(children)]
        parent = self.in_memory.job(f"parent{len(self.known)}", queue=parents, waits_for=names, key=key)
        text = f"{policy}~{parents}~{parent.record.place.job_id}"
        self._add(parent, *(self.in_memory.job(name, queue=queue, parent=text, key=key) for name in names))

    def _add(self, *jobs: NewJob) -> None:
        answers: Sequence[Added] = self.same("add", jobs)
        for job, answer in zip(jobs, answers, strict=True):
            if answer.added:
                assert answer.job_id == job.record.place.job_id
                self.known = [known for known in self.known if known != answer.job_id] + [answer.job_id]

    # working

    @rule(queue=queues, count=st.integers(0, 4), whole=limits, by_key=limits)
    def take(self, queue: str, count: int, whole: LimitRule, by_key: LimitRule) -> None:
        self.clock.pass_time(1)
        self._step([Want(queue, count, whole, by_key)], [], [])

    @rule(
        picks=st.lists(numbers, min_size=1, max_size=3, unique=True), outcome=st.sampled_from(list(Outcome)),
        delay=st.sampled_from([0, 15]), queue=queues, count=st.integers(0, 2), limit=limits,
    )  # fmt: skip
    @precondition(lambda self: self.leases)
    def end(self, picks: list[int], outcome: Outcome, delay: int, queue: str, count: int, limit: LimitRule) -> None:
        self.clock.pass_time(1)
        indexes = {pick % len(self.leases) for pick in picks}
        pairs = [self.leases[index] for index in sorted(indexes)]
        wants = [Want(queue, count, by_key=limit)]
        memory, redis = (
            [self._finish(pair[side], outcome, delay) for pair in pairs] for side in (0, 1)
        )  # fmt: skip
        self._step(wants, memory, redis)
        if picks[0] % 3:  # else they stay: their next end must change nothing
            self.leases = [pair for pair in self.leases if pair not in pairs]

    def _finish(self, lease: Lease, outcome: Outcome, delay: int) -> Finish:
        (finish,) = self.in_memory.finishes([lease], outcome)
        (stored,) = self.in_memory.store.find([lease.place.job_id])
        if outcome is not Outcome.AGAIN or stored is None:
            return finish
        due = self.clock() + delay if delay else 0
        return Finish(lease, outcome, "kind", due, stored.record.moved(body=b"again", doom="").encode())

    def _step(self, wants: list[Want], memory: list[Finish], redis: list[Finish]) -> None:
        keep = dict.fromkeys(QUEUES, KEEP)
        one: Taken = self.in_memory.store.step(Step(memory, wants, "me", LEASE, keep))
        two: Taken = self.on_redis.store.step(Step(redis, wants, "me", LEASE, keep))
        assert [(lease.place, raw) for lease, raw in one.jobs] == [(lease.place, raw) for lease, raw in two.jobs]
        assert (one.lost, one.short, one.blocked) == (two.lost, two.short, two.blocked)
        self.leases += [(mine, theirs) for (mine, _), (theirs, _) in zip(one.jobs, two.jobs, strict=True)]

    @rule(milliseconds=st.sampled_from([1, 10, 30, 60, 200]))
    def pass_time(self, milliseconds: int) -> None:
        """And do what a hub's timer does."""
        self.clock.pass_time(milliseconds)
        delayed = self.same("delayed")
        self.same("promote", [entry for entry, due in delayed if due <= self.clock()])

    @rule(stalled=st.booleans(), expired_only=st.booleans(), picks=st.lists(numbers, max_size=3))
    def recover(self, stalled: bool, expired_only: bool, picks: list[int]) -> None:
        self.clock.pass_time(1)
        pairs = [self.leases[pick % len(self.leases)] for pick in picks] if self.leases else []
        answers = [
            store.recover([pair[side] for pair in pairs], stalled=stalled, expired_only=expired_only)
            for side, store in enumerate(self.both)
        ]
        assert answers[0] == answers[1]

    @rule(picks=st.lists(numbers, max_size=3))
    def renew(self, picks: list[int]) -> None:
        pairs = [self.leases[pick % len(self.leases)] for pick in picks] if self.leases else []
        memory, redis = (
            ids_of(store.renew([pair[side] for pair in pairs], LEASE)) for side, store in enumerate(self.both)
        )
        assert memory == redis

    # steering

    @rule(
        number=numbers, to=st.sampled_from([State.WAITING, State.FAILED, None]),
        states=st.sets(st.sampled_from(list(State))),
    )  # fmt: skip
    def move(self, number: int, to: State | None, states: set[State]) -> None:
        self.clock.pass_time(1)
        (stored,) = self.in_memory.store.find([self.any_id(number)])
        if stored is not None:
            self.same("move", stored.record.place, to, sorted(states))

    @rule(number=numbers)
    def cancel(self, number: int) -> None:
        self.same("cancel", self.any_id(number))

    @rule(queue=queues, resume=st.booleans())
    def pause(self, queue: str, resume: bool) -> None:
        self.same("resume" if resume else "pause", queue)

    @rule(queue=queues, limit=st.integers(1, 3))
    def drain(self, queue: str, limit: int) -> None:
        self.clock.pass_time(1)
        self.same("drain", queue, limit)

    @rule(queue=queues, state=st.sampled_from([State.COMPLETED, State.FAILED]), age=st.integers(0, 100))
    def forget(self, queue: str, state: State, age: int) -> None:
        self.same("forget", queue, state, self.clock() - age, 2)

    # what must hold

    @invariant()
    def every_job_is_in_exactly_one_state(self) -> None:
        found = self.same("find", self.known)
        self.known = [job_id for job_id, stored in zip(self.known, found, strict=True) if stored is not None]
        states = Counter((stored.record.place.queue, stored.state) for stored in found if stored is not None)
        for queue in QUEUES:
            counts = self.same("counts", queue)
            assert counts == {state: states[queue, state] for state in State}, queue

    @invariant()
    def what_runs_has_a_lease(self) -> None:
        memory, redis = (
            {(lease.place, ends) for lease, ends in store.leases(limit=1000)} for store in self.both
        )  # fmt: skip
        assert memory == redis

    @rule(queue=queues, newest_first=st.booleans())
    def look(self, queue: str, newest_first: bool) -> None:
        for state in State:
            lists = [store.list_ids(queue, state, 0, 1000, newest_first=newest_first) for store in self.both]
            # leases that end in the same millisecond stand in any order
            one, two = map(sorted, lists) if state is State.ACTIVE else lists
            assert one == two, state
            ids = lists[0]
            assert len(set(ids)) == len(ids)
            found = self.same("find", ids)
            assert all(stored is not None and stored.state is state for stored in found)
        self.same("unfinished", queue)
        self.same("has_waiting", [queue])


@pytest.fixture
def machine(redis_url: str) -> Iterator[type[BothStores]]:
    BothStores.redis_url = redis_url
    yield BothStores
    del BothStores.redis_url


def test_both_stores_answer_alike_whatever_is_done(machine: type[BothStores]) -> None:
    run_state_machine_as_test(
        machine,
        settings=settings(max_examples=EXAMPLES, stateful_step_count=STEPS, suppress_health_check=list(HealthCheck)),
    )
