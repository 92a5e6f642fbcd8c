"""The whole judgement of one crawl: status, score, signals with their evidence, findings."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from math import fsum

from engineo.features.crawling.contracts import CrawledPage, SiteFacts
from engineo.features.deo_score.domain import engine
from engineo.features.deo_score.domain.board import Board
from engineo.features.deo_score.domain.build import build
from engineo.features.deo_score.domain.catalogue import Catalogue, SoldProduct
from engineo.features.deo_score.domain.crawl import Crawl, read_crawl
from engineo.features.deo_score.domain.dates import Prior
from engineo.features.deo_score.domain.findings.finding import Finding
from engineo.features.deo_score.domain.findings.judge import CAP, is_blocked, judge
from engineo.features.deo_score.domain.findings.scan import Scan
from engineo.features.deo_score.domain.measure import Signal
from engineo.features.deo_score.domain.signals.freshness import page_date
from engineo.features.deo_score.domain.site import Site

SCORED, BLOCKED, INSUFFICIENT = "scored", "blocked", "insufficient_data"
_BLOCKED_BY = {
    "unreadable": "it did not answer with a page that can be read",
    "robots-txt": "robots.txt disallows it for Googlebot",
    "noindex": "it says noindex",
    "canonical-elsewhere": "its canonical names another site",
    "canonical-other": "its canonical names another page",
}


@dataclass(frozen=True, slots=True)
class Evaluation:
    """`overall` is capped at 30 while the home page cannot be indexed; `overall_uncapped` is not.

    `page_types`, `profile` and `priors` are to be stored and passed in again: what a page is, is decided once, and a
    date is not believed to be newer than before while the text is the same. `addresses` gives the address of a url_key
    as people can open it, where it differs.
    """

    status: str
    reason: str | None
    overall: int | None
    overall_uncapped: int | None
    components: Mapping[str, int | None]
    signals: Mapping[str, Signal]
    findings: tuple[Finding, ...]
    confidence: float
    profile: str | None
    page_types: Mapping[str, str]
    priors: Mapping[str, Prior]
    addresses: Mapping[str, str]
    version: str = engine.DEO_SCORE_VERSION

    def address(self, key: str) -> str:
        return self.addresses.get(key, key)


def evaluate(
    site: SiteFacts,
    pages: Iterable[CrawledPage],
    as_of: datetime,
    known_types: Mapping[str, str] | None = None,
    profile: str | None = None,
    *,
    priors: Mapping[str, Prior] | None = None,
    products: Iterable[SoldProduct] = (),
) -> Evaluation:
    """Judge the rows of one finished crawl. `as_of` is aware, and the only clock there is.

    Rows come in any order; a `Pages` (each url_key once, in order) is read as a stream and not held in memory.
    """
    scan = Scan()
    crawl = read_crawl(site, pages, as_of, known_types, Catalogue(products), scan)
    reason = _insufficient(crawl)
    if reason is not None:
        return insufficient(reason, known_types, profile, priors)
    built = build(crawl, known_types or {}, profile, priors)
    board = Board(built)
    scored = engine.score(board.values)
    blocked = is_blocked(built)
    overall = scored.overall if scored.overall is None or not blocked else min(scored.overall, CAP)
    addresses = {row.url_key: row.url for row in crawl.rows if row.url != row.url_key}
    return Evaluation(
        status=BLOCKED if blocked else SCORED,
        reason=_blocked_reason(built) if blocked else None,
        overall=overall,
        overall_uncapped=scored.overall,
        components=scored.components,
        signals={name: _with_addresses(found, addresses) for name, found in board.signals.items()},
        findings=tuple(judge(board, scan)),
        confidence=_confidence(board.signals),
        profile=built.profile,
        page_types={**(known_types or {}), **built.page_types},
        priors=_new_priors(built),
        addresses=addresses,
    )


def _new_priors(site: Site) -> dict[str, Prior]:
    """The trusted date of every page with the hash of its text; where there is none now, the one before."""
    found = dict(site.priors)
    for url, member in site.members.items():
        date = page_date(site, member)
        if member.reading is not None and date is not None:
            found[url] = date, member.reading.content_key
    return found


def _with_addresses(found: Signal, shown: Mapping[str, str]) -> Signal:
    return replace(found, worst=tuple((shown.get(url, url), value) for url, value in found.worst))


def insufficient(
    reason: str,
    known_types: Mapping[str, str] | None = None,
    profile: str | None = None,
    priors: Mapping[str, Prior] | None = None,
) -> Evaluation:
    """No score: nulls everywhere, with the reason."""
    return Evaluation(
        status=INSUFFICIENT,
        reason=reason,
        overall=None,
        overall_uncapped=None,
        components=dict.fromkeys(engine.COMPONENTS),
        signals={name: Signal(name, None, 0, reason, 0.0) for name in engine.SIGNALS},
        findings=(),
        confidence=0.0,
        profile=profile,
        page_types=dict(known_types or {}),
        priors=dict(priors or {}),
        addresses={},
    )


def _insufficient(crawl: Crawl) -> str | None:
    rows, site = crawl.rows, crawl.facts
    if not len(rows):
        return "the crawl found no page"
    answered = any(row.status is not None or row.not_modified for row in rows)
    if not answered and site.robots_status is None and site.llms_txt_status is None:
        why = next((row.error for row in rows if row.error), None)
        return f"the site gave no HTTP answer at all{f' ({why})' if why else ''}"
    key = rows.find(site.home_key)
    home = rows.get(rows.final(key) or key) if key is not None else None
    if home is not None and home.outcome == "disallowed" and "Googlebot" not in home.blocked_agents:
        return "robots.txt keeps EngineO from the home page, but not Googlebot: allow EngineOBot to be scored"
    return None


def _blocked_reason(site: Site) -> str:
    why = _BLOCKED_BY.get(site.home_member.gate.reason, site.home_member.gate.reason)
    return f"the home page cannot be indexed: {why}; the score is capped at {CAP}"


def _confidence(signals: Mapping[str, Signal]) -> float:
    """The sum over the signals of a third of the component's weight times the signal's confidence."""
    shares = (
        engine.WEIGHTS[component] / len(names) * signals[name].confidence
        for component, names in engine.COMPONENTS.items()
        for name in names
    )
    return round(fsum(shares), 12) + 0.0
