"""Messages as bytes: compact JSON for what can be JSON, whatever encoder is set for the rest.

A job of ours is `["kind",{payload}]`: its queue and id stand in the store's indexes already, its time in its id.
"""

import json
from collections.abc import Mapping
from typing import Any

import dramatiq
from dramatiq.encoder import JSONEncoder
from dramatiq.errors import DecodeError

from engineo.kernel.ids import milliseconds_of

_dumps = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False).encode
_loads = json.loads
_OTHER = b"E"  # then the message as dramatiq's global encoder wrote it; JSON of ours starts with "["


def encode(message: "dramatiq.Message[Any]") -> bytes:
    if type(dramatiq.get_encoder()) is not JSONEncoder:
        return _OTHER + message.encode()
    args, options = message.args, message.options
    short = len(args) == 1 and isinstance(args[0], dict) and not message.kwargs
    if short and milliseconds_of(message.message_id) == message.message_timestamp:
        return _bytes([message.actor_name, args[0], options] if options else [message.actor_name, args[0]])
    return _bytes([message.actor_name, args, message.kwargs, options, message.message_timestamp])


def encode_job(kind: str, payload: Mapping[str, Any], *, stored: bool) -> bytes:
    """A job of ours, without the message around it."""
    return _bytes([kind, payload, {"stored": True}] if stored else [kind, payload])


def decode(body: bytes, queue: str, job_id: str) -> "dramatiq.Message[Any]":
    """Raise `DecodeError` for bytes that are no message."""
    if body[:1] == _OTHER:
        return dramatiq.Message.decode(body[1:])
    kwargs: dict[str, Any] = {}
    options: dict[str, Any] = {}
    timestamp = milliseconds_of(job_id) or 0
    try:
        match _loads(body):
            case [str() as name, dict() as payload]:
                args: tuple[Any, ...] = (payload,)
            case [str() as name, dict() as payload, dict() as options]:
                args = (payload,)
            case [str() as name, list() as some, dict() as kwargs, dict() as options, int() as timestamp]:
                args = tuple(some)
            case _:
                raise ValueError("no message")  # noqa: TRY301 - refused like bytes that are no JSON
    except (ValueError, RecursionError) as error:
        raise DecodeError("Failed to decode message.", body, error) from error  # type: ignore[no-untyped-call] # no types
    return dramatiq.Message(queue, name, args, kwargs, options, job_id, timestamp)


def _bytes(parts: list[Any]) -> bytes:
    return _dumps(parts).encode("utf-8", "surrogatepass")  # which json.loads reads back
