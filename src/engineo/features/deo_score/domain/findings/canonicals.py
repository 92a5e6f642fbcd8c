"""Findings about canonicals: the address that a page names as its own."""

from dataclasses import replace

from engineo.features.deo_score.domain.findings.check import ALL_TYPES, Check, Hit, Impact, OnMember, OnPage
from engineo.features.deo_score.domain.findings.repairs import EVERY, Repair, gating
from engineo.features.deo_score.domain.reader import Seen
from engineo.features.deo_score.domain.site import Member, Site
from engineo.features.deo_score.domain.url_rules import url_key

AREA = "indexing"
CANONICAL = "https://developers.google.com/search/docs/crawling-indexing/consolidate-duplicate-urls"
LIGHTHOUSE = "https://developer.chrome.com/docs/lighthouse/seo/canonical"
# Without any, a page names itself.
_ITSELF = Repair(
    ("indexability", *EVERY),
    gating(lambda member, reading: replace(member, reading=replace(reading, canonicals=()))),
)


def _because(member: Member, *reasons: str) -> Hit | float:
    named = member.reading.canonicals if member.reading is not None else ()
    return (
        Hit(member.url, 1.0, f"names {', '.join(url or 'no address' for url in named)}")
        if (member.gate.reason in reasons)
        else 0.0
    )


def _target(site: Site, member: Member) -> Member | None:
    return site.members.get(member.gate.canonical) if member.gate.canonical is not None else None


def _is_home(site: Site, member: Member) -> bool:
    return member.gate.canonical == site.home and member.into is None


def _is_translation(member: Member) -> bool:
    """The page lists itself and the canonical as language versions of each other."""
    reading, target = member.reading, member.gate.canonical
    versions = {url for _, url in reading.hreflang} if reading is not None else set()
    return target is not None and target in versions and member.url in versions


def _another(site: Site, member: Member) -> Hit | float:
    if member.gate.reason != "canonical-other" or member.into is not None:
        return 0.0
    if _is_home(site, member) or _is_translation(member):
        return 0.0
    return Hit(member.url, 1.0, f"names {site.address(member.gate.canonical or '')}")


def _redirects(site: Site, member: Member) -> Hit | float:
    for url in member.reading.canonicals if member.reading is not None else ():
        key = site.rows.find(url) if url else None
        final = site.rows.final(key) if key is not None else None
        if key is not None and final is not None and final != key:
            return Hit(member.url, 1.0, f"names {site.address(key)}, which leads to {site.address(final)}")
    return 0.0


def _of_noindex(site: Site, member: Member) -> Hit | float:
    target = _target(site, member)
    closed = target is not None and target.reading is not None and target.reading.noindex
    return Hit(member.url, 1.0, f"names {site.address(member.gate.canonical or '')}") if closed else 0.0


def _of_another(site: Site, member: Member) -> Hit | float:
    target = _target(site, member)
    chained = target is not None and target.gate.canonical is not None
    return Hit(member.url, 1.0, f"names {site.address(member.gate.canonical or '')}") if chained else 0.0


def _disagrees(seen: Seen) -> bool:
    page, header = set(map(url_key, seen.facts.canonicals)), set(map(url_key, seen.facts.canonical_header))
    return bool(page and header) and page != header


def _insecure(seen: Seen) -> bool:
    named = (*seen.facts.canonicals, *seen.facts.canonical_header)
    return seen.row.url.startswith("https:") and any(url.startswith("http:") for url in named)


CHECKS = (
    Check(
        "canonical-conflict",
        AREA,
        Impact.SERIOUS,
        "Pages that name several canonicals",
        "Leave one canonical in {pages}",
        why="Engines ignore canonicals that contradict each other, and choose an address themselves.",
        how="Name one address, in the head or in the Link header, not different ones in both.",
        source=LIGHTHOUSE,
        find=OnMember(lambda _, member: _because(member, "canonical-conflict")),
        repair=_ITSELF,
    ),
    Check(
        "canonical-invalid",
        AREA,
        Impact.SERIOUS,
        "Canonicals that are no addresses",
        "Correct the canonical of {pages}",
        why="What is no http address is ignored.",
        how="Write the full address, with https:// and host.",
        source=LIGHTHOUSE,
        find=OnMember(lambda _, member: _because(member, "canonical-invalid")),
        repair=_ITSELF,
    ),
    Check(
        "canonical-broken",
        AREA,
        Impact.SERIOUS,
        "Canonicals that lead to an error",
        "Correct the canonical of {pages}",
        why="A canonical to a page that is gone, or that redirects back, is ignored.",
        how="Name the address under which the page answers 200.",
        source=CANONICAL,
        find=OnMember(lambda _, member: _because(member, "canonical-broken", "canonical-redirects-back")),
        repair=_ITSELF,
    ),
    Check(
        "canonical-elsewhere",
        AREA,
        Impact.BLOCKING,
        "Canonicals that name another site",
        "Name {pages} themselves as canonical, or do without",
        why="The page hands itself over to the other site, and disappears from results.",
        how="Name the page's own address; often a template still names the staging or old domain.",
        source=CANONICAL,
        find=OnMember(lambda _, member: _because(member, "canonical-elsewhere")),
        repair=_ITSELF,
    ),
    Check(
        "canonical-home",
        AREA,
        Impact.BLOCKING,
        "Canonicals that name the home page",
        "Name {pages} themselves as canonical",
        why="All pages that name the home page as their better address drop out of results.",
        how="Name the page's own address; a template writes the site's address instead.",
        source=LIGHTHOUSE,
        find=OnMember(_is_home),
        repair=_ITSELF,
    ),
    Check(
        "canonical-translation",
        AREA,
        Impact.BLOCKING,
        "Canonicals that name another language version",
        "Name {pages} themselves as canonical",
        why="Language versions are no duplicates: the one that names another disappears from results.",
        how="Let every version name itself, and list the others with hreflang.",
        source=LIGHTHOUSE,
        find=OnMember(lambda site, member: _is_translation(member) and not _is_home(site, member)),
        repair=_ITSELF,
    ),
    Check(
        "canonical-other",
        AREA,
        Impact.BLOCKING,
        "Canonicals that name a page with another text",
        "Name {pages} themselves as canonical",
        why="The page asks not to be indexed in favour of another one that does not say the same.",
        how="Use a canonical only between addresses of the same text; otherwise name the page itself.",
        source=CANONICAL,
        find=OnMember(_another),
        repair=_ITSELF,
    ),
    Check(
        "canonical-redirected",
        AREA,
        Impact.ADVICE,
        "Canonicals that are redirected",
        "Name the final address as canonical of {pages}",
        why="A canonical that redirects costs a request and is a weaker hint.",
        how="Name the address at the end of the redirects.",
        source=CANONICAL,
        find=OnMember(_redirects),
        types=ALL_TYPES,
    ),
    Check(
        "canonical-to-noindex",
        AREA,
        Impact.SERIOUS,
        "Canonicals that name a page with noindex",
        "Correct the canonical of {pages}, or index the page it names",
        why="Page and canonical both ask not to be indexed: neither is.",
        how="Take noindex off the page that stands for the text.",
        source=CANONICAL,
        find=OnMember(_of_noindex),
        types=ALL_TYPES,
    ),
    Check(
        "canonical-chain",
        AREA,
        Impact.MODERATE,
        "Canonicals that name a page with another canonical",
        "Name the last page of the chain as canonical of {pages}",
        why="Engines follow no chains of canonicals; which page they choose is open.",
        how="Let all pages of the chain name its last one.",
        source=CANONICAL,
        find=OnMember(_of_another),
        types=ALL_TYPES,
    ),
    Check(
        "canonical-relative",
        AREA,
        Impact.ADVICE,
        "Canonicals written as relative addresses",
        "Write the canonical of {pages} in full",
        why="It works until the page is reached under another host or with a base element.",
        how="Write https://, host and path.",
        source=LIGHTHOUSE,
        find=OnPage(lambda seen: seen.facts.canonical_relative),
        types=ALL_TYPES,
    ),
    Check(
        "canonical-header-differs",
        AREA,
        Impact.MODERATE,
        "Canonicals of page and header that differ",
        "Name one canonical in page and header of {pages}",
        why="Two answers to one question: both are ignored.",
        how="Set the Link header or the link element, not both.",
        source=CANONICAL,
        find=OnPage(_disagrees),
        types=ALL_TYPES,
    ),
    Check(
        "canonical-insecure",
        AREA,
        Impact.MODERATE,
        "Canonicals without encryption",
        "Name the https address as canonical of {pages}",
        why="The page recommends its address without encryption, which then redirects back.",
        how="Write https:// in the canonical.",
        source=CANONICAL,
        find=OnPage(_insecure),
        types=ALL_TYPES,
    ),
)
