import importlib
import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from engineo.features.deo_score.domain.findings.check import AREAS, Check, Impact, OnPage, OnReading, severity
from engineo.features.deo_score.domain.findings.registry import BY_ID, CHECKS
from engineo.features.deo_score.domain.signals.catalogue import MEASURES
from engineo.features.deo_score.schemas import Area

HERE = Path(__file__).parent
TESTED = {
    check_id
    for path in HERE.glob("test_*.py")
    for check_id in getattr(importlib.import_module(f"{__name__.rpartition('.')[0]}.{path.stem}"), "CASES", {})
    if path != Path(__file__)
}


def test_there_are_many_and_each_has_its_own_id() -> None:
    assert len(CHECKS) == len(BY_ID) >= 70
    assert {check.area for check in CHECKS} == set(AREAS)
    assert set(AREAS) == set(Area.__args__)  # type: ignore[attr-defined] # the values of the Literal


def test_each_is_tested_where_it_fires_and_where_it_does_not() -> None:
    assert BY_ID.keys() == TESTED


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.id)
def test_each_can_be_read(check: Check) -> None:
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", check.id)
    assert len(check.id) <= 64
    for text in (check.why, check.how):
        assert text.endswith(".")
        assert "  " not in text
    for text in (check.title, check.fix):
        assert not text.endswith(".")
        assert len(text) <= 90
    assert "{" not in check.todo(1)
    assert "{" not in check.todo(1234)
    source = urlsplit(check.source)
    assert source.scheme == "https"
    assert source.netloc
    if isinstance(check.find, OnPage | OnReading):
        assert not check.find.unit.endswith(".")


@pytest.mark.parametrize("check", [check for check in CHECKS if check.repair], ids=lambda check: check.id)
def test_a_repair_names_signals(check: Check) -> None:
    assert check.repair is not None
    assert check.repair.signals
    assert set(check.repair.signals) <= MEASURES.keys()


def test_titles_count() -> None:
    assert BY_ID["description-missing"].todo(1) == "Write a meta description for 1 page"
    assert BY_ID["description-missing"].todo(1234) == "Write a meta description for 1,234 pages"


@pytest.mark.parametrize(
    ("impact", "share", "expected"),
    [
        (Impact.BLOCKING, 1.0, "critical"), (Impact.BLOCKING, 0.5, "critical"), (Impact.BLOCKING, 0.49, "high"),
        (Impact.BLOCKING, 0.1, "high"), (Impact.BLOCKING, 0.09, "medium"), (Impact.SERIOUS, 0.05, "low"),
        (Impact.MODERATE, 0.3, "low"), (Impact.ADVICE, 1.0, "low"), (Impact.ADVICE, 0.0, "low"),
    ],
)  # fmt: skip
def test_severity_goes_by_share(impact: Impact, share: float, expected: str) -> None:
    assert severity(impact, share) == expected
