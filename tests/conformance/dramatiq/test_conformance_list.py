"""The stored list of exceptions: how runs are compared with it, and the page that shows it."""

import re

from tests.conformance.dramatiq.runs import Outcome, Stored
from tests.conftest import ROOT

PAGE = ROOT / "docs" / "conformance.md"
STORED = Stored({"left.py": "not ours"}, {"ours": {"a.py::test_bad": "a reason"}}, at_least=2)
GOOD, BAD = Outcome("passed"), Outcome("failed", "AssertionError: why")


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


def test_fewer_than_four_behavioural_tests_fail_on_our_broker() -> None:
    for target, failing in Stored.read().failing.items():
        assert len(failing) < 4, target


def test_the_page_shows_the_stored_list() -> None:
    stored = Stored.read()
    rows = dict(re.findall(r"^\| `(\w+\.py[^`]*)` \| (.+) \|$", PAGE.read_text(), re.MULTILINE))
    assert rows == {
        **stored.left_out,
        **{test: why for tests in stored.failing.values() for test, why in tests.items()},
    }
    assert f"**{stored.at_least}**" in PAGE.read_text()
