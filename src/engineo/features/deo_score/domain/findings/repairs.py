"""Ways to repair pages on paper: the site as it would be, for measuring what that would win."""

from collections.abc import Callable, Collection
from dataclasses import replace

from engineo.features.deo_score.domain.board import Change
from engineo.features.deo_score.domain.findings.check import Applied, Repair
from engineo.features.deo_score.domain.reading import Reading
from engineo.features.deo_score.domain.revise import mended, with_gates, with_members, without
from engineo.features.deo_score.domain.rows import Row
from engineo.features.deo_score.domain.signals.catalogue import MEASURES
from engineo.features.deo_score.domain.site import Member, Site

__all__ = ["EVERY", "MARKUP", "SNIPPET", "Repair", "answering", "done", "gating", "left_out", "reads", "saying"]
EVERY = tuple(MEASURES)
SNIPPET = ("contentCoverage", "serpPresence")
MARKUP = ("entityAccuracy", "entityCoverage", "serpPresence")


def _members(site: Site, urls: Collection[str], changed: Callable[[Member, Reading], Member]) -> dict[str, Member]:
    return {
        url: changed(member, member.reading)
        for url in urls
        if (member := site.members.get(url)) is not None and member.reading is not None
    }


def saying(changed: Callable[[Member, Reading], Reading]) -> Applied:
    """Pages that say something else."""
    return lambda site, urls: with_members(
        site, _members(site, urls, lambda member, reading: replace(member, reading=changed(member, reading)))
    )


def answering(changed: Callable[[Row], Row]) -> Applied:
    """Pages that are served otherwise."""
    return lambda site, urls: with_members(
        site, _members(site, urls, lambda member, _: replace(member, row=changed(member.row)))
    )


def gating(changed: Callable[[Member, Reading], Member]) -> Applied:
    """Pages that may be indexed afterwards."""
    return lambda site, urls: with_gates(site, _members(site, urls, changed))


def left_out(site: Site, urls: Collection[str]) -> Change:
    """Pages that answer at last: they count as the average of their type."""
    return without(site, [url for url in urls if url in site.members and url != site.home])


def done(what: str) -> Applied:
    return lambda site, urls: mended(site, what, urls)


def reads(*signals: str, **fields: object) -> Repair:
    """Pages with other values of some fields of their reading."""
    return Repair(signals, saying(lambda _, reading: replace(reading, **fields)))  # type: ignore[arg-type] # names of fields
