"""Findings about addresses that do not answer with a page, and about the addresses themselves."""

from collections.abc import Sequence
from urllib.parse import unquote, urlsplit

from engineo.features.deo_score.domain.edges import LOCAL
from engineo.features.deo_score.domain.findings.check import ALL_TYPES, Check, Hit, Impact, OnMember, OnSite
from engineo.features.deo_score.domain.findings.repairs import EVERY, Repair, left_out
from engineo.features.deo_score.domain.site import Member, Site

AREA = "indexing"
HTTP_STATUS = "https://developers.google.com/search/docs/crawling-indexing/http-network-errors"
SOFT_404 = "https://developers.google.com/search/docs/crawling-indexing/http-network-errors#soft-404-errors"
URLS = "https://developers.google.com/search/docs/crawling-indexing/url-structure"
_CLIENT_ERRORS, _SERVER_ERRORS = range(400, 500), range(500, 600)
_SILENT = ("timeout", "unreachable", "refused")
_LONG_URL = 200
_ANSWERS = Repair(("crawlHealth", *EVERY), left_out)


def _unread(site: Site, member: Member) -> bool:
    return member.reading is None and member.url != site.home


def _status(site: Site, member: Member, statuses: range) -> float:
    status = member.row.status
    return status if status is not None and status in statuses and _unread(site, member) else 0


def _is_soft_404(site: Site, member: Member) -> bool:
    return _unread(site, member) and member.row.outcome == "html" and member.row.answered


def _ours_only(site: Site, member: Member) -> bool:
    closed = _unread(site, member) and member.row.outcome == "disallowed"
    return closed and "Googlebot" not in member.row.blocked_agents


def _home_unread(site: Site) -> Sequence[Hit]:
    return [Hit(site.home)] if site.home_member.reading is None else []


def _unencrypted(_: Site, member: Member) -> bool:
    """Not on the machine where it is written: nothing is on the way there."""
    url = member.row.url
    return member.reading is not None and url.startswith("http:") and not url.startswith(LOCAL)


def _path(member: Member) -> str:
    try:
        return urlsplit(member.row.url).path
    except ValueError:
        return ""


CHECKS = (
    Check(
        "home-unreadable",
        AREA,
        Impact.BLOCKING,
        "The home page cannot be read",
        "Make the home page answer with a page that can be read",
        why="As long as the home page does not answer with a page, the score is capped at 30.",
        how="Let / answer 200 with HTML, also to clients without cookies and scripts; allow it in robots.txt.",
        source=HTTP_STATUS,
        find=OnSite(_home_unread),
    ),
    Check(
        "http-not-found",
        AREA,
        Impact.SERIOUS,
        "Pages that are gone",
        "Bring back, redirect or unlist {pages}",
        why="They are listed, sold, known or named as canonical, and answer with a client error such as 404 or 403.",
        how="Answer 200 again; redirect to the page that took over; or remove them from sitemap, catalogue and links.",
        source="https://developer.chrome.com/docs/lighthouse/seo/http-status-code",
        find=OnMember(lambda site, member: _status(site, member, _CLIENT_ERRORS), "status"),
        repair=_ANSWERS,
        types=ALL_TYPES,
    ),
    Check(
        "http-server-error",
        AREA,
        Impact.BLOCKING,
        "Pages that answer with a server error",
        "Mend the errors of {pages}",
        why="Errors of the server make engines crawl less, and drop pages that stay broken.",
        how="Look for these addresses in the server's error log; answer 503 with Retry-After during maintenance only.",
        source=HTTP_STATUS,
        find=OnMember(lambda site, member: _status(site, member, _SERVER_ERRORS), "status"),
        repair=_ANSWERS,
        types=ALL_TYPES,
    ),
    Check(
        "http-no-answer",
        AREA,
        Impact.BLOCKING,
        "Pages that do not answer at all",
        "Make {pages} answer in time",
        why="A page that times out or refuses the connection does not exist for a crawler.",
        how="Check that the server answers crawlers as it answers browsers, and how long these pages take.",
        source=HTTP_STATUS,
        find=OnMember(lambda site, member: _unread(site, member) and member.row.outcome in _SILENT),
        repair=_ANSWERS,
        types=ALL_TYPES,
    ),
    Check(
        "soft-404",
        AREA,
        Impact.SERIOUS,
        'Pages that say "not found" and answer 200',
        "Answer 404 where {pages} have nothing to show",
        why="Engines treat them as errors, and crawl them again and again.",
        how="Answer 404 or 410, or redirect to what took over; put something on empty pages.",
        source=SOFT_404,
        find=OnMember(_is_soft_404),
        repair=_ANSWERS,
        types=ALL_TYPES,
    ),
    Check(
        "redirect-loop",
        AREA,
        Impact.SERIOUS,
        "Redirects that never end",
        "Break the redirect loop of {pages}",
        why="Nobody arrives: neither visitors nor crawlers.",
        how="Follow the redirects by hand; rules for https, www and the final slash often undo each other.",
        source="https://developers.google.com/search/docs/crawling-indexing/301-redirects",
        find=OnMember(lambda site, member: _unread(site, member) and member.row.outcome == "redirect_loop"),
        repair=_ANSWERS,
        types=ALL_TYPES,
    ),
    Check(
        "page-too-large",
        AREA,
        Impact.MODERATE,
        "Pages too large to be read",
        "Make {pages} smaller",
        why="Crawlers read a page up to a limit, and what comes after it does not count.",
        how="Move inline data and images out of the HTML; divide endless lists into pages.",
        source="https://developers.google.com/search/docs/crawling-indexing/googlebot",
        find=OnMember(lambda site, member: _unread(site, member) and member.row.outcome == "too_large"),
        repair=_ANSWERS,
        types=ALL_TYPES,
    ),
    Check(
        "closed-to-us",
        AREA,
        Impact.ADVICE,
        "Pages that robots.txt closes to EngineO only",
        "Let EngineOBot read {pages}",
        why="They may be fine, but cannot be read here: they count as pages without a body.",
        how="Allow EngineOBot in robots.txt.",
        source=HTTP_STATUS,
        find=OnMember(_ours_only),
        repair=_ANSWERS,
        types=ALL_TYPES,
    ),
    Check(
        "url-insecure",
        "security",
        Impact.SERIOUS,
        "Pages served without encryption",
        "Serve {pages} over https",
        why="Browsers mark them as not secure, and engines prefer the encrypted address.",
        how="Redirect http to https for the whole site, and name the https address in canonicals and sitemap.",
        source="https://developers.google.com/search/docs/crawling-indexing/url-structure",
        find=OnMember(_unencrypted),
        types=ALL_TYPES,
    ),
    Check(
        "url-underscore",
        AREA,
        Impact.ADVICE,
        "Addresses with underscores",
        "Separate the words in the addresses of {pages} with hyphens",
        why="Engines read hyphens as spaces between words; underscores join them into one.",
        how="Use hyphens in new addresses; change old ones only together with a redirect.",
        source=URLS,
        find=OnMember(lambda _, member: _path(member).count("_"), "underscores"),
    ),
    Check(
        "url-space",
        AREA,
        Impact.ADVICE,
        "Addresses with spaces",
        "Take the spaces out of the addresses of {pages}",
        why="Spaces turn into %20 or break the address where it is copied.",
        how="Use hyphens instead, and redirect the old addresses.",
        source=URLS,
        find=OnMember(lambda _, member: " " in unquote(_path(member))),
    ),
    Check(
        "url-double-slash",
        AREA,
        Impact.ADVICE,
        "Addresses with several slashes in a row",
        "Mend the addresses of {pages}",
        why="They come from joined paths, and are second addresses of the same page.",
        how="Correct the template that builds the links, and redirect to the address with single slashes.",
        source=URLS,
        find=OnMember(lambda _, member: "//" in _path(member)),
        types=ALL_TYPES,
    ),
    Check(
        "url-uppercase",
        AREA,
        Impact.ADVICE,
        "Addresses with capital letters",
        "Write the addresses of {pages} in lower case",
        why="Addresses tell capitals apart: the same page then has several addresses.",
        how="Use lower case, and redirect other spellings.",
        source=URLS,
        find=OnMember(lambda _, member: unquote(_path(member)) != unquote(_path(member)).lower()),
    ),
    Check(
        "url-long",
        AREA,
        Impact.ADVICE,
        "Very long addresses",
        "Shorten the addresses of {pages}",
        why="Addresses of more than 200 characters are cut where they are shared, and often hold idle parameters.",
        how="Leave out categories and parameters that do not change the page.",
        source=URLS,
        find=OnMember(lambda _, member: len(member.row.url) if len(member.row.url) > _LONG_URL else 0, "characters"),
    ),
)
