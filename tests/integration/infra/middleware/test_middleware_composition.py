"""Pipelines and groups, with and without results and callbacks."""

import time
from collections.abc import Iterator
from typing import Any

import dramatiq
import pytest
import redis
from dramatiq.middleware import GroupCallbacks
from dramatiq.rate_limits.backends import RedisBackend as RedisLimiter
from dramatiq.rate_limits.backends import StubBackend as StubLimiter
from dramatiq.results import Results
from dramatiq.results.backends import StubBackend
from tests.integration.infra.middleware.watching import JOIN, Failed, Seen

group_of: Any = dramatiq.group  # dramatiq has no types here


@pytest.fixture(params=["stub", "redis"])
def limiter(request: pytest.FixtureRequest) -> Iterator[Any]:
    if request.param == "stub":
        yield StubLimiter()  # type: ignore[no-untyped-call] # as above
        return
    with redis.Redis.from_url(request.getfixturevalue("redis_url"), protocol=2) as client:
        yield RedisLimiter(client=client)


@pytest.fixture
def add(broker: Any) -> Any:
    @dramatiq.actor(broker=broker, store_results=True)
    def add(*numbers: int) -> int:
        return sum(numbers)

    return add


@pytest.fixture
def broker(make_broker: Any) -> Any:
    broker = make_broker()
    broker.add_middleware(Results(backend=StubBackend()))  # type: ignore[no-untyped-call] # as above
    return broker


@pytest.fixture
def keeps(broker: Any) -> tuple[Any, Seen]:
    """An actor that keeps what it is given."""
    seen = Seen()

    @dramatiq.actor(broker=broker)
    def keep(*values: Any) -> None:
        seen(values)

    return keep, seen


# --- pipelines


def test_results_go_down_the_pipe(broker: Any, work: Any, add: Any) -> None:
    work(broker)
    pipe = (add.message(1, 2) | add.message(3) | add.message(4)).run()
    assert pipe.get_result(block=True) == 10
    assert list(pipe.get_results(block=True)) == [3, 6, 10]
    assert pipe.completed


def test_a_message_may_ignore_what_comes_down_the_pipe(broker: Any, work: Any, add: Any, keeps: Any) -> None:
    keep, seen = keeps
    work(broker)
    (add.message(1, 2) | keep.message_with_options(args=("alone",), pipe_ignore=True)).run()
    assert seen.take() == ("alone",)


def test_an_actor_may_keep_its_result_out_of_the_pipe(broker: Any, work: Any, keeps: Any) -> None:
    keep, seen = keeps

    @dramatiq.actor(broker=broker, pipe_ignore=True)
    def secret() -> int:
        return 7

    work(broker)
    (secret.message() | keep.message("only")).run()
    assert seen.take() == ("only",)


def test_a_pipe_may_pause_before_a_message(broker: Any, work: Any, add: Any, keeps: Any) -> None:
    keep, seen = keeps
    work(broker)
    start = time.monotonic()
    (add.message(1) | keep.message_with_options(delay=100)).run()
    assert seen.take() == (1,)
    assert time.monotonic() - start >= 0.099  # brokers count whole milliseconds


def test_a_pipe_may_start_later(broker: Any, work: Any, add: Any, keeps: Any) -> None:
    keep, seen = keeps
    work(broker)
    start = time.monotonic()
    (add.message(1) | keep.message()).run(delay=100)
    assert seen.take() == (1,)
    assert time.monotonic() - start >= 0.099  # brokers count whole milliseconds


def test_a_failure_ends_the_pipe_and_a_retry_goes_on_with_it(broker: Any, work: Any, keeps: Any) -> None:
    keep, seen = keeps
    runs: list[int] = []

    @dramatiq.actor(broker=broker, min_backoff=5, max_backoff=10)
    def flaky(*, times: int, max_retries: int) -> int:
        runs.append(max_retries)
        if runs.count(max_retries) <= times:
            raise Failed
        return max_retries

    work(broker)
    for retries in (0, 3):
        first = flaky.message_with_options(kwargs={"times": 1, "max_retries": retries}, max_retries=retries)
        (first | keep.message()).run()
    broker.join("default", **JOIN)
    assert seen.all() == [(3,)]
    assert sorted(runs) == [0, 3, 3]


def test_a_pipe_goes_through_several_queues(broker: Any, work: Any, add: Any) -> None:
    seen = Seen()

    @dramatiq.actor(broker=broker, queue_name="elsewhere")
    def elsewhere(number: int = 0) -> None:
        seen(number)

    work(broker)
    (add.message(1, 2) | elsewhere.message()).run()
    assert seen.take() == 3


# --- groups


def test_a_group_has_all_results_in_order(broker: Any, work: Any, add: Any) -> None:
    work(broker)
    whole = group_of([add.message(number, 1) for number in range(20)], broker=broker).run()
    assert list(whole.get_results(block=True)) == list(range(1, 21))
    assert whole.completed
    assert whole.completed_count == 20


def test_groups_in_groups(broker: Any, work: Any, add: Any) -> None:
    work(broker)
    inner = [group_of([add.message(outer, number) for number in range(2)], broker=broker) for outer in range(3)]
    whole = group_of(inner, broker=broker).run()
    assert [list(results) for results in whole.get_results(block=True)] == [[0, 1], [1, 2], [2, 3]]


def test_a_group_may_start_later(broker: Any, work: Any, add: Any) -> None:
    work(broker)
    start = time.monotonic()
    whole = group_of([add.message(1), add.message(2)], broker=broker).run(delay=100)
    assert list(whole.get_results(block=True)) == [1, 2]
    assert time.monotonic() - start >= 0.099  # brokers count whole milliseconds


def test_a_group_calls_back_once_when_all_succeeded(broker: Any, work: Any, keeps: Any, limiter: Any) -> None:
    keep, seen = keeps
    ran = Seen()
    broker.add_middleware(GroupCallbacks(limiter))

    @dramatiq.actor(broker=broker)
    def part(number: int) -> None:
        ran(number)

    whole = group_of([part.message(number) for number in range(6)], broker=broker)
    whole.add_completion_callback(keep.message("all"))
    work(broker, threads=4)
    whole.run()
    assert seen.take() == ("all",)
    assert sorted(ran.all()) == list(range(6))
    broker.join("default", **JOIN)
    assert seen.all() == []


def test_a_group_calls_back_after_its_retries(broker: Any, work: Any, keeps: Any, limiter: Any) -> None:
    keep, seen = keeps
    runs: list[int] = []
    broker.add_middleware(GroupCallbacks(limiter))

    @dramatiq.actor(broker=broker, min_backoff=5, max_backoff=10)
    def flaky(number: int) -> None:
        runs.append(number)
        if runs.count(number) < 2:
            raise Failed

    whole = group_of([flaky.message(number) for number in range(3)], broker=broker)
    whole.add_completion_callback(keep.message("all"))
    work(broker)
    whole.run()
    assert seen.take() == ("all",)
    assert sorted(runs) == [0, 0, 1, 1, 2, 2]


def test_a_group_that_fails_in_part_does_not_call_back(broker: Any, work: Any, keeps: Any, limiter: Any) -> None:
    keep, seen = keeps
    broker.add_middleware(GroupCallbacks(limiter))

    @dramatiq.actor(broker=broker, max_retries=0)
    def fails(*, really: bool) -> None:
        if really:
            raise Failed

    whole = group_of([fails.message(really=really) for really in (False, True)], broker=broker)
    whole.add_completion_callback(keep.message("all"))
    work(broker)
    whole.run()
    broker.join("default", **JOIN)
    assert seen.all() == []


def test_a_group_of_pipes_calls_back_after_the_last_of_each(
    broker: Any, work: Any, add: Any, keeps: Any, limiter: Any
) -> None:
    keep, seen = keeps
    broker.add_middleware(GroupCallbacks(limiter))
    pipes = [add.message(number) | keep.message() for number in range(3)]
    whole = group_of(pipes, broker=broker)
    whole.add_completion_callback(keep.message("all"))
    work(broker)
    whole.run()
    assert sorted(seen.take(3)) == [(0,), (1,), (2,)]
    assert seen.take() == ("all",)
