"""Limits per key: keys take turns, and a blocked one costs the others nothing."""

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, given, settings
from tests.ports.queue_world import BY_EVERY_END, MINUTE, ONE, TWO_A_MINUTE, World, ids_of

from engineo.infra.broker.store import Finish, LimitRule, Outcome, State


def test_keys_take_turns(world: World) -> None:
    jobs = {key: [world.add(key=key) for _ in range(3)] for key in "abc"}
    unlimited = LimitRule()
    expected = [jobs[key][number] for number in range(3) for key in "abc"]
    assert world.taken(1, by_key=unlimited) == expected[:1]
    assert world.taken(8, by_key=unlimited) == expected[1:]
    assert world.counts() == {State.ACTIVE: 9}


@given(shares=st.dictionaries(st.sampled_from("abcde"), st.integers(1, 4), min_size=1), count=st.integers(1, 5))
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_key_is_served_twice_while_another_waits(world: World, shares: dict[str, int], count: int) -> None:
    world.store.flush()
    jobs = {key: [world.add(key=key) for _ in range(share)] for key, share in shares.items()}
    expected = [ids[turn] for turn in range(4) for ids in jobs.values() if turn < len(ids)]
    got: list[str] = []
    while some := world.taken(count):
        got += some
    assert got == expected


@pytest.mark.parametrize("how", BY_EVERY_END)
def test_concurrency_per_key_is_given_back_by_every_end(world: World, how: str) -> None:
    first, second = world.add(key="a"), world.add(key="a")
    other = world.add(key="b")
    leases = world.take(5, by_key=ONE)
    assert ids_of(leases) == [first, other]
    assert world.taken(5, by_key=ONE) == []
    assert not world.store.has_waiting(["q"])
    assert world.counts() == {State.WAITING: 1, State.ACTIVE: 2}
    listening = world.store.listen(["q"])
    world.finish_by(how, leases[0])
    assert ("wake:q", "") in world.heard(listening)
    listening.close()
    # one that keeps its place goes first again
    assert world.taken(5, by_key=ONE) == [second if how in {"completed", "failed", "later"} else first]
    assert world.taken(5, by_key=ONE) == []


def test_a_blocked_key_costs_the_others_nothing(world: World) -> None:
    blocked = [world.add(key="a") for _ in range(50)]
    assert world.taken(5, by_key=ONE) == blocked[:1]
    others = [world.add(), world.add(key="b"), world.add()]
    assert world.taken(5, by_key=ONE) == others
    assert world.counts() == {State.WAITING: 49, State.ACTIVE: 4}


def test_a_rate_per_key_puts_its_turn_back_when_the_window_ends(world: World) -> None:
    jobs = [world.add(key="a") for _ in range(5)]
    listening = world.store.listen(["q"])
    assert world.taken(5, by_key=TWO_A_MINUTE) == jobs[:2]
    opened = world.clock()
    assert ("wake:q", str(opened + MINUTE)) in world.heard(listening)  # or nobody would come for it
    assert world.counts() == {State.WAITING: 3, State.ACTIVE: 2}
    assert world.store.unfinished("q") == 5
    assert [due for _entry, due in world.store.delayed()] == [opened + MINUTE]
    assert world.ids(State.DELAYED) == []
    world.add(key="a")
    assert world.taken(5, by_key=TWO_A_MINUTE) == []
    world.clock.pass_time(MINUTE)
    assert world.promote_due() == 1
    assert ("wake:q", "") in world.heard(listening)
    listening.close()
    assert world.taken(5, by_key=TWO_A_MINUTE) == jobs[2:4]
    assert world.counts() == {State.WAITING: 2, State.ACTIVE: 4}


def test_a_key_window_starts_with_its_first_job(world: World) -> None:
    place = world.job("gone", key="a")
    world.send(place)
    world.store.move(place.record.place, None, [State.WAITING])
    assert world.taken(5, by_key=TWO_A_MINUTE) == []  # its turn finds nothing, and opens no window
    world.clock.pass_time(MINUTE // 2)
    for _ in range(3):
        world.add(key="a")
    assert len(world.take(5, by_key=TWO_A_MINUTE)) == 2
    world.clock.pass_time(MINUTE // 2)
    assert world.promote_due() == 0


def test_rate_and_concurrency_of_a_key_hold_together(world: World) -> None:
    rule = LimitRule(rate=2, per=MINUTE, concurrency=1)
    jobs = [world.add(key="a") for _ in range(4)]
    (first,) = world.take(5, by_key=rule)
    world.end(first)
    (second,) = world.take(5, by_key=rule)
    world.end(second)
    assert world.taken(5, by_key=rule) == []
    world.clock.pass_time(MINUTE)
    world.promote_due()
    assert world.taken(5, by_key=rule) == [jobs[2]]


def test_queue_and_key_limits_hold_together(world: World) -> None:
    for key in "aabbcc":
        world.add(key=key)
    whole = LimitRule(concurrency=2)
    leases = world.take(6, whole=whole, by_key=ONE)
    assert [lease.place.key for lease in leases] == ["a", "b"]
    assert world.taken(6, whole=whole, by_key=ONE) == []
    world.end(leases[0])
    assert [lease.place.key for lease in world.take(6, whole=whole, by_key=ONE)] == ["c"]
    world.end(leases[1])
    assert len(world.take(6, whole=whole, by_key=ONE)) == 1


def test_priority_within_a_key_and_between_keys(world: World) -> None:
    dull = world.add(priority=5, key="a")
    plain = world.add(priority=3)
    urgent = world.add(priority=1, key="a")
    other = world.add(priority=4, key="b")
    assert world.taken(4) == [urgent, plain, other, dull]


def test_a_key_that_comes_back_has_the_priority_of_its_next_job(world: World) -> None:
    first, dull = world.add(priority=1, key="a"), world.add(priority=9, key="a")
    (lease,) = world.take(5, by_key=ONE)
    assert lease.place.job_id == first
    plain = world.add(priority=5)
    world.end(lease)
    assert world.taken(5, by_key=ONE) == [plain, dull]


def test_a_key_goes_on_before_less_urgent_jobs(world: World) -> None:
    first, second = world.add(priority=1, key="a"), world.add(priority=1, key="a")
    world.add(priority=5)
    assert world.taken(2) == [first, second]


def test_keys_of_any_shape_are_kept_apart(world: World) -> None:
    keys = ["a", "a!", "a b", "ab", "\u00fc", "@", ":", "a@b"]
    jobs = [world.add(key=key) for key in keys for _ in range(2)]
    leases = world.take(50, by_key=ONE)
    assert sorted(lease.place.key for lease in leases) == sorted(keys)
    world.end(*leases)
    assert sorted(ids_of(leases) + world.taken(50, by_key=ONE)) == sorted(jobs)


def test_a_limit_that_is_lifted_lets_everything_go(world: World) -> None:
    jobs = [world.add(key="a") for _ in range(3)]
    (lease,) = world.take(5, by_key=ONE)
    world.end(lease)
    assert world.taken(5) == jobs[1:]


def test_a_limited_job_uses_no_attempt_while_it_waits(world: World) -> None:
    world.add(key="a")
    world.add("second", key="a")
    for _ in range(3):
        world.take(5, by_key=ONE)
    assert world.record("second").stalls == 0
    assert [event.name for event in world.store.events("", 100, None)].count("active") == 1


# with pauses, moves and drains


def test_a_paused_queue_keeps_the_turns_of_its_keys(world: World) -> None:
    jobs = [world.add(key=key) for key in "aab"]
    world.store.pause("q")
    assert world.taken(5, by_key=ONE) == []
    jobs.append(world.add(key="c"))
    assert world.counts() == {State.WAITING: 4}
    world.store.resume("q")
    assert world.taken(5, by_key=ONE) == [jobs[0], jobs[2], jobs[3]]


def test_a_key_freed_during_a_pause_goes_on_after_it(world: World) -> None:
    jobs = [world.add(key="a") for _ in range(2)]
    (lease,) = world.take(5, by_key=ONE)
    world.store.pause("q")
    world.end(lease)
    assert world.taken(5, by_key=ONE) == []
    world.store.resume("q")
    assert world.taken(5, by_key=ONE) == jobs[1:]


@pytest.mark.parametrize("to", [None, State.FAILED, State.WAITING])
def test_a_waiting_job_of_a_key_can_be_moved(world: World, to: State | None) -> None:
    jobs = [world.add(key="a") for _ in range(3)]
    place = world.record(jobs[1]).place
    assert world.store.move(place, to, [State.WAITING]) is State.WAITING
    expected = jobs if to is State.WAITING else [jobs[0], jobs[2]]
    assert world.taken(5) == expected


def test_a_blocked_key_whose_jobs_were_moved_away_is_as_new(world: World) -> None:
    jobs = [world.add(key="a") for _ in range(2)]
    (lease,) = world.take(5, by_key=ONE)
    world.store.move(world.record(jobs[1]).place, None, [State.WAITING])
    world.end(lease)
    assert not world.store.has_waiting(["q"])
    later = world.add(key="a")
    assert world.taken(5, by_key=ONE) == [later]


def test_draining_takes_held_jobs_too_and_leaves_no_turn(world: World) -> None:
    jobs = [world.add(key=key) for key in "aabb"] + [world.add(), world.add(priority=-1)]
    (lease,) = world.take(1, by_key=ONE)
    rest = set(jobs) - {lease.place.job_id}
    some = world.store.drain("q", limit=2)
    assert len(some) == 2
    assert set(some) | set(world.store.drain("q")) == rest
    assert world.store.drain("q") == []
    assert world.counts() == {State.ACTIVE: 1}
    assert not world.store.has_waiting(["q"])
    world.end(lease)
    fresh = [world.add(key="a"), world.add(key="b")]
    assert world.taken(5, by_key=ONE) == fresh


def test_a_put_off_key_that_was_drained_is_as_new_when_its_window_ends(world: World) -> None:
    for _ in range(3):
        world.add(key="a")
    world.take(5, by_key=TWO_A_MINUTE)
    world.store.drain("q")
    world.clock.pass_time(MINUTE)
    world.promote_due()
    assert not world.store.has_waiting(["q"])
    assert world.store.unfinished("q") == 2
    fresh = world.add(key="a")
    assert world.taken(5, by_key=TWO_A_MINUTE) == [fresh]


def test_one_step_may_end_a_job_and_take_the_next_of_its_key(world: World) -> None:
    jobs = [world.add(key="a") for _ in range(2)]
    (lease,) = world.take(5, whole=ONE, by_key=ONE)
    taken = world.step(world.want(5, whole=ONE, by_key=ONE), finishes=[Finish(lease, Outcome.COMPLETED)])
    assert ids_of([one for one, _record in taken.jobs]) == jobs[1:]
