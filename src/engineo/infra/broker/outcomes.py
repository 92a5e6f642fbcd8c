"""What becomes of a job after each execution: ended, retried, postponed, handed back or failed."""

import threading
from collections.abc import Callable, Mapping
from datetime import timedelta

import dramatiq
import structlog
from dramatiq.middleware import Middleware, Shutdown
from dramatiq.middleware.threading import Interrupt

from engineo.infra.broker.handlers import Handler, RunContext
from engineo.infra.broker.leased import LeasedMessage, text_of
from engineo.infra.broker.rules import milliseconds
from engineo.kernel.errors import EngineOError, JobCancelledError, JobDoomedError, JobPostponedError, UnavailableError

log = structlog.get_logger(__name__)

Settle = Callable[[str], None]
MAX_HISTORY = 10


class Cancelled(Interrupt):
    """Raised in the thread of a job that was cancelled, or whose lease was lost."""


class Outcomes(Middleware):
    """Replaces Dramatiq's Retries: attempts are counted as `RetryPolicy` says, and the outbox learns of every end.

    `ended(job_id)` deletes the outbox row of a job that ran or failed for good.
    """

    def __init__(
        self, handlers: Mapping[str, Handler], ended: Settle, noted: Callable[[LeasedMessage], None]
    ) -> None:  # fmt: skip
        self._handlers = handlers
        self._ended = ended
        self._noted = noted
        self._stopping = threading.Event()
        self._busy: dict[str, int] = {}  # job id: thread
        self._current = threading.local()
        self._log = structlog.get_logger(__name__).bind()  # bound once: this is on every job's path

    @property
    def actor_options(self) -> set[str]:
        return {"throws"}  # which is all of it: every end is logged here, with its reason

    def request_stop(self) -> None:
        """From now on `JobContext.should_stop()` is true."""
        self._stopping.set()

    def busy_threads(self) -> dict[str, int]:
        """The threads that run jobs now, by job id."""
        return dict(self._busy)

    def context(self) -> RunContext:
        """The context of the job that the calling thread runs."""
        context: RunContext = self._current.context
        return context

    def before_process_message(self, _broker: dramatiq.Broker, message: dramatiq.MessageProxy) -> None:
        message = _leased(message)
        self._current.context = context = self._context_of(message)
        self._busy[message.message_id] = threading.get_ident()
        structlog.contextvars.bind_contextvars(job_id=message.message_id, job=message.actor_name)
        self._log.debug("queue.job.started", attempt=context.attempt)

    def after_process_message(
        self,
        _broker: dramatiq.Broker,
        message: dramatiq.MessageProxy,
        *,
        result: object = None,
        exception: BaseException | None = None,
    ) -> None:
        message = _leased(message)
        self._busy.pop(message.message_id, None)
        try:
            if exception is None:
                self._log.debug("queue.job.completed")
                message.result = result
                self._settle(message)
            elif isinstance(exception, JobPostponedError) and not message.cancelled:
                log.info("queue.job.postponed", reason=exception.message, delay_seconds=exception.delay.total_seconds())
                self._again(message, exception.delay, postponed=self._context_of(message).postponed + 1)
            elif isinstance(exception, Shutdown):
                log.info("queue.job.handed_back")
                message.handed_back = True
            else:
                self._failed(message, exception)
        finally:
            structlog.contextvars.unbind_contextvars("job_id", "job")

    def doomed(self, message: LeasedMessage) -> None:
        """A job that must not run any more fails, and its actor learns of it as of any failure."""
        log.error("queue.job.doomed", job_id=message.message_id, job=message.actor_name, reason=message.doom)
        message.error = message.doom
        handler = self._handlers.get(message.actor_name)
        if handler is not None:
            self._give_up(message, handler, JobDoomedError(f"the job was given up: {message.doom}"))

    def _failed(self, message: LeasedMessage, exception: BaseException) -> None:
        handler = self._handlers[message.actor_name]
        context = self._context_of(message)
        if message.lost:
            log.warning("queue.job.abandoned", meaning="its lease was lost: it runs elsewhere, or is gone")
            return
        if message.cancelled:
            exception = JobCancelledError()
        final = isinstance(exception, EngineOError) and not exception.retryable
        delay = None if final else handler.retry.delay_before(context.attempt + 1)
        reason = text_of(exception)
        expected = isinstance(exception, EngineOError)
        if delay is not None:
            log.warning(
                "queue.job.retrying",
                reason=reason,
                delay_seconds=delay.total_seconds(),
                exc_info=None if expected else exception,
            )
            history = [*message.options.get("history", ()), _attempt(message, context, reason)][-MAX_HISTORY:]
            self._again(message, delay, attempt=context.attempt + 1, history=history)
            return
        log.error("queue.job.failed", reason=reason, attempts=context.attempt, exc_info=None if expected else exception)
        message.describe(exception)
        self._give_up(message, handler, exception)

    def _give_up(self, message: LeasedMessage, handler: Handler, exception: BaseException) -> None:
        try:
            handler.gave_up(message.args[0], self._context_of(message), exception)
        except UnavailableError as error:
            # nobody has learned of the failure yet: the last attempt runs again
            log.warning("queue.job.gave_up_postponed", reason=error.message)
            message.failed = False
            self._again(message, handler.retry.base)
            return
        except Exception:  # a bug there must not keep the job alive
            log.exception("queue.job.gave_up_failed")
        message.fail()
        self._settle(message)

    def _again(self, message: LeasedMessage, delay: timedelta, **options: object) -> None:
        message.again = (message.copy(options=options), milliseconds(delay))

    def _settle(self, message: LeasedMessage) -> None:
        if message.options.get("stored"):
            self._ended(message.message_id)

    def _context_of(self, message: LeasedMessage) -> RunContext:
        options = message.options
        return RunContext(
            message.message_id, int(options.get("attempt", 1)), int(options.get("postponed", 0)),
            self._stopping.is_set, message, self._noted,
        )  # fmt: skip


def _leased(message: dramatiq.MessageProxy) -> LeasedMessage:
    if not isinstance(message, LeasedMessage):
        raise TypeError("this middleware needs the engine's own worker")
    return message


def _attempt(message: LeasedMessage, context: RunContext, reason: str) -> dict[str, object]:
    return {"attempt": context.attempt, "started": message.started, "error": reason[:500]}
