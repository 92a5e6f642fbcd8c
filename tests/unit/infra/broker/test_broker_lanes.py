"""What a worker has taken and not started: how much it asks for, and in which order it starts."""

import threading
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from tests.unit.infra.broker.sample_messages import leased

from engineo.infra.broker.lanes import MOST_AHEAD, SAMPLE, Lane
from engineo.infra.broker.leased import LeasedMessage
from engineo.infra.broker.store import Keep, LimitRule


def priority_of(message: LeasedMessage) -> int:
    return message.lease.place.priority


def lane(concurrency: int = 3, free: int = 8, taken: list[Any] | None = None) -> Lane:
    def put(one: Lane, messages: Any) -> None:
        if taken is not None:
            taken.append((one, messages))

    return Lane("q", concurrency, lambda: free, put)


def test_a_lane_without_policies_has_no_limit_and_keeps_the_usual() -> None:
    assert (lane().whole, lane().by_key, lane().keep) == (LimitRule(), LimitRule(), Keep())


def test_what_is_delivered_goes_to_the_worker() -> None:
    taken: list[Any] = []
    one, messages = lane(taken=taken), [leased("a"), leased("b")]
    one.put(messages)
    assert taken == [(one, messages)]
    assert one.buffer == []


@given(st.integers(1, 50), st.integers(0, 50), st.integers(0, 50), st.integers(0, 100))
def test_with_long_jobs_no_more_is_asked_for_than_can_start_now(
    concurrency: int, running: int, buffered: int, free: int
) -> None:
    one = lane(concurrency, free)
    one.running = running
    one.add([leased(str(number)) for number in range(buffered)], priority_of)
    assert one.room() == min(concurrency - running - buffered, free)


def test_with_short_jobs_some_work_is_taken_in_advance_but_never_much() -> None:
    one = lane(concurrency=2, free=2)
    assert one.room() == 2
    for _ in range(10_000):
        one.running += 1
        one.ended()
    threading.Event().wait(SAMPLE * 1.5)
    assert 2 < one.room() <= 2 + MOST_AHEAD
    threading.Event().wait(SAMPLE * 1.5)  # in which nothing ended
    assert one.room() == 2


@given(st.lists(st.integers(-3, 3), max_size=30))
def test_urgent_jobs_start_first_and_equal_ones_in_the_order_they_came(priorities: list[int]) -> None:
    one = lane(concurrency=100)
    one.add([leased(str(n), priority=p) for n, p in enumerate(priorities)], priority_of)
    started = []
    while one.may_start():
        started.append(one.start())
    expected = sorted(range(len(priorities)), key=lambda number: (priorities[number], number))
    assert [message.message_id for message in started] == [str(number) for number in expected]


class Lanes(RuleBasedStateMachine):
    """Deliveries, starts and ends in any order: nothing is lost, doubled, or started beyond the concurrency."""

    def __init__(self) -> None:
        super().__init__()
        self.lane = lane(concurrency=3, free=10)
        self.waiting: list[LeasedMessage] = []
        self.running: list[LeasedMessage] = []
        self.count = 0

    @rule(priorities=st.lists(st.integers(0, 2), max_size=5))
    def deliver(self, priorities: list[int]) -> None:
        messages = [leased(str(self.count + n), priority=p) for n, p in enumerate(priorities)]
        self.count += len(messages)
        self.waiting += messages
        self.lane.add(messages, priority_of)

    @precondition(lambda self: self.lane.may_start())
    @rule()
    def start(self) -> None:
        message = self.lane.start()
        assert message in self.waiting
        assert priority_of(message) == min(map(priority_of, self.waiting))
        self.waiting.remove(message)
        self.running.append(message)

    @precondition(lambda self: self.running)
    @rule()
    def end(self) -> None:
        self.running.pop()
        self.lane.ended()

    @rule()
    def give_up(self) -> None:
        assert {m.message_id for m in self.lane.empty()} == {m.message_id for m in self.waiting}
        self.waiting.clear()

    @invariant()
    def counts(self) -> None:
        assert self.lane.running == len(self.running) <= 3
        assert len(self.lane.buffer) == len(self.waiting)
        assert self.lane.may_start() == (bool(self.waiting) and len(self.running) < 3)


TestLanes = Lanes.TestCase
