"""Changes in words."""

import pytest

from engineo.features.deo_score.domain.changes_in_words import counted, said_of
from engineo.features.deo_score.domain.findings.registry import CHECKS

TYPES = {"a": "product", "b": "product", "c": "article", "d": "other"}


@pytest.mark.parametrize(
    ("count", "urls", "said"),
    [
        (38, ["a", "b"], "38 product pages"), (1, ["a"], "1 product page"), (3, ["a", "c"], "3 pages"),
        (2, ["d"], "2 pages"), (2, [], "2 pages"), (1, ["x"], "1 page"), (1200, ["a"], "1,200 product pages"),
        (2, ["a", "x"], "2 pages"),
    ],
)  # fmt: skip
def test_how_many_of_what(count: int, urls: list[str], said: str) -> None:
    assert counted(count, urls, TYPES) == said


def test_what_happened() -> None:
    lost = said_of("description-missing", "Write a meta description", "38 product pages", worse=True)
    assert lost == "38 product pages lost their meta description"
    assert said_of("description-missing", "", "2 pages", worse=False) == "2 pages have a meta description now"
    assert said_of("description-missing", "", "1 page", worse=False) == "1 page has a meta description now"
    assert said_of("text-stale", "", "1 page", worse=True) == "1 page has grown old"
    assert said_of("text-stale", "", "1 page", worse=False) == "1 page was brought up to date"
    assert (
        said_of("product-price-missing", "", "38 product pages", worse=True)
        == "38 product pages lost their price markup"
    )
    assert said_of("snippet-forbidden", "", "1 page", worse=True) == "1 page forbids snippets now"
    assert said_of("new-check", "No price", "2 pages", worse=True) == '2 pages more: "No price"'
    assert said_of("new-check", "No price", "2 pages", worse=False) == '2 pages fewer: "No price"'


def test_every_check_can_be_told() -> None:
    for check in CHECKS:
        for worse in (True, False):
            told = said_of(check.id, check.title, "2 pages", worse=worse)
            assert told.startswith("2 pages ")
            assert not told.endswith(".")
