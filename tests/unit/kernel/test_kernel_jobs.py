"""Jobs on the wire: what is parsed, what is refused, what a message carries."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engineo.kernel.errors import InvalidPayloadError
from engineo.kernel.jobs import Actor, Event, Job, JobContext, JobMessage, SendOptions, Subscriber, new_job_id
from engineo.kernel.policies import Dedup, Limit

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=True) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


class Recount(Job):
    kind: ClassVar[str] = "tests.recount"
    queue: ClassVar[str] = "tests"

    project_id: str
    pages: int = 0
    since: datetime | None = None
    reason: Literal["manual", "scheduled"] = "manual"


class Recounted(Event):
    kind: ClassVar[str] = "tests.recounted"

    project_id: str


class RecountActor(Actor[Recount]):
    job = Recount

    def perform(self, job: Recount, context: JobContext) -> None:
        """Nothing to do."""


class Listener(Subscriber[Recounted]):
    job = Recounted
    subscription = "ears"

    def perform(self, job: Recounted, context: JobContext) -> None:
        """Nothing to do."""


# --- payloads


def test_a_job_survives_its_own_wire_format() -> None:
    job = Recount(project_id="p", pages=3, since=datetime(2026, 3, 1, tzinfo=UTC), reason="scheduled")
    assert Recount.parse(JobMessage.of(job).payload) == job


def test_fields_of_a_newer_version_are_ignored() -> None:
    assert Recount.parse({"project_id": "p", "new_field": {"deep": [1]}}) == Recount(project_id="p")


@pytest.mark.parametrize(
    ("payload", "fields"),
    [
        ({}, ["project_id"]),
        ({"project_id": None}, ["project_id"]),
        ({"project_id": 7}, ["project_id"]),
        ({"project_id": "p", "pages": "many"}, ["pages"]),
        ({"project_id": "p", "pages": 1.5}, ["pages"]),
        ({"project_id": "p", "pages": float("nan")}, ["pages"]),
        ({"project_id": "p", "pages": [1]}, ["pages"]),
        ({"project_id": "p", "since": "yesterday"}, ["since"]),
        ({"project_id": "p", "since": 1e300}, ["since"]),
        ({"project_id": "p", "reason": "x" * 1_000_000}, ["reason"]),
        ({"project_id": ["x"] * 1000, "pages": {}, "reason": 0}, ["project_id", "pages", "reason"]),
        ("x" * 1_000_000, ["payload"]),
        ([], ["payload"]),
        (None, ["payload"]),
        (7, ["payload"]),
    ],
)
def test_a_payload_that_does_not_fit_names_every_field_and_repeats_no_value(payload: Any, fields: list[str]) -> None:
    with pytest.raises(InvalidPayloadError) as caught:
        Recount.parse(payload)
    message = caught.value.message
    assert message.startswith("payload of 'tests.recount' does not fit: ")
    assert [part.partition(":")[0] for part in message.partition(": ")[2].split("; ")] == fields
    assert len(message) < 1000
    assert not caught.value.retryable


def test_a_megabyte_of_text_is_text() -> None:
    assert len(Recount.parse({"project_id": "x" * 1_000_000}).project_id) == 1_000_000


@given(json_values | st.fixed_dictionaries({"project_id": json_values}, optional={"pages": json_values}))
def test_nothing_but_invalid_payload_is_raised(payload: Any) -> None:
    try:
        job = Recount.parse(payload)
    except InvalidPayloadError:
        return
    assert isinstance(job.project_id, str)


# --- messages, names


def test_a_message_carries_kind_queue_payload_and_an_id_of_its_own() -> None:
    one, other = JobMessage.of(Recount(project_id="p")), JobMessage.of(Recount(project_id="p"))
    assert (one.kind, one.queue, one.delay, one.stored) == ("tests.recount", "tests", timedelta(0), False)
    assert one.payload == {"project_id": "p", "pages": 0, "since": None, "reason": "manual"}
    assert one.job_id != other.job_id
    named = JobMessage.of(Recount(project_id="p"), job_id="mine", delay=timedelta(seconds=3))
    assert (named.job_id, named.delay) == ("mine", timedelta(seconds=3))
    assert len({new_job_id() for _ in range(100)}) == 100


def test_a_message_that_is_due_in_the_past_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^a job cannot be due in the past$"):
        JobMessage.of(Recount(project_id="p"), delay=timedelta(microseconds=-1))


def test_a_message_of_the_outbox_is_the_same_and_may_be_sent_twice() -> None:
    fresh = JobMessage.of(Recount(project_id="p"), delay=timedelta(seconds=3), priority=2)
    assert (fresh.stored, fresh.own_id, fresh.options.priority) == (False, False, 2)
    assert fresh.from_outbox() == replace(fresh, stored=True, own_id=True)
    assert JobMessage.of(Recount(project_id="p"), job_id="mine").own_id


def test_a_job_waits_as_its_class_says() -> None:
    class Urgent(Recount):
        kind: ClassVar[str] = "tests.urgent"
        priority: ClassVar[int] = -3
        limits: ClassVar[tuple[Limit, ...]] = (Limit(rate=10), Limit(concurrency=1, key="project_id"))
        dedup: ClassVar[Dedup | None] = Dedup("started", by=("project_id",))

    options = JobMessage.of(Urgent(project_id="p")).options
    assert options == SendOptions(-3, "project_id", Dedup("started", by=("project_id",)))
    assert JobMessage.of(Urgent(project_id="p"), priority=9).options.priority == 9
    assert JobMessage.of(Recount(project_id="p")).options == SendOptions()


names = st.text(max_size=20)


@given(
    st.builds(
        SendOptions,
        priority=st.integers(-1000, 1000),
        limit_by=st.none() | names,
        dedup=st.none() | st.builds(
            Dedup,
            st.sampled_from(["started", "done", "throttle", "debounce"]),
            st.lists(names, max_size=3).map(tuple),
            st.timedeltas(timedelta(milliseconds=1), timedelta(days=9)),
            st.none() | st.timedeltas(timedelta(0), timedelta(days=9)),
        ),
        parent=names,
        parent_queue=names,
        parent_ignores_failure=st.booleans(),
        waits_for=st.lists(names, max_size=3).map(tuple),
    )
)  # fmt: skip
def test_options_survive_the_outbox(options: SendOptions) -> None:
    stored = options.as_json()
    assert (stored is None) == (options == SendOptions())
    assert SendOptions.from_json(json.loads(json.dumps(stored))) == options


def test_a_job_cannot_be_changed_once_made() -> None:
    job = Recount(project_id="p")
    with pytest.raises(ValueError, match="frozen"):
        job.project_id = "q"


def test_an_actor_is_named_by_its_job_and_a_subscriber_by_its_subscription_too() -> None:
    assert (RecountActor().name, RecountActor().queue) == ("tests.recount", "tests")
    assert (Listener().name, Listener().queue) == ("tests.recounted>ears", "events")
