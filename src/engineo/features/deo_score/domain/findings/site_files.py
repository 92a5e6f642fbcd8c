"""Findings about robots.txt, sitemaps and llms.txt."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from engineo.features.deo_score.domain.board import Change
from engineo.features.deo_score.domain.findings.check import ALL_TYPES, Check, Hit, Impact, OnMember, OnSite
from engineo.features.deo_score.domain.findings.repairs import Repair
from engineo.features.deo_score.domain.revise import with_members
from engineo.features.deo_score.domain.signals.health import robots_value
from engineo.features.deo_score.domain.signals.linkage import reached
from engineo.features.deo_score.domain.site import Member, Site

AREA = "site"
SITEMAPS = "https://developers.google.com/search/docs/crawling-indexing/sitemaps/build-sitemap"
RFC_9309 = "https://www.rfc-editor.org/rfc/rfc9309"
_LISTS = ("crawlHealth", "indexability")


def _file(site: Site, name: str) -> str:
    return f"{site.facts.origin.rstrip('/')}/{name}"


def _served(status: int | None) -> bool:
    return status is not None and 200 <= status < 300  # noqa: PLR2004 - statuses are the rule


def _robots_unreachable(site: Site) -> Sequence[Hit]:
    status = site.facts.robots_status
    closed = robots_value(site.facts) < 1 and not _served(status)
    return [Hit(_file(site, "robots.txt"), 1.0, f"status {status}" if status else "no answer")] if closed else []


def _robots_invalid(site: Site) -> Sequence[Hit]:
    problems = site.facts.robots_problems if _served(site.facts.robots_status) and robots_value(site.facts) < 1 else ()
    return [Hit(_file(site, "robots.txt"), len(problems), "; ".join(problems[:5]))] if problems else []


def _robots_valid(site: Site, _: Collection[str]) -> Change:
    served = site.facts.robots_status if _served(site.facts.robots_status) else 404
    return Change(replace(site, facts=replace(site.facts, robots_status=served, robots_problems=())), ())


def _has_sitemap(site: Site) -> bool:
    return bool(site.facts.sitemaps) or any(member.listed for member in site.members.values())


def _no_sitemap(site: Site) -> Sequence[Hit]:
    return [] if _has_sitemap(site) else [Hit(_file(site, "sitemap.xml"))]


def _all_listed(site: Site, _: Collection[str]) -> Change:
    return _listed(site, [member.url for member in site.scored])


def _sitemap_problems(site: Site) -> Sequence[Hit]:
    problems = site.facts.sitemap_problems
    named = site.facts.sitemaps[0] if site.facts.sitemaps else _file(site, "sitemap.xml")
    return [Hit(named, len(problems), "; ".join(problems[:5]))] if problems else []


def _unlisted(site: Site, member: Member) -> bool:
    return member.g > 0 and not member.listed and site.once(_has_sitemap) and not reached(site, member)


def _listed(site: Site, urls: Collection[str]) -> Change:
    """A good sitemap lists what may be indexed without reserve."""
    members = {url: replace(site.members[url], listed=True) for url in urls if site.members[url].g == 1}
    return with_members(site, members)


def _unlist(site: Site, urls: Collection[str]) -> Change:
    return with_members(site, {url: replace(site.members[url], listed=False) for url in urls})


def _listed_error(_: Site, member: Member) -> float:
    return (member.row.status or 1) if member.listed and member.reading is None else 0


def _listed_closed(_: Site, member: Member) -> Hit | float:
    """Listed, read, and not to be indexed: by noindex, robots.txt, or a canonical to another page."""
    if not member.listed or member.reading is None or member.g > 0 or member.into is not None:
        return 0.0
    return Hit(member.url, 1.0, member.gate.reason)


def _listed_copy(site: Site, member: Member) -> Hit | float:
    return Hit(member.url, 1.0, f"is {site.address(member.into)}") if member.listed and member.into else 0.0


def _listed_redirects(site: Site) -> Sequence[Hit]:
    return [
        Hit(row.url_key, row.redirects, f"leads to {site.address(final)}")
        for row in site.rows
        if row.in_sitemap and row.redirects and (final := site.rows.final(row.url_key)) is not None
    ]


def _listed_count(site: Site) -> int:
    return sum(row.in_sitemap for row in site.rows)


def _llms_error(site: Site) -> Sequence[Hit]:
    status = site.facts.llms_txt_status
    failing = status is not None and status >= 500  # noqa: PLR2004 - statuses are the rule
    return [Hit(_file(site, "llms.txt"), 1.0, f"status {status}")] if failing else []


CHECKS = (
    Check(
        "robots-txt-unreachable",
        AREA,
        Impact.BLOCKING,
        "robots.txt cannot be read",
        "Make robots.txt answer",
        why="Where it answers with an error or not at all, crawlers treat the whole site as closed.",
        how="Answer 200 with the rules, or 404 where there are none; never 5xx or 429.",
        source=RFC_9309,
        find=OnSite(_robots_unreachable),
        repair=Repair(("crawlHealth",), _robots_valid),
    ),
    Check(
        "robots-txt-invalid",
        AREA,
        Impact.MODERATE,
        "Lines of robots.txt that are not valid",
        "Repair robots.txt",
        why="Crawlers skip lines that they do not understand, whatever they were meant to open or close.",
        how="Correct or remove these lines; rules begin with / or *, sitemaps are full addresses.",
        source="https://developer.chrome.com/docs/lighthouse/seo/invalid-robots-txt",
        find=OnSite(_robots_invalid),
        repair=Repair(("crawlHealth",), _robots_valid),
    ),
    Check(
        "sitemap-missing",
        AREA,
        Impact.ADVICE,
        "There is no sitemap",
        "Publish a sitemap",
        why="A sitemap makes pages known that links do not lead to, and says when they changed.",
        how="List all pages that are to be found, with lastmod, and name the sitemap in robots.txt.",
        source=SITEMAPS,
        find=OnSite(_no_sitemap),
        repair=Repair(_LISTS, _all_listed),
    ),
    Check(
        "sitemap-invalid",
        AREA,
        Impact.MODERATE,
        "Sitemaps with faults",
        "Repair the sitemap",
        why="What cannot be read in a sitemap is not known.",
        how="Correct what is named here; a sitemap holds at most 50,000 addresses and 50 MB.",
        source="https://www.sitemaps.org/protocol.html",
        find=OnSite(_sitemap_problems),
    ),
    Check(
        "sitemap-incomplete",
        AREA,
        Impact.MODERATE,
        "Pages neither in a sitemap nor within reach",
        "List {pages} in a sitemap",
        why="Engines learn of them by chance only.",
        how="Add them to the sitemap, and link to them.",
        source=SITEMAPS,
        find=OnMember(_unlisted),
        repair=Repair(_LISTS, _listed),
    ),
    Check(
        "sitemap-errors",
        AREA,
        Impact.MODERATE,
        "Sitemap entries that do not answer with a page",
        "Take {pages} out of the sitemap, or bring them back",
        why="A sitemap that lists errors is believed less.",
        how="Build the sitemap from the pages that exist.",
        source=SITEMAPS,
        find=OnMember(_listed_error),
        repair=Repair(_LISTS, _unlist),
        types=ALL_TYPES,
    ),
    Check(
        "sitemap-closed",
        AREA,
        Impact.MODERATE,
        "Sitemap entries that may not be indexed",
        "Take {pages} that may not be indexed out of the sitemap",
        why="The sitemap asks to index what the page, robots.txt or a canonical forbids.",
        how="List only pages that answer 200, may be indexed, and name themselves as canonical.",
        source=SITEMAPS,
        find=OnMember(_listed_closed),
        repair=Repair(_LISTS, _unlist),
    ),
    Check(
        "sitemap-copies",
        AREA,
        Impact.ADVICE,
        "Sitemap entries that name another page as canonical",
        "List the canonical addresses of {pages} instead",
        why="A sitemap is a list of the addresses you prefer.",
        how="Leave out addresses whose canonical is another one.",
        source=SITEMAPS,
        find=OnMember(_listed_copy),
        types=ALL_TYPES,
    ),
    Check(
        "sitemap-redirects",
        AREA,
        Impact.ADVICE,
        "Sitemap entries that are redirected",
        "List the final addresses of {pages}",
        why="Each costs a request more, and says that the sitemap is not up to date.",
        how="Replace them by the addresses they lead to.",
        source=SITEMAPS,
        find=OnSite(_listed_redirects, _listed_count),
    ),
    Check(
        "llms-txt-error",
        AREA,
        Impact.ADVICE,
        "llms.txt answers with an error",
        "Answer 404 or a file for llms.txt",
        why="It is not needed and earns nothing, but an error is neither a file nor none.",
        how="Serve the file, or answer 404.",
        source="https://llmstxt.org/",
        find=OnSite(_llms_error),
    ),
)
