"""Results, kept by dramatiq's own backends."""

import threading
from collections.abc import Iterator
from typing import Any

import dramatiq
import pytest
import redis
from dramatiq.middleware import Middleware, SkipMessage
from dramatiq.results import ResultFailure, ResultMissing, Results, ResultTimeout
from dramatiq.results.backends import RedisBackend, StubBackend
from tests.integration.infra.middleware.watching import JOIN, SECONDS, Failed, Seen


@pytest.fixture(params=["stub", "redis"])
def backend(request: pytest.FixtureRequest, redis_prefix: str) -> Iterator[Any]:
    if request.param == "stub":
        yield StubBackend(namespace=redis_prefix)
        return
    with redis.Redis.from_url(request.getfixturevalue("redis_url"), protocol=2) as client:
        yield RedisBackend(client=client, namespace=redis_prefix)


@pytest.fixture
def broker(make_broker: Any, backend: Any) -> Any:
    broker = make_broker()
    broker.add_middleware(Results(backend=backend))  # type: ignore[no-untyped-call] # dramatiq has no types here
    return broker


@pytest.mark.parametrize("value", [0, 42, "text", None, [1, {"a": None}], {"b": [True, 1.5]}])
def test_a_result_is_kept(broker: Any, work: Any, value: Any) -> None:
    @dramatiq.actor(broker=broker, store_results=True)
    def returns() -> Any:
        return value

    work(broker)
    message: Any = returns.send()
    assert message.get_result(block=True) == value
    assert message.get_result() == value


def test_what_failed_for_good_is_kept_as_a_failure(broker: Any, work: Any) -> None:
    runs = Seen()

    @dramatiq.actor(broker=broker, store_results=True, max_retries=1, min_backoff=1, max_backoff=5)
    def fails() -> None:
        runs()
        raise Failed("as told")

    work(broker)
    message: Any = fails.send()
    with pytest.raises(ResultFailure, match=r"^actor raised Failed: as told$") as caught:
        message.get_result(block=True)
    assert (caught.value.orig_exc_type, caught.value.orig_exc_msg) == ("Failed", "as told")
    assert len(runs.all()) == 2


def test_a_result_after_a_retry_is_kept(broker: Any, work: Any) -> None:
    runs: list[int] = []

    @dramatiq.actor(broker=broker, store_results=True, min_backoff=1, max_backoff=5)
    def flaky() -> int:
        runs.append(1)
        if len(runs) < 3:
            raise Failed
        return len(runs)

    work(broker)
    message: Any = flaky.send()
    assert message.get_result(block=True) == 3


def test_a_result_is_missing_while_its_message_runs(broker: Any, work: Any) -> None:
    goes_on = threading.Event()

    @dramatiq.actor(broker=broker, store_results=True)
    def waits() -> bool:
        return goes_on.wait(SECONDS)

    work(broker)
    message: Any = waits.send()
    with pytest.raises(ResultMissing):
        message.get_result()
    with pytest.raises(ResultTimeout):
        message.get_result(block=True, timeout=20)
    goes_on.set()
    assert message.get_result(block=True) is True


@pytest.mark.parametrize("of_message", [True, False])
def test_results_are_kept_where_somebody_asked(broker: Any, work: Any, *, of_message: bool) -> None:
    @dramatiq.actor(broker=broker, store_results=not of_message)
    def returns() -> int:
        return 7

    work(broker)
    asked: dict[str, Any] = {"store_results": of_message}
    message: Any = returns.send_with_options(**asked)
    broker.join("default", **JOIN)
    if of_message:
        assert message.get_result() == 7
    else:
        with pytest.raises(ResultMissing):
            message.get_result()


def test_a_skipped_message_has_no_result_and_a_rejected_one_a_failure(broker: Any, work: Any) -> None:
    class Skips(Middleware):
        def before_process_message(self, _broker: Any, message: Any) -> None:
            if message.kwargs["rejects"]:
                message.fail()
            raise SkipMessage("as told")

    broker.add_middleware(Skips())

    @dramatiq.actor(broker=broker, store_results=True)
    def never(*, rejects: bool) -> None:
        raise AssertionError(f"it ran: {rejects}")

    work(broker)
    skipped: Any = never.send(rejects=False)
    rejected: Any = never.send(rejects=True)
    assert skipped.get_result(block=True) is None
    with pytest.raises(ResultFailure, match="SkipMessage: as told"):
        rejected.get_result(block=True)


def test_a_result_is_forgotten_in_time(broker: Any, work: Any) -> None:
    @dramatiq.actor(broker=broker, store_results=True, result_ttl=1)
    def returns() -> int:
        return 7

    work(broker)
    message: Any = returns.send()
    broker.join("default", **JOIN)
    pause = threading.Event()
    for _ in range(1000):
        try:
            message.get_result()
        except ResultMissing:
            return
        pause.wait(0.005)
    raise AssertionError("it is still there")
