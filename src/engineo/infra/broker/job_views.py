"""Stored jobs as people see them."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import dramatiq
from dramatiq.errors import DecodeError

from engineo.infra.broker import wire
from engineo.infra.broker.places import Record
from engineo.infra.broker.store import State, Stored
from engineo.kernel.ids import milliseconds_of
from engineo.kernel.job_registry import JobView


def view_of(stored: Stored) -> JobView:
    """Never raises: what cannot be read is shown as such."""
    record, info = stored.record, _json(stored.info)
    place = record.place
    ended = stored.state in {State.COMPLETED, State.FAILED}
    view = JobView(
        place.job_id,
        place.queue,
        "?",
        stored.state.value,
        {},
        place.priority,
        stalls=record.stalls,
        added_at=_moment(milliseconds_of(f"{place.sort}{'0' * 10}" if place.sort else place.job_id)),
        due_at=_moment(stored.at) if stored.state is State.DELAYED else None,
        started_at=_moment(info.get("started")),
        finished_at=_moment(stored.at) if ended else None,
        progress=info.get("progress"),
        result=info.get("result"),
        error=info.get("error") or record.doom or None,
        trace=info.get("trace"),
        log=info.get("log") or (),
    )  # fmt: skip
    try:
        message = wire.decode(record.body, place.queue, place.job_id)
    except DecodeError as error:
        return replace(view, error=view.error or f"unreadable: {error}")
    options = message.options
    return replace(
        view,
        kind=message.actor_name,
        payload=payload_of(message),
        attempt=int(options.get("attempt", 1)),
        history=options.get("history", ()),
        stored=bool(options.get("stored")),
    )


def payload_of(message: "dramatiq.Message[Any]") -> Mapping[str, Any]:
    """A job's payload; of a foreign message its arguments."""
    if len(message.args) == 1 and isinstance(message.args[0], dict) and not message.kwargs:
        return message.args[0]
    return {"args": list(message.args), "kwargs": message.kwargs}


def again(record: Record, payload: Mapping[str, Any] | None) -> bytes:
    """The record of the same job before its first attempt, with another payload if one is given."""
    place = record.place
    message = wire.decode(record.body, place.queue, place.job_id)
    kept = {name: value for name, value in message.options.items() if name == "stored"}
    fresh: dramatiq.Message[Any] = dramatiq.Message(
        place.queue, message.actor_name, message.args if payload is None else (dict(payload),),
        message.kwargs if payload is None else {}, kept, place.job_id, message.message_timestamp,
    )  # fmt: skip
    return record.moved(body=wire.encode(fresh), stalls=0, doom="").encode()


def _moment(milliseconds: object) -> datetime | None:
    if not isinstance(milliseconds, int | float):
        return None
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


def _json(text: bytes | None) -> Mapping[str, Any]:
    try:
        found = json.loads(text) if text else {}
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
