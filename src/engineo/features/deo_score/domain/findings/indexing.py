"""Findings about what keeps pages out of an index, or their text out of results."""

from collections.abc import Collection
from dataclasses import replace

from engineo.features.deo_score.domain.board import Change
from engineo.features.deo_score.domain.directives import directives
from engineo.features.deo_score.domain.findings.check import ALL_TYPES, Check, Impact, OnMember, OnPage, OnReading
from engineo.features.deo_score.domain.findings.repairs import EVERY, Repair, gating, left_out, reads
from engineo.features.deo_score.domain.reader import SHELL_WORDS, Seen
from engineo.features.deo_score.domain.revise import with_gates
from engineo.features.deo_score.domain.site import Member, Site

AREA = "indexing"
ROBOTS_META = "https://developers.google.com/search/docs/crawling-indexing/robots-meta-tag"
BLOCK = "https://developers.google.com/search/docs/crawling-indexing/block-indexing"
ROBOTS_TXT = "https://developers.google.com/search/docs/crawling-indexing/robots/intro"
_SHORT_SNIPPET = 50


def _blocked(member: Member) -> bool:
    return "Googlebot" in member.row.blocked_agents


def _opened(site: Site, urls: Collection[str]) -> Change:
    """Pages that Googlebot may crawl; of those that could not be read it is not known what they would say."""
    unread = [url for url in urls if site.members[url].reading is None]
    members = {}
    for url in urls:
        member = site.members[url]
        if member.reading is not None:
            agents = tuple(agent for agent in member.row.blocked_agents if agent != "Googlebot")
            members[url] = replace(member, row=replace(member.row, blocked_agents=agents))
    opened = with_gates(site, members)
    answered = left_out(opened.site, unread)
    return Change(answered.site, {*opened.urls, *answered.urls})


def _directives(seen: Seen) -> list[str]:
    return [directive.replace(" ", "") for directive in directives(seen.facts)]


def _short_snippet(seen: Seen) -> float:
    """How short the shortest snippet is that the page allows; 0 where it is not short."""
    lengths = [
        int(length)
        for directive in _directives(seen)
        if directive.startswith("max-snippet:") and (length := directive.partition(":")[2]).isdecimal()
    ]
    shortest = min((length for length in lengths if length > 0), default=_SHORT_SNIPPET)
    return shortest if shortest < _SHORT_SNIPPET else 0


def _will_vanish(seen: Seen) -> bool:
    said = any(directive.startswith("unavailable_after") for directive in _directives(seen))
    return said and not seen.reading.noindex


def _partly_hidden(seen: Seen) -> float:
    facts = seen.facts
    return facts.nosnippet_words if 0 < facts.nosnippet_words < facts.words else 0


CHECKS = (
    Check(
        "noindex",
        AREA,
        Impact.BLOCKING,
        "Pages that say noindex",
        "Take noindex off {pages}",
        why="noindex, none or a passed unavailable_after keeps a page out of every result and answer.",
        how="Remove it from the robots meta element and the X-Robots-Tag header; or stop linking and listing the page.",
        source="https://developer.chrome.com/docs/lighthouse/seo/is-crawlable",
        find=OnReading(lambda _, reading: reading.noindex),
        repair=Repair(
            ("indexability", *EVERY),
            gating(lambda member, reading: replace(member, reading=replace(reading, noindex=False))),
        ),
    ),
    Check(
        "robots-blocked",
        AREA,
        Impact.BLOCKING,
        "Pages that robots.txt closes to Googlebot",
        "Let Googlebot crawl {pages}",
        why="They are linked or listed, and cannot be indexed with their text.",
        how="Remove the Disallow line that matches them; keep pages out of results with noindex, not with robots.txt.",
        source=ROBOTS_TXT,
        find=OnMember(lambda _, member: _blocked(member)),
        repair=Repair(("indexability", *EVERY), _opened),
    ),
    Check(
        "noindex-unseen",
        AREA,
        Impact.ADVICE,
        "noindex that no engine may read",
        "Open {pages} to crawlers, or take their noindex off",
        why="Where robots.txt keeps crawlers out, noindex is never seen: the address may be indexed nevertheless.",
        how="Choose one: allow crawling and keep noindex, or disallow and remove the links to it.",
        source=BLOCK,
        find=OnMember(lambda _, member: member.reading is not None and member.reading.noindex and _blocked(member)),
        types=ALL_TYPES,
    ),
    Check(
        "script-shell",
        AREA,
        Impact.BLOCKING,
        "Pages that are empty until scripts fill them",
        "Deliver the text of {pages} in their HTML",
        why="Most answer engines run no scripts, and search engines run them late.",
        how="Render on the server or at build time; check the page with scripts switched off.",
        source="https://developers.google.com/search/docs/crawling-indexing/javascript/javascript-seo-basics",
        find=OnReading(lambda _, reading: reading.shell),
        repair=Repair(
            ("indexability", *EVERY),
            gating(
                lambda member, reading: replace(
                    member, reading=replace(reading, shell=False, raw_words=max(SHELL_WORDS, reading.raw_words))
                )
            ),
        ),
    ),
    Check(
        "nofollow-page",
        AREA,
        Impact.MODERATE,
        "Pages whose links are not followed",
        "Take nofollow off the robots directives of {pages}",
        why="A page-wide nofollow makes a dead end of the page: nothing is found through it.",
        how="Remove nofollow from the robots meta element or header; mark single links that you cannot vouch for.",
        source=ROBOTS_META,
        find=OnReading(lambda _, reading: reading.nofollow and not reading.noindex),
    ),
    Check(
        "snippet-forbidden",
        AREA,
        Impact.SERIOUS,
        "Pages that may not be quoted",
        "Allow snippets of {pages}",
        why="nosnippet and max-snippet:0 keep a page's text out of results and out of every answer.",
        how="Remove them, or mark only the parts that must not be quoted with data-nosnippet.",
        source=ROBOTS_META,
        find=OnReading(lambda _, reading: not reading.snippet),
        repair=reads("answerSurfacePresence", "serpPresence", "contentCoverage", snippet=True),
    ),
    Check(
        "snippet-short",
        AREA,
        Impact.ADVICE,
        "Pages that may be quoted with a few characters only",
        "Allow longer snippets of {pages}",
        why="A max-snippet of less than 50 characters leaves no room for a sentence.",
        how="Use max-snippet:-1, or leave it out.",
        source=ROBOTS_META,
        find=OnPage(_short_snippet, "characters"),
    ),
    Check(
        "snippet-partly-forbidden",
        AREA,
        Impact.ADVICE,
        "Text that is kept from being quoted",
        "Look whether the data-nosnippet of {pages} is meant",
        why="Text within data-nosnippet appears in no result and no answer.",
        how="Keep it to what must not be quoted: consent texts, prices that change by the minute.",
        source=ROBOTS_META,
        find=OnPage(_partly_hidden, "words"),
    ),
    Check(
        "image-preview-forbidden",
        AREA,
        Impact.MODERATE,
        "Pages whose images may not be shown",
        "Allow image previews of {pages}",
        why="max-image-preview:none takes the picture out of results, and the page out of image-led ones.",
        how="Use max-image-preview:large.",
        source=ROBOTS_META,
        find=OnReading(lambda _, reading: not reading.image_preview),
        repair=reads("serpPresence", image_preview=True),
    ),
    Check(
        "images-not-indexed",
        AREA,
        Impact.ADVICE,
        "Pages that keep their images out of image search",
        "Take noimageindex off {pages}",
        why="Images of products are found through image search, too.",
        how="Remove noimageindex unless the images are not yours to show.",
        source=ROBOTS_META,
        find=OnPage(lambda seen: "noimageindex" in _directives(seen)),
    ),
    Check(
        "unavailable-later",
        AREA,
        Impact.ADVICE,
        "Pages that will drop out of results by themselves",
        "Look whether the unavailable_after of {pages} is meant",
        why="On that date the page disappears from results as if it said noindex.",
        how="Remove the directive where the page is to stay.",
        source=ROBOTS_META,
        find=OnPage(_will_vanish),
    ),
)
