"""What the engine runs, and what a running job may say."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st
from tests.unit.infra.broker.sample_messages import any_text, leased

from engineo.infra.broker.handlers import MAX_LOG_LINE, MAX_LOG_LINES, Handler, Payload, RunContext
from engineo.infra.broker.leased import LeasedMessage
from engineo.kernel.jobs import JobContext
from engineo.kernel.policies import Retention, RetryPolicy


def context_of(message: LeasedMessage, noted: list[LeasedMessage] | None = None, *, stops: bool = False) -> RunContext:
    seen = noted if noted is not None else []
    return RunContext(message.message_id, 1, 0, lambda: stops, message, seen.append)


def test_a_handler_is_async_when_its_function_is() -> None:
    def run(_payload: Payload, _context: JobContext) -> int:
        return 1

    async def run_on_loop(_payload: Payload, _context: JobContext) -> int:
        return 1

    def handler(function: object) -> Handler:
        assert callable(function)
        return Handler("a", "q", function, lambda *_: None, RetryPolicy(), timedelta(minutes=1))

    assert not handler(run).is_async
    assert handler(run_on_loop).is_async
    assert (handler(run).retention, handler(run).limits) == (Retention(), ())


def test_a_job_stops_when_its_process_does_or_when_it_is_not_its_own_any_more() -> None:
    message = leased()
    assert isinstance(context_of(message), JobContext)
    assert not context_of(message).should_stop()
    assert context_of(message, stops=True).should_stop()
    message.cancelled = True
    assert context_of(message).should_stop()
    message.cancelled, message.lost = False, True
    assert context_of(message).should_stop()


def test_progress_is_the_last_word_and_each_is_told() -> None:
    message, noted = leased(), list[LeasedMessage]()
    context = context_of(message, noted)
    for share in (0.1, {"pages": 3}, None, 0.9):
        context.progress(share)
    assert message.progress == 0.9
    assert noted == [message] * 4


@given(st.lists(any_text, max_size=40))
def test_log_lines_are_kept_in_order(lines: list[str]) -> None:
    message, noted = leased(), list[LeasedMessage]()
    context = context_of(message, noted)
    for line in lines:
        context.log(line)
    assert message.log == lines
    assert len(noted) == len(lines)


def test_a_log_has_an_end() -> None:
    message = leased()
    context = context_of(message)
    for number in range(MAX_LOG_LINES + 50):
        context.log(f"{number} " + "x" * 10_000)
    assert len(message.log) == MAX_LOG_LINES
    assert message.log[0].startswith("50 ")
    assert {len(line) for line in message.log} == {MAX_LOG_LINE}
