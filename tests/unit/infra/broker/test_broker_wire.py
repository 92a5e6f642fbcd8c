"""Messages as bytes: what is written is read back, and what cannot be read is refused, never misread."""

from typing import Any

import dramatiq
import pytest
from dramatiq.encoder import JSONEncoder, PickleEncoder
from dramatiq.errors import DecodeError
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.infra.broker.sample_messages import any_text, json_values, payloads

from engineo.infra.broker import wire
from engineo.kernel.ids import id_at

QUEUE = "q"
names = st.text(min_size=1, max_size=30)


def read(body: bytes, job_id: str) -> "dramatiq.Message[Any]":
    return wire.decode(body, QUEUE, job_id)


@given(names, payloads, st.integers(0, 2**47), st.booleans())
def test_a_job_of_ours_is_read_back(kind: str, payload: dict[str, Any], moment: int, stored: bool) -> None:
    job_id = id_at(moment)
    message = read(wire.encode_job(kind, payload, stored=stored), job_id)
    options = {"stored": True} if stored else {}
    assert message == dramatiq.Message(QUEUE, kind, (payload,), {}, options, job_id, moment)
    assert wire.encode(message) == wire.encode_job(kind, payload, stored=stored)


@given(
    names, st.lists(json_values, max_size=3), payloads, payloads, names, st.integers(0, 2**50),
)  # fmt: skip
def test_any_message_is_read_back(
    name: str, args: list[Any], kwargs: dict[str, Any], options: dict[str, Any], job_id: str, timestamp: int
) -> None:
    message: dramatiq.Message[Any] = dramatiq.Message(
        QUEUE, name, tuple(args), kwargs, options, job_id, timestamp
    )  # fmt: skip
    assert read(wire.encode(message), job_id) == message


@given(any_text, any_text)
def test_text_of_any_characters_is_read_back(key: str, text: str) -> None:
    body = wire.encode_job("tests.kind", {key: text}, stored=True)
    assert read(body, id_at(0)).args == ({key: text},)


@given(st.binary(max_size=80) | json_values.map(lambda value: wire._dumps(value).encode("utf-8", "surrogatepass")))
def test_bytes_are_a_message_or_are_refused(body: bytes) -> None:
    try:
        message = read(body, "job-1")
    except DecodeError:
        return
    assert isinstance(message.actor_name, str)
    assert (type(message.args), type(message.kwargs), type(message.options)) == (tuple, dict, dict)


@pytest.mark.parametrize(
    "body",
    [
        b"", b"[]", b"[", b"{}", b"null", b"7", b'"ab"', b'{"0":1,"1":2}', b"[5,{}]", b'["k"]', b'["k",[]]', b'["k",7]',
        b'["k",{},7]', b'["k",{},{},{}]', b'["k",{},{},{},0]', b'["k",[],[],{},0]', b'["k",[],{},[],0]',
        b'["k",[],{},{},"soon"]', b"\xff\xfe", b"E", b"Enonsense", b'E{"args":[]}', b"[" * 100_000,
    ],
)  # fmt: skip
def test_what_is_no_message(body: bytes) -> None:
    with pytest.raises(DecodeError):
        read(body, "job-1")


def test_a_short_job_is_short() -> None:
    assert wire.encode_job("a.b", {"c": "é"}, stored=False) == '["a.b",{"c":"é"}]'.encode()


def test_another_encoder_writes_the_whole_message() -> None:
    message: dramatiq.Message[Any] = dramatiq.Message(QUEUE, "n", ({1, 2},), {}, {"x": b"y"}, "job-1", 7)
    dramatiq.set_encoder(PickleEncoder())
    try:
        body = wire.encode(message)
        assert read(body, "job-1") == message
    finally:
        dramatiq.set_encoder(JSONEncoder())
