"""Repairs of missing and old dates."""

from dataclasses import replace

from engineo.features.crawling.contracts import DateEvidence, PageFacts
from engineo.features.deo_score.domain.dates import trusted_date
from engineo.features.deo_score.domain.repairs.repair import Repair, on_facts, pages_with
from engineo.features.deo_score.domain.signals.freshness import HALF_LIVES
from engineo.features.deo_score.domain.site import Member, Site


def _undated(site: Site, member: Member) -> bool:
    return (
        member.type in HALF_LIVES
        and member.row.fetched_at is not None
        and trusted_date(member, site.statistics.ignored_dates) is None
    )


def _dated(_: Site, member: Member, facts: PageFacts) -> PageFacts:
    """A date that is true of a page in the middle of its life: one half-life before it was fetched."""
    fetched = member.row.fetched_at
    if fetched is None:
        return facts
    return replace(facts, dates=(*facts.dates, DateEvidence(fetched - HALF_LIVES[member.type], "stated")))


def _stale(site: Site, member: Member) -> bool:
    date = trusted_date(member, site.statistics.ignored_dates)
    return member.type in HALF_LIVES and date is not None and site.as_of - date > HALF_LIVES[member.type]


def _renewed(_: Site, member: Member, facts: PageFacts) -> PageFacts:
    fetched = member.row.fetched_at
    return facts if fetched is None else replace(facts, dates=(*facts.dates, DateEvidence(fetched, "stated")))


REPAIRS = (
    Repair(
        "date-missing",
        "contentFreshness",
        ("contentFreshness",),
        "Date 1 page",
        "Date {n} pages",
        "Say when the page was last changed, visibly and as dateModified or lastmod; undated pages count as old.",
        pages_with(_undated),
        on_facts(_dated),
    ),
    Repair(
        "text-stale",
        "contentFreshness",
        ("contentFreshness",),
        "Bring 1 old page up to date",
        "Bring {n} old pages up to date",
        "Their newest date is older than half a year (articles) or a year; changing the date alone does not count.",
        pages_with(_stale),
        on_facts(_renewed),
    ),
)
