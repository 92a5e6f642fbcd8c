"""What becomes of a job after each execution: ended, retried, postponed, handed back or failed."""

import threading
from collections.abc import Callable, Mapping
from datetime import timedelta

import dramatiq
import structlog
from dramatiq.middleware import Middleware, Shutdown
from redis.exceptions import RedisError

from engineo.infra.broker.handlers import Handler, RunContext
from engineo.kernel.errors import EngineOError, JobPostponedError, UnavailableError

log = structlog.get_logger(__name__)

Settle = Callable[[str], None]


class Outcomes(Middleware):
    """Replaces Dramatiq's Retries: attempts are counted as `RetryPolicy` says, and the outbox learns of every end.

    `ended(job_id)` deletes the outbox row of a job that ran or failed for good; `unsent(job_id)` makes the outbox
    send a job again that could not be put back on the queue.
    """

    def __init__(self, handlers: Mapping[str, Handler], ended: Settle, unsent: Settle) -> None:
        self._handlers = handlers
        self._ended = ended
        self._unsent = unsent
        self._stopping = threading.Event()
        self._busy: set[int] = set()
        self._current = threading.local()

    @property
    def actor_options(self) -> set[str]:
        return set()

    def request_stop(self) -> None:
        """From now on `JobContext.should_stop()` is true."""
        self._stopping.set()

    def busy_threads(self) -> list[int]:
        return list(self._busy)

    def context(self) -> RunContext:
        """The context of the job that the calling thread runs."""
        context: RunContext = self._current.context
        return context

    def before_process_message(self, _broker: dramatiq.Broker, message: dramatiq.MessageProxy) -> None:
        self._current.context = self._context_of(message)
        self._busy.add(threading.get_ident())
        structlog.contextvars.bind_contextvars(job_id=message.message_id, job=message.actor_name)
        log.info("queue.job.started", attempt=self._current.context.attempt)

    def after_process_message(
        self,
        broker: dramatiq.Broker,
        message: dramatiq.MessageProxy,
        *,
        result: object = None,
        exception: BaseException | None = None,
    ) -> None:
        del result
        self._busy.discard(threading.get_ident())
        try:
            if exception is None:
                log.info("queue.job.completed")
                self._settle(message)
            elif isinstance(exception, JobPostponedError):
                log.info("queue.job.postponed", reason=exception.message, delay_seconds=exception.delay.total_seconds())
                self._send_again(broker, message, exception.delay, postponed=self._context_of(message).postponed + 1)
            elif isinstance(exception, Shutdown):
                log.info("queue.job.handed_back")
                self._send_again(broker, message, timedelta(0))
            else:
                self._failed(broker, message, exception)
        finally:
            structlog.contextvars.unbind_contextvars("job_id", "job")

    def _failed(self, broker: dramatiq.Broker, message: dramatiq.MessageProxy, exception: BaseException) -> None:
        handler = self._handlers[message.actor_name]
        context = self._context_of(message)
        final = isinstance(exception, EngineOError) and not exception.retryable
        delay = None if final else handler.retry.delay_before(context.attempt + 1)
        reason = f"{type(exception).__name__}: {exception}"
        expected = isinstance(exception, EngineOError)
        if delay is not None:
            log.warning(
                "queue.job.retrying",
                reason=reason,
                delay_seconds=delay.total_seconds(),
                exc_info=None if expected else exception,
            )
            self._send_again(broker, message, delay, attempt=context.attempt + 1)
            return
        log.error("queue.job.failed", reason=reason, attempts=context.attempt, exc_info=None if expected else exception)
        try:
            handler.gave_up(message.args[0], context, exception)
        except UnavailableError as error:
            # nobody has learned of the failure yet: the last attempt runs again
            log.warning("queue.job.gave_up_postponed", reason=error.message)
            self._send_again(broker, message, handler.retry.base)
            return
        except Exception:  # a bug there must not keep the job alive
            log.exception("queue.job.gave_up_failed")
        message.fail()  # dead-lettered, with its payload
        self._settle(message)

    def _send_again(
        self, broker: dramatiq.Broker, message: dramatiq.MessageProxy, delay: timedelta, **options: int
    ) -> None:
        copy = message.copy(options=options)
        copy.options.pop("eta", None)
        try:
            broker.enqueue(copy, delay=int(delay.total_seconds() * 1000) or None)
        except RedisError:
            if not message.options.get("stored"):
                message.fail()  # kept with the dead letters instead of being acknowledged
                raise
            self._unsent(message.message_id)

    def _settle(self, message: dramatiq.MessageProxy) -> None:
        if message.options.get("stored"):
            self._ended(message.message_id)

    def _context_of(self, message: dramatiq.MessageProxy) -> RunContext:
        options = message.options
        return RunContext(
            message.message_id, int(options.get("attempt", 1)), int(options.get("postponed", 0)), self._stopping.is_set
        )
