"""Goes through all checks, and measures each finding by scoring the site again as if it were mended."""

from collections.abc import Iterator

from engineo.features.deo_score.domain.board import Board
from engineo.features.deo_score.domain.engine import unrounded
from engineo.features.deo_score.domain.findings.check import (
    SEVERITIES,
    Check,
    Hit,
    OnMember,
    OnPage,
    OnReading,
    OnSite,
    severity,
)
from engineo.features.deo_score.domain.findings.finding import Affected, Finding
from engineo.features.deo_score.domain.findings.registry import CHECKS
from engineo.features.deo_score.domain.findings.scan import Scan
from engineo.features.deo_score.domain.page_types import POLICY
from engineo.features.deo_score.domain.site import Member, Site

CAP = 30  # of the score, while the home page cannot be indexed
_CRITICAL = SEVERITIES[4]
_HOME = "home-unreadable"


def is_blocked(site: Site) -> bool:
    """Whether the home page cannot be indexed."""
    return site.home_member.g == 0 and site.home_member.into is None


def judge(board: Board, scan: Scan) -> list[Finding]:
    """All findings, those that would win most points first."""
    found = [finding for check in CHECKS if (finding := _finding(check, board, scan)) is not None]
    return sorted(found, key=lambda finding: (-finding.points, -finding.check.impact, -finding.share, finding.check.id))


def _finding(check: Check, board: Board, scan: Scan) -> Finding | None:
    affected, of = find(check, board.site, scan)
    if not len(affected):
        return None
    affected.sort()
    share = min(1.0, len(affected) / max(1, of))
    points, opens = _points(check, board, affected)
    return Finding(check, _CRITICAL if opens else severity(check.impact, share), share, points, affected)


def _points(check: Check, board: Board, affected: Affected) -> tuple[float, bool]:
    """What mending it would win, and whether it would let the home page be indexed."""
    before, site = board.overall, board.site
    if check.id == _HOME:
        return max(0.0, round(before - CAP, 9)), True
    if check.repair is None:
        return 0.0, False
    change = check.repair.apply(site, affected.urls)
    after = unrounded(board.after(change, dict.fromkeys(check.repair.signals))) or 0.0
    opens = is_blocked(site) and not is_blocked(change.site)
    # where the home page may be indexed afterwards, the cap falls, too
    won = after - (min(before, CAP) if opens else before)
    return max(0.0, round(won, 9)) + 0.0, opens


def find(check: Check, site: Site, scan: Scan) -> tuple[Affected, int]:
    """What a check finds, and of how many it could have been."""
    finder = check.find
    if isinstance(finder, OnPage):
        return _on_page(check, site, scan)
    affected = Affected()
    if isinstance(finder, OnSite):
        for hit in finder.find(site):
            affected.add(hit.url, hit.amount, hit.detail)
        return affected, 1 if finder.of is None else finder.of(site)
    of = 0
    for member in _members(check, site):
        if isinstance(finder, OnReading):
            amount = finder.look(member, member.reading) if member.reading is not None else None
        else:
            amount = _amount(finder, site, member, affected)
        if amount is not None:
            of += 1
            if amount:
                affected.add(member.url, amount)
    return affected, of


def _amount(finder: OnMember, site: Site, member: Member, affected: Affected) -> float | None:
    found = finder.look(site, member)
    if isinstance(found, Hit):
        affected.add(found.url, found.amount, found.detail)
        return 0.0
    return found


def _on_page(check: Check, site: Site, scan: Scan) -> tuple[Affected, int]:
    found, affected = scan.found(check.id), Affected()
    members = {member.url for member in _members(check, site) if member.reading is not None}
    for url, amount in zip(found.urls, found.amounts, strict=True):
        if url in members:
            affected.add(url, amount)
    return affected, min(found.of, len(members))


def _members(check: Check, site: Site) -> Iterator[Member]:
    """The members that a check is about; consolidated pages where it is about pages of every kind."""
    everyone = POLICY in check.types
    return (
        member for member in site.members.values() if member.type in check.types and (everyone or member.into is None)
    )
