"""Expected failures. Anything that is not an `EngineOError` is a bug.

A class's docstring is its default message, so it says what happened and what to do next. Edges translate: the API
answers RFC 9457 problem documents with `status`, the worker gives up at once where `retryable` is False.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, ClassVar


class EngineOError(Exception):
    """Something expected went wrong."""

    status: ClassVar[int] = 500
    retryable: ClassVar[bool] = True

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or (type(self).__doc__ or "").strip().split("\n", maxsplit=1)[0])

    @property
    def message(self) -> str:
        return str(self.args[0])


class InvalidInputError(EngineOError):
    """The input is not valid."""

    status = 422
    retryable = False

    def __init__(self, message: str | None = None, errors: Sequence[Mapping[str, Any]] = ()) -> None:
        """`errors` say where, JSON-ready: `{"line": 7, "field": "price", "message": "..."}`."""
        super().__init__(message)
        self.errors = tuple(errors)


class NotFoundError(EngineOError):
    """There is no such thing, or it is not yours."""

    status = 404
    retryable = False


class ConflictError(EngineOError):
    """The request does not fit the present state."""

    status = 409
    retryable = False


class UnauthorizedError(EngineOError):
    """Send your API key as `Authorization: Bearer <key>`; make one with `engineo keys create`."""

    status = 401
    retryable = False


class UnavailableError(EngineOError):
    """A service that this needs is away; try again shortly."""

    status = 503


class BootError(EngineOError):
    """The process cannot start."""

    retryable = False


class InvalidPayloadError(EngineOError):
    """The job's payload does not fit its class; it is kept with the failed jobs."""

    retryable = False


class JobCancelledError(EngineOError):
    """The job was cancelled."""

    retryable = False


class JobDoomedError(EngineOError):
    """The job must not run any more: it stalled too often, was cancelled, or a job that it waits for has failed."""

    retryable = False


class JobPostponedError(EngineOError):
    """Not an error: the job asks to run again after a delay, without using up an attempt.

    Raised by a job that cannot go on yet (what it waits for runs elsewhere) or that was asked to stop and has
    checkpointed its work (`delay` of zero: at once, on whichever worker is free).
    """

    def __init__(self, delay: timedelta, reason: str) -> None:
        super().__init__(reason)
        self.delay = delay
