"""A job from its delivery to its end: what the store is told, whatever the job has done."""

import json
from typing import Any

import dramatiq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.infra.broker.sample_messages import any_text, json_values, lease_of, leased

from engineo.infra.broker import wire
from engineo.infra.broker.leased import MAX_TRACE, LeasedMessage, finish, receive
from engineo.infra.broker.places import Record
from engineo.infra.broker.store import Finish, Outcome

NOW = 1_700_000_000_000


def about(end: Finish) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(end.info)
    return found


def failing(error: BaseException) -> BaseException:
    """The error with a traceback, as a job has it."""
    with pytest.raises(type(error)) as caught:
        raise error
    return caught.value


# --- deliveries


def test_a_delivery_is_the_message_that_was_sent() -> None:
    message = leased("job-7", "imports", options={"stored": True})
    assert (message.message_id, message.queue_name, message.actor_name) == ("job-7", "imports", "tests.kind")
    assert (message.args, message.options, message.doom) == (({"a": 1},), {"stored": True}, "")
    assert message.lease.place == message.record.place


@given(st.binary(max_size=60) | st.binary(max_size=40).map(lambda body: b".q|0||||||\n" + body))
def test_any_bytes_are_delivered(raw: bytes) -> None:
    message = receive(lease_of("job-1"), raw)
    assert (message.message_id, message.queue_name) == ("job-1", "q")
    assert message.doom == "" or message.doom.startswith("unreadable: ")
    assert finish(message, NOW).lease == message.lease


def test_what_cannot_be_read_is_doomed_and_fails() -> None:
    message = receive(lease_of(), b".q|0||||||\n[1,2]")
    assert message.doom.startswith("unreadable: ")
    message.fail()
    end = finish(message, NOW)
    assert (end.outcome, end.event) == (Outcome.FAILED, "failed")
    assert about(end)["error"].startswith("unreadable: ")


def test_a_doomed_record_says_why() -> None:
    assert leased(doom="stalled").doom == "stalled"


# --- ends


def test_a_completed_job() -> None:
    message = leased(dedup="dkey", parent="f~q~mother")
    message.started, message.result = NOW - 5, {"pages": 3}
    end = finish(message, NOW)
    assert (end.outcome, end.event, end.kind, end.dedup, end.parent) == (
        Outcome.COMPLETED, "completed", "tests.kind", "key", "f~q~mother",
    )  # fmt: skip
    assert about(end) == {"started": NOW - 5, "finished": NOW, "result": {"pages": 3}}


@pytest.mark.parametrize("mode", ["s", "t", "b"])
def test_only_what_is_deduplicated_until_done_is_released_at_the_end(mode: str) -> None:
    assert finish(leased(dedup=f"{mode}key"), NOW).dedup == ""


def test_a_failed_job_keeps_the_text_of_its_error() -> None:
    message = leased(parent="i~q~mother", dedup="dkey")
    message.describe(failing(ValueError("no such shop")))
    message.fail()
    end = finish(message, NOW)
    assert (end.outcome, end.event, end.detail) == (Outcome.FAILED, "failed", "ValueError: no such shop")
    assert (end.dedup, end.parent) == ("key", "i~q~mother")
    assert about(end)["error"] == "ValueError: no such shop"
    assert about(end)["trace"].startswith("Traceback (most recent call last):")


def test_a_job_that_a_middleware_failed_keeps_its_exception() -> None:
    message = leased()
    message.stuff_exception(failing(KeyError("shop")))
    message.fail()
    assert about(finish(message, NOW))["error"] == "KeyError: 'shop'"


def test_a_job_that_was_rejected_without_a_word() -> None:
    message = leased()
    message.fail()
    assert finish(message, NOW).detail == about(finish(message, NOW))["error"] == "rejected"


def test_a_cancelled_job_says_so() -> None:
    message = leased()
    message.cancelled = True
    assert finish(message, NOW).detail == "cancelled"
    message.fail()
    assert finish(message, NOW).detail == "cancelled"


@pytest.mark.parametrize(("delay", "due"), [(0, 0), (1, NOW + 1), (5000, NOW + 5000)])
def test_a_job_that_runs_again_takes_its_place_with_a_new_message(delay: int, due: int) -> None:
    message = leased(doom="", stalls=1, dedup="dkey", parent="f~q~mother")
    message.again = (message.copy(options={"attempt": 2}), delay)
    end = finish(message, NOW)
    assert (end.outcome, end.due, end.event, end.detail) == (Outcome.AGAIN, due, "retrying", str(delay))
    record = Record.decode("job-1", end.record)
    assert (record.place, record.stalls, record.dedup, record.parent) == (
        message.lease.place, 1, "dkey", "f~q~mother",
    )  # fmt: skip
    again = wire.decode(record.body, "q", "job-1")
    assert (again.options, again.args) == ({"attempt": 2}, ({"a": 1},))


def test_failing_wins_over_running_again_and_handing_back_over_both() -> None:
    message = leased()
    message.again = (message.copy(), 5)
    message.fail()
    assert finish(message, NOW).outcome is Outcome.FAILED
    message.handed_back = True
    assert finish(message, NOW) == Finish(message.lease, Outcome.HANDED_BACK, "tests.kind")


# --- what a job may say


def circle() -> list[Any]:
    found: list[Any] = []
    found.append(found)
    return found


def deep() -> list[Any]:
    found: list[Any] = []
    for _ in range(100_000):
        found = [found]
    return found


class Unprintable:
    def __str__(self) -> str:
        raise ZeroDivisionError

    __repr__ = __str__


@given(json_values)
def test_json_is_kept_as_it_is(value: Any) -> None:
    message = leased()
    message.result = message.progress = value
    kept = about(finish(message, NOW))
    assert kept.get("result", value) == kept.get("progress", value) == value
    assert json.loads(message.note())["progress"] == value


@pytest.mark.parametrize(
    "value", [{(1, 2): 3}, circle(), deep(), Unprintable(), [Unprintable()], {"x": {b"y": 1}}, float("nan"), "\ud800"]
)
def test_a_job_ends_whatever_it_returns(value: Any) -> None:
    message = leased()
    message.started = NOW
    message.result = message.progress = value
    kept = about(finish(message, NOW))
    assert (kept["started"], kept["finished"]) == (NOW, NOW)
    assert kept.keys() == {"started", "finished", "result", "progress"}
    assert json.loads(message.note())["started"] == NOW


def test_what_is_no_json_is_kept_as_text() -> None:
    message = leased()
    message.result = {"at": message.lease.place, "odd": complex(1, 2)}
    assert about(finish(message, NOW))["result"] == {"at": str(message.lease.place), "odd": "(1+2j)"}


@given(any_text)
def test_a_job_ends_whatever_its_error_says(text: str) -> None:
    message = leased()
    message.describe(failing(ValueError(text)))
    message.fail()
    end = finish(message, NOW)
    end.detail.encode()
    assert about(end)["error"] == f"ValueError: {text}"


class Speechless(Exception):  # noqa: N818 - it says nothing
    def __str__(self) -> str:
        raise ZeroDivisionError


def test_an_error_that_cannot_be_printed() -> None:
    message = leased()
    message.describe(failing(Speechless()))
    message.fail()
    assert about(finish(message, NOW))["error"].startswith("Speechless")


def test_texts_have_an_end() -> None:
    message = leased()
    message.describe(failing(ValueError("x" * 100_000)))
    message.fail()
    end = finish(message, NOW)
    assert len(end.detail) <= 200
    assert len(about(end)["error"]) == len(about(end)["trace"]) == MAX_TRACE


@pytest.mark.parametrize("keeps", [True, False])
@pytest.mark.parametrize("fails", [True, False])
def test_an_exception_is_kept_only_of_dead_letters_and_where_somebody_joins(*, keeps: bool, fails: bool) -> None:
    message = leased()
    message.keeps_exception = keeps
    message.stuff_exception(ValueError("x"))
    if fails:
        message.fail()
    message.clear_exception()
    assert (message._exception is not None) == (keeps and fails)


def test_it_is_a_message_of_dramatiq() -> None:
    message = leased()
    assert isinstance(message, dramatiq.MessageProxy)
    assert isinstance(message.copy(), dramatiq.Message)
    assert isinstance(receive(lease_of(), b"?"), LeasedMessage)
