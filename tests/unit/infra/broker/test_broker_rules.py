"""Policies as the store understands them."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.infra.broker.sample_messages import hostile_texts, json_values, payloads

from engineo.infra.broker.handlers import Handler
from engineo.infra.broker.places import Place
from engineo.infra.broker.rules import LONGEST_KEY, dedup_key, keep_of, limit_key, milliseconds, rules_of
from engineo.infra.broker.store import DedupKey, Keep, LimitRule
from engineo.kernel.errors import BootError
from engineo.kernel.policies import Dedup, Limit, Retention, RetryPolicy

SECOND = timedelta(seconds=1)
BY_SHOP = (Limit(rate=1, key="shop"),)


def handler(
    name: str, queue: str = "q", *limits: Limit, retention: Retention | None = None
) -> Handler:  # fmt: skip
    return Handler(
        name, queue, lambda *_: None, lambda *_: None, RetryPolicy(), SECOND, retention or Retention(), limits
    )  # fmt: skip


@pytest.mark.parametrize(
    ("duration", "number"),
    [
        (timedelta(0), 0),
        (timedelta(microseconds=1500), 1),
        (timedelta(days=7), 604_800_000),
        (timedelta(milliseconds=999), 999),
    ],
)
def test_milliseconds(duration: timedelta, number: int) -> None:
    assert milliseconds(duration) == number


@given(st.integers(0, 10**12))
def test_whole_milliseconds_are_exact(number: int) -> None:
    assert milliseconds(timedelta(milliseconds=number)) == number


# --- limits


def test_a_queue_has_a_limit_as_a_whole_and_one_for_each_key() -> None:
    rules = rules_of(
        [
            handler("a", "imports", Limit(rate=10, per=SECOND), Limit(concurrency=2, key="shop")),
            handler("b", "imports"),
            handler("c", "free"),
            handler("d", "mail", Limit(concurrency=1)),
        ]
    )
    assert rules == {
        "imports": (LimitRule(10, 1000, 0), LimitRule(0, 1000, 2)),
        "mail": (LimitRule(0, 1000, 1), LimitRule()),
    }


def test_jobs_of_a_queue_agree_about_its_limit() -> None:
    same = handler("a", "q", Limit(rate=1)), handler("b", "q", Limit(rate=1))
    assert rules_of(same) == {"q": (LimitRule(1, 1000), LimitRule())}
    with pytest.raises(BootError, match=r"^jobs of queue 'q' declare different limits; a queue has one$"):
        rules_of([handler("a", "q", Limit(rate=1)), handler("b", "q", Limit(rate=2))])


# --- retention


def test_a_queue_keeps_what_its_most_careful_job_asks_for() -> None:
    short = Retention(timedelta(hours=1), 5, timedelta(days=30))
    long = Retention(timedelta(hours=2), 3, timedelta(days=1))
    jobs = [handler("a", "q", retention=short), handler("b", "q", retention=long), handler("c", "other")]
    assert keep_of("q", jobs) == Keep(7_200_000, 5, 2_592_000_000)
    assert keep_of("other", jobs) == keep_of("unknown", jobs) == Keep()


# --- keys


@pytest.mark.parametrize(
    ("limits", "payload", "key"),
    [
        ((), {"shop": "a"}, ""),
        ((Limit(rate=1),), {"shop": "a"}, ""),
        (BY_SHOP, {"shop": "a"}, "a"),
        (BY_SHOP, {"shop": "a|b\n%"}, "a%7Cb%0A%25"),
        (BY_SHOP, {"shop": 7}, "7"),
        (BY_SHOP, {}, "None"),
        (BY_SHOP, {"shop": ""}, "%"),
        ((Limit(rate=1), Limit(concurrency=1, key="shop")), {"shop": "b"}, "b"),
    ],
)
def test_the_key_of_a_limit(limits: tuple[Limit, ...], payload: dict[str, Any], key: str) -> None:
    assert limit_key(limits, payload) == key


@given(json_values | hostile_texts | st.text(min_size=200))
def test_every_value_has_a_key_that_a_place_can_hold(value: Any) -> None:
    key = limit_key(BY_SHOP, {"shop": value})
    place = Place("q", "id", 0, "", key)
    assert Place.parse(place.entry) == place
    assert 0 < len(key) <= LONGEST_KEY
    assert "\0" not in key


@given(hostile_texts | st.text(min_size=100, max_size=400), hostile_texts | st.text(min_size=100, max_size=400))
def test_two_texts_never_share_a_key(one: str, other: str) -> None:
    assert (limit_key(BY_SHOP, {"shop": one}) == limit_key(BY_SHOP, {"shop": other})) == (one == other)


@pytest.mark.parametrize(
    ("dedup", "expected"),
    [
        (Dedup("started"), DedupKey("s", 'q/k/{"a":1,"b":2}')),
        (Dedup("done", by=("b",)), DedupKey("d", 'q/k/{"b":2}')),
        (Dedup("done", by=("c",)), DedupKey("d", 'q/k/{"c":null}')),
        (Dedup("throttle", window=SECOND), DedupKey("t", 'q/k/{"a":1,"b":2}', 1000)),
        (
            Dedup("debounce", by=("a",), window=SECOND, max_wait=timedelta(minutes=1)),
            DedupKey("b", 'q/k/{"a":1}', 1000, 60_000),
        ),
    ],
)
def test_the_key_of_a_duplicate(dedup: Dedup, expected: DedupKey) -> None:
    assert dedup_key(dedup, "k", "q", {"b": 2, "a": 1}) == expected


@given(payloads, payloads)
def test_the_same_payload_is_the_same_key_in_whatever_order(one: dict[str, Any], other: dict[str, Any]) -> None:
    turned = dict(reversed(one.items()))
    assert dedup_key(Dedup("done"), "k", "q", one) == dedup_key(Dedup("done"), "k", "q", turned)
    both = dedup_key(Dedup("done"), "k", "q", one), dedup_key(Dedup("done"), "k", "q", other)
    assert len(both[0].text) <= LONGEST_KEY
    if repr(sorted(one.items())) != repr(sorted(other.items())) and one != other:
        assert both[0] != both[1]


def test_kinds_and_queues_have_keys_of_their_own() -> None:
    keys = {dedup_key(Dedup("done"), kind, queue, {}).text for kind in ("a", "b") for queue in ("a", "b")}
    assert len(keys) == 4
