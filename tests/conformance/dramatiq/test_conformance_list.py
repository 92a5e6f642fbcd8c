"""The stored list of exceptions: how runs are compared with it, and the page that shows it."""

import re

import pytest
from tests.conformance.dramatiq.runs import Entry, Outcome, Stored
from tests.conftest import ROOT

PAGE = (ROOT / "docs" / "conformance.md").read_text()
GOOD, BAD = Outcome("passed"), Outcome("failed", "AssertionError: why")
STORED = Stored(
    [Entry("left.py", "not ours"), Entry("some.py", "not here", ("ours",))],
    [Entry("a.py::test_bad", "a reason", ("ours",))],
    {"ours": 2, "stock": 2},
)


def test_what_is_left_out_may_depend_on_the_broker() -> None:
    assert STORED.not_run("ours") == ["left.py", "some.py"]
    assert STORED.not_run("stock") == ["left.py"]


def test_nothing_is_said_when_all_is_as_stored() -> None:
    assert STORED.complaints("ours", {"a.py::test_good": GOOD, "a.py::test_bad": BAD}) == []
    assert STORED.complaints("stock", {"a.py::test_good": GOOD, "a.py::test_bad": GOOD}) == []


def test_every_difference_is_said() -> None:
    assert STORED.complaints("stock", {"a.py::test_good": GOOD, "a.py::test_bad": BAD}) == [
        "a.py::test_bad failed\nAssertionError: why"
    ]
    assert STORED.complaints("ours", {"a.py::test_good": Outcome("skipped", "why"), "a.py::test_bad": GOOD}) == [
        "a.py::test_bad passed, but is stored as failing: a reason",
        "a.py::test_good skipped\nwhy",
    ]
    assert STORED.complaints("ours", {"a.py::test_good": GOOD}) == [
        "a.py::test_bad is stored as failing, but did not run",
        "1 tests ran, at least 2 are stored",
    ]


def test_fewer_than_four_tests_may_fail_and_none_on_dramatiqs_own_brokers() -> None:
    failing = Stored.read().failing
    assert len(failing) < 4
    assert all(entry.on and "stock" not in entry.on for entry in failing)


@pytest.mark.parametrize("kind", ["left_out", "failing"])
def test_the_page_shows_the_stored_list(kind: str) -> None:
    part = PAGE.partition("## Not run")[2].partition("## Run, and expected to fail")[0 if kind == "left_out" else 2]
    rows = re.findall(r"^\| `([^`]+)` \| ([^|]+) \| ([^|]+) \|$", part, re.MULTILINE)
    entries: list[Entry] = getattr(Stored.read(), kind)
    assert rows == [(entry.test, ", ".join(entry.on) or "all", entry.why) for entry in entries]


def test_the_page_shows_how_many_run() -> None:
    for target, count in Stored.read().at_least.items():
        assert re.search(rf"^\| `{target}` \|.*\| {count} \|$", PAGE, re.MULTILINE), target
