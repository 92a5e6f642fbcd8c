"""crawlHealth: do pages answer, do links lead somewhere, do robots.txt and sitemap tell the truth?"""

from functools import partial

from engineo.features.crawling.contracts import SiteFacts
from engineo.features.deo_score.domain.curves import mean
from engineo.features.deo_score.domain.measure import About, PageValue, Part, Signal, best_of_groups, signal, site_part
from engineo.features.deo_score.domain.page_types import PAGE_TYPES
from engineo.features.deo_score.domain.rows import redirects
from engineo.features.deo_score.domain.signals.linkage import allowed_clicks
from engineo.features.deo_score.domain.site import Member, Site

ABOUT = About(
    "crawlHealth",
    ("readable-200", "links-work", "robots-txt-valid", "sitemap-true"),
    (
        "https://developer.chrome.com/docs/lighthouse/seo/http-status-code",
        "https://developer.chrome.com/docs/lighthouse/seo/invalid-robots-txt",
        "https://www.rfc-editor.org/rfc/rfc9309",
    ),
)
_RESPONSE, _LINKS, _ROBOTS, _LISTED, _FOUND = 0.5, 0.3, 0.1, 0.05, 0.05
_BY_REDIRECTS = (1.0, 0.5, 0.25)


def crawl_health(site: Site) -> Signal:
    """.5 response + .3 links + .1 robots + .1 sitemap (half what it lists, half what it leaves out)."""
    answers = best_of_groups(site, PAGE_TYPES, lambda member: float(member.facts is not None))
    links = best_of_groups(site, PAGE_TYPES, partial(_page_links, site, {}))
    parts = {
        "response": site_part(site, _RESPONSE, answers),
        "links": site_part(site, _LINKS, links),
        "robots": Part(_ROBOTS, robots_value(site.facts)),
        "sitemapListed": Part(_LISTED, listed_value(site)),
        "sitemapFound": Part(_FOUND, found_value(site)),
    }
    worse = [
        PageValue(answer.url, answer.type, min(answer.value, link.value))
        for answer, link in zip(answers, links, strict=True)
    ]
    return signal(site, ABOUT, parts, worse)


def page_links(site: Site, member: Member) -> float:
    """Half the mean worth of a page's distinct internal targets, half that none of them is broken."""
    return _page_links(site, {}, member)


def _page_links(site: Site, known: dict[str, tuple[float | None, bool]], member: Member) -> float:
    """`known` holds what was worked out already of a target: its worth, and whether it is broken."""
    if member.facts is None:
        return 0.0
    found = []
    for raw in sorted({edge.raw for edge in site.graph.edges.get(member.url, ())}):
        if raw not in known:
            known[raw] = target_worth(site, raw), is_broken(site, raw)
        worth, broken = known[raw]
        if worth is not None:
            found.append((worth, broken))
    if not found:
        return 1.0
    return 0.5 * mean(worth for worth, _ in found) + 0.5 * (not any(broken for _, broken in found))


def target_worth(site: Site, raw: str) -> float | None:
    """1 for a 200 or a disallowed URL, less for every redirect, 0 for a loop or an error; None where unknown."""
    row = site.rows.get(raw)
    if row is None or row.outcome == "not_attempted":
        return None
    if is_broken(site, raw):
        return 0.0
    hops = redirects(row)
    return _BY_REDIRECTS[hops] if hops < len(_BY_REDIRECTS) else 0.0


def is_broken(site: Site, raw: str) -> bool:
    """Whether a link ends in an error, a loop or a soft 404; redirects that leave the site are not followed."""
    row = site.rows.get(raw)
    if row is None or row.outcome in {"disallowed", "redirected_off_site", "not_attempted"}:
        return False
    final = site.rows.final(raw)
    answer = site.rows.get(final) if final is not None else None
    if answer is None or answer.outcome in {"disallowed", "redirected_off_site", "not_attempted"}:
        return False
    member = site.members.get(answer.url_key)
    if member is not None and member.facts is None and answer.outcome == "html":
        return True  # a soft 404
    return not (answer.not_modified or (answer.status is not None and 200 <= answer.status < 300))  # noqa: PLR2004 - statuses are the rule


def robots_value(facts: SiteFacts) -> float:
    """1 for no file (3xx, 4xx), an empty one, or only valid lines; 0 for 429, 5xx, unreachable or invalid lines."""
    status = facts.robots_status
    if status is None or status == 429 or status >= 500:  # noqa: PLR2004 - statuses are the rule
        return 0.0
    served = 200 <= status < 300  # noqa: PLR2004 - statuses are the rule
    return float(not served or facts.robots_empty or not facts.robots_problems)


def listed_value(site: Site) -> float:
    """Mean g over the page groups that the sitemap lists; none listed: 1."""
    best = [
        max(site.members[url].g for url in group.urls if site.members[url].listed)
        for group in site.groups
        if any(site.members[url].listed for url in group.urls)
    ]
    return mean(best) if best else 1.0


def found_value(site: Site) -> float:
    """The share of page groups that can be indexed and are listed or within reach of home's links."""
    clicks = allowed_clicks(site)
    return mean(any(_found(site.members[url], site, clicks) for url in group.urls) for group in site.groups)


def _found(member: Member, site: Site, clicks: int) -> bool:
    return member.g > 0 and (member.listed or site.graph.depth.get(member.url, clicks + 1) <= clicks)
