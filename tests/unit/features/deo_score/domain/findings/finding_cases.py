"""What each check is tested with: pages on which it fires, and pages on which it does not."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.unit.features.deo_score.domain.sample_sites import HOME, SITE, body, judged, key, page

from engineo.features.crawling.contracts import CrawledPage, RobotsDirectives, SiteFacts

Rows = Sequence[CrawledPage]


@dataclass(frozen=True, slots=True)
class Case:
    """`at` are the paths where it fires."""

    fires: Rows
    fine: Rows
    at: Collection[str] = ("x",)
    site: SiteFacts = SITE
    fine_site: SiteFacts | None = None
    how: Mapping[str, Any] = field(default_factory=dict)


def on_page(wrong: Mapping[str, Any], right: Mapping[str, Any] | None = None, path: str = "x", **row: Any) -> Case:
    """A page whose facts are wrong, and one whose facts are right; `row` says how both were served."""
    return Case([page(path, body("x", **wrong), **row)], [page(path, body("x", **(right or {})), **row)], (path,))


def served(wrong: CrawledPage, right: CrawledPage | None = None) -> Case:
    path = wrong.url_key.removeprefix(HOME)
    return Case([wrong], [right or page(path)], (path,))


def robots(*directives: str) -> dict[str, Any]:
    return {"robots": (RobotsDirectives("", directives, "meta"),)}


def with_home(rows: Rows) -> Rows:
    return rows if any(row.url_key == HOME for row in rows) else [page(""), *rows]


def check_case(check_id: str, case: Case) -> None:
    """It fires where it should, there alone, and not where it should not."""
    found = judged(with_home(case.fires), case.site, **case.how)
    assert check_id in found, f"{check_id} does not fire"
    finding = found[check_id]
    assert set(finding.affected.urls) == {key(path) for path in case.at}
    assert finding.severity in {"low", "medium", "high", "critical"}
    assert 0 < finding.share <= 1
    fine = judged(with_home(case.fine), case.fine_site or case.site, **case.how)
    assert check_id not in fine, f"{check_id} fires on {list(fine[check_id].affected.shown(''))}"
