"""A job in the hands of this process, from its delivery to its end."""

import json
import traceback
from typing import Any

import dramatiq
from dramatiq.errors import DecodeError

from engineo.infra.broker import wire
from engineo.infra.broker.places import Lease, Record
from engineo.infra.broker.store import Finish, Outcome

MAX_HISTORY = 10
MAX_TRACE = 8000


class LeasedMessage(dramatiq.MessageProxy):
    """`doom`, when set, says why the job must fail without being run."""

    def __init__(self, message: "dramatiq.Message[Any]", lease: Lease, record: Record, doom: str) -> None:
        super().__init__(message)
        # looked up many times per job: found here without going through the proxy
        self.queue_name = message.queue_name
        self.actor_name = message.actor_name
        self.args = message.args
        self.kwargs = message.kwargs
        self.options = message.options
        self.message_id = message.message_id
        self.lease = lease
        self.record = record
        self.doom = doom
        self.again: tuple[dramatiq.Message[Any], int] | None = None  # a new message, and when it is due (delay in ms)
        self.handed_back = False
        self.let_go = False  # its thread has nothing more to do with it
        self.lost = False
        self.cancelled = False
        self.keeps_exception = False
        self.started: int | None = None
        self.result: object = None
        self.progress: object = None
        self.log: list[str] = []
        self.noted_at = float("-inf")
        self.error: str | None = None
        self.trace: str | None = None

    def clear_exception(self) -> None:
        if not (self.keeps_exception and self.failed):
            super().clear_exception()

    def info(self, now: int) -> dict[str, Any]:
        """What is kept beside the job, as JSON values; times in milliseconds."""
        about: dict[str, Any] = {"finished": now}
        if self.started is not None:
            about["started"] = self.started
        for name in ("progress", "log", "result", "error", "trace"):
            value = getattr(self, name)
            if value is not None and value != []:
                about[name] = value
        return about

    def note(self) -> bytes:
        """Progress and log so far, as JSON."""
        return _json({"progress": self.progress, "log": self.log, "started": self.started})

    def describe_own(self) -> None:
        """Keep the text of what dramatiq has put into the message, if anything."""
        if self._exception is not None:
            self.describe(self._exception)

    def describe(self, error: BaseException) -> None:
        """Keep the text of a failure; the exception itself would keep frames alive."""
        self.error = text_of(error)[:MAX_TRACE]
        self.trace = "".join(traceback.format_exception(error))[-MAX_TRACE:]


def receive(lease: Lease, raw: bytes) -> LeasedMessage:
    """A record that cannot be read is a message without content, doomed."""
    place = lease.place
    try:
        record = Record.decode(place.job_id, raw)
        message = wire.decode(record.body, place.queue, place.job_id)
    except (ValueError, DecodeError) as error:
        record = Record(place, b"")
        message = dramatiq.Message(place.queue, "?", (), {}, {}, place.job_id, 0)
        return LeasedMessage(message, lease, record, f"unreadable: {error}")
    return LeasedMessage(message, lease, record, record.doom)


def finish(message: LeasedMessage, now: int) -> Finish:
    """What the store is told of an execution's end."""
    lease, record, kind = message.lease, message.record, message.actor_name
    if message.handed_back:
        return Finish(lease, Outcome.HANDED_BACK, kind)
    if message.again is not None and not message.failed:
        again, delay = message.again
        return Finish(
            lease, Outcome.AGAIN, kind, now + delay if delay else 0,
            record.moved(body=wire.encode(again), doom="").encode(), event="retrying", detail=str(delay),
        )  # fmt: skip
    if message.failed and message.error is None:
        message.describe_own()
    dedup = record.dedup[1:] if record.dedup[:1] == "d" else ""
    if message.failed:
        detail = "cancelled" if message.cancelled else _sendable((message.error or message.doom or "rejected")[:200])
        about = message.info(now)
        about.setdefault("error", message.doom or "rejected")
        return Finish(
            lease, Outcome.FAILED, kind, info=_json(about), detail=detail, event="failed", dedup=dedup,
            parent=record.parent,
        )  # fmt: skip
    return Finish(
        lease, Outcome.COMPLETED, kind, info=_json(message.info(now)), event="completed", dedup=dedup,
        parent=record.parent, detail="cancelled" if message.cancelled else "",
    )  # fmt: skip


_encode = json.JSONEncoder(separators=(",", ":"), default=str).encode


def text_of(error: BaseException) -> str:
    """Its class and what it says, whatever its class."""
    try:
        return f"{type(error).__name__}: {error}"
    except Exception:  # noqa: BLE001 - printing it may raise anything
        return type(error).__name__


def _sendable(text: str) -> str:
    return text.encode("utf-8", "replace").decode()


def _json(about: dict[str, Any]) -> bytes:
    try:
        return _encode(about).encode()
    except Exception:  # noqa: BLE001 - a job may return anything, and has ended all the same
        return _encode({name: _json_value(value) for name, value in about.items()}).encode()


def _json_value(value: object) -> object:
    try:
        _encode(value)
    except Exception:  # noqa: BLE001 - as above
        return f"no JSON value: {type(value).__name__}"
    return value
