"""How a job is written down: what is written is read back, whatever stands in ids and keys."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from tests.unit.infra.broker.sample_messages import any_text, hostile_texts

from engineo.infra.broker.places import (
    CLOCK_TOLERANCE,
    MAX_ID_LENGTH,
    BadPlaceError,
    Lease,
    Place,
    Record,
    check_id,
    check_queue,
    plain_text,
    queue_of,
    stand,
)
from engineo.kernel.ids import id_at, new_stamp

NOW = 1_700_000_000_000


def is_accepted(job_id: str) -> bool:
    try:
        return check_id(job_id) == job_id
    except BadPlaceError:
        return False


queues = st.from_regex(r"[A-Za-z_][A-Za-z0-9._-]{0,30}", fullmatch=True)
ids = hostile_texts.filter(is_accepted) | st.integers(0, 2**47).map(id_at)
sorts = st.just("") | st.integers(0, 2**47).map(new_stamp)
places = st.builds(Place, queues, ids, st.integers(-(2**31), 2**31 - 1), sorts, hostile_texts.map(plain_text))
headers = st.builds(plain_text, hostile_texts)


@given(places)
def test_a_place_is_read_back(place: Place) -> None:
    assert Place.parse(place.entry) == place
    lease = Lease.parse(f"owner.7.3|q|{place.entry}")
    assert (lease.place, lease.owner) == (place, "owner")
    assert Lease.parse(f"owner.7.3||{place.entry}").place == place


@given(places, places)
def test_two_jobs_never_share_a_place(one: Place, other: Place) -> None:
    assert (one.entry == other.entry) == (one == other)
    assert (one.member == other.member) == ((one.sort, one.job_id) == (other.sort, other.job_id))


@given(
    places, st.binary(max_size=200), st.sampled_from(["", "s", "d", "t", "b"]), headers, headers,
    st.integers(0, 5), headers,
)  # fmt: skip
def test_a_record_is_read_back(
    place: Place, body: bytes, mode: str, key: str, parent: str, stalls: int, doom: str
) -> None:
    record = Record(place, body, mode + key if mode else "", parent, stalls, doom)
    raw = record.encode()
    assert Record.decode(place.job_id, raw) == record
    assert raw[:1] == (b"!" if mode in {"s", "b"} else b".")
    assert raw.index(b"\n") == len(raw) - len(body) - 1


@given(st.binary(max_size=100) | st.binary(max_size=60).map(lambda raw: b".q|1||||||\n" + raw))
def test_bytes_are_a_record_or_are_refused(raw: bytes) -> None:
    try:
        record = Record.decode("job-1", raw)
    except ValueError:
        return
    assert record.place.job_id == "job-1"


@pytest.mark.parametrize(
    "raw", [b"", b".", b"\n", b".q|0||||||", b".q|0|||||\n{}", b".q|x||||||\n{}", b".\xff|0||||||\n{}"]
)
def test_what_is_no_record(raw: bytes) -> None:
    with pytest.raises(ValueError, match=r".+"):
        Record.decode("job-1", raw)


def test_a_record_may_be_moved() -> None:
    record = Record(Place("q", "a"), b"{}", doom="stalled")
    assert record.moved(doom="", stalls=1) == Record(Place("q", "a"), b"{}", stalls=1)


def test_the_parent_knows_its_queue() -> None:
    assert queue_of("f~imports~01AB~CD") == "imports"


# --- names


@pytest.mark.parametrize("name", ["a", "_", "deo_score_queue", "A.b-c_9", "q" * 200])
def test_queue_names(name: str) -> None:
    assert check_queue(name) == name


@pytest.mark.parametrize(
    "name",
    ["", "9", "-a", "a b", "a|b", "a:b", "{q}", "a\n", "a\0", "é", "a/b", "*", "a,b", "\N{CYRILLIC SMALL LETTER A}"],
)
def test_queue_names_that_no_key_can_hold(name: str) -> None:
    with pytest.raises(BadPlaceError, match=r"^queue name .* is not valid: it starts with a letter"):
        check_queue(name)


@pytest.mark.parametrize(
    "job_id", ["1", "01ARZ3NDEKTSV4RRFFQ69G5FAV", "shop~7", "a:b@c!", "a,b", "é 😀", "%7C", "*", "x" * MAX_ID_LENGTH]
)
def test_job_ids(job_id: str) -> None:
    assert check_id(job_id) == job_id


@pytest.mark.parametrize("job_id", ["", "x" * (MAX_ID_LENGTH + 1), "a|b", "a\nb", "\0", "\x1f", "\x7f", "\ud800"])
def test_job_ids_that_cannot_be_stored(job_id: str) -> None:
    with pytest.raises(BadPlaceError, match=r"^job id .* is not valid: 1 to 200 characters"):
        check_id(job_id)


@given(hostile_texts, hostile_texts)
def test_keys_are_encoded_one_to_one(one: str, other: str) -> None:
    assert (plain_text(one) == plain_text(other)) == (one == other)
    assert not set(plain_text(one)) & set("|\n\0\x7f")


@given(any_text)
def test_a_key_of_any_characters_can_be_sent(text: str) -> None:
    plain_text(text).encode()


# --- where a job stands


@given(st.integers(0, 2**47), st.integers(-10_000, 10_000))
def test_an_id_sorts_by_itself_when_its_clock_is_right(now: int, off: int) -> None:
    assume(now + off >= 0)
    job_id = id_at(now + off)
    place = stand("q", job_id, now, 3, "key")
    assert (place.queue, place.job_id, place.priority, place.key) == ("q", job_id, 3, "key")
    assert (place.sort == "") == (abs(off) < CLOCK_TOLERANCE)


@given(st.lists(ids, min_size=2, max_size=20, unique=True))
def test_jobs_added_one_after_the_other_stand_in_that_order(job_ids: list[str]) -> None:
    members = [stand("q", job_id, NOW).member for job_id in job_ids]
    assert members == sorted(members, key=lambda member: member.encode())


def test_ids_of_both_kinds_stand_in_the_order_of_their_moments() -> None:
    moments = range(NOW, NOW + 6)
    members = [stand("q", id_at(at) if at % 2 else f"own-{at}", at).member for at in moments]
    assert members == sorted(members)
