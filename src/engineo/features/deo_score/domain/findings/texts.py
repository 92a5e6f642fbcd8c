"""Findings about what pages say: how much, how it is built, whether it is theirs, and how old it is."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from engineo.features.deo_score.domain.board import Change
from engineo.features.deo_score.domain.findings.check import Check, Hit, Impact, OnMember, OnPage, OnReading, OnSite
from engineo.features.deo_score.domain.findings.repairs import EVERY, Repair, reads, saying
from engineo.features.deo_score.domain.reader import Seen
from engineo.features.deo_score.domain.reading import Reading
from engineo.features.deo_score.domain.revise import with_gates
from engineo.features.deo_score.domain.signals.depth import TERMS
from engineo.features.deo_score.domain.signals.freshness import HALF_LIVES, page_date
from engineo.features.deo_score.domain.site import Member, Site
from engineo.features.deo_score.domain.units import LEAST_WORDS

AREA = "content"
HELPFUL = "https://developers.google.com/search/docs/fundamentals/creating-helpful-content"
GEO = "https://arxiv.org/abs/2311.09735"
SPAM = "https://developers.google.com/search/docs/essentials/spam-policies"
DATES = "https://developers.google.com/search/docs/appearance/publication-dates"
_THIN_WORDS, _THIN_TERMS = 150, 100.0
_SHORT_WORDS = 200
_SHALLOW = 0.5
_HIDDEN_WORDS = 20
_DAY = 86_400


def _few_words(reading: Reading) -> float:
    return _SHORT_WORDS - reading.words if LEAST_WORDS <= reading.words < _SHORT_WORDS else 0


def _lengthened(_: Member, reading: Reading) -> Reading:
    words = max(reading.words, _THIN_WORDS)
    return replace(
        reading,
        words=words,
        raw_words=max(reading.raw_words, words),
        own_terms=reading.own_terms + _THIN_TERMS,
        title_fits=True,
    )


def _missing_terms(member: Member, reading: Reading) -> float:
    missing = TERMS[member.type] - reading.own_terms
    return round(missing) if reading.words >= LEAST_WORDS and missing > _SHALLOW * TERMS[member.type] else 0


def _deepened(member: Member, reading: Reading) -> Reading:
    return replace(reading, own_terms=max(reading.own_terms, TERMS[member.type]))


def _copies(site: Site) -> dict[str, str]:
    """Indexable pages whose text another page has too, with the one of each cluster that stands for it."""
    kept: dict[str, str] = {}
    copies = {}
    for member in sorted(site.scored, key=lambda member: (len(member.url), member.url)):
        if member.reading is not None and member.g == 1:
            first = kept.setdefault(member.cluster, member.url)
            if first != member.url:
                copies[member.url] = first
    return copies


def _copied(site: Site) -> Sequence[Hit]:
    copies = site.once(_copies)
    return [Hit(url, 1.0, f"as {site.address(kept)}") for url, kept in sorted(copies.items())]


def _merged(site: Site, urls: Collection[str]) -> Change:
    copies = site.once(_copies)
    members = {}
    for url in urls:
        member = site.members[url]
        if member.reading is not None and url in copies:
            members[url] = replace(member, reading=replace(member.reading, canonicals=(copies[url],)))
    return with_gates(site, members)


def _hidden(seen: Seen) -> float:
    return seen.facts.hidden_words if seen.facts.hidden_words >= _HIDDEN_WORDS else 0


def _undated(site: Site, member: Member) -> float | None:
    if member.reading is None or member.row.fetched_at is None:
        return None
    return page_date(site, member) is None


def _stale_days(site: Site, member: Member) -> float | None:
    date = page_date(site, member)
    age = site.as_of_seconds - date if date is not None else 0
    return age // _DAY if age > HALF_LIVES[member.type] else 0


def _dated(member: Member, reading: Reading) -> Reading:
    """A date that is true of a page in the middle of its life: one half-life before it was fetched."""
    fetched = member.row.fetched_at
    if fetched is None:
        return reading
    moment = int(fetched.timestamp()) - HALF_LIVES[member.type]
    return replace(reading, dates=(*reading.dates, ("stated", moment)), content_key="")


def _renewed(member: Member, reading: Reading) -> Reading:
    fetched = member.row.fetched_at
    if fetched is None:
        return reading
    return replace(reading, dates=(*reading.dates, ("stated", int(fetched.timestamp()))), content_key="")


def _build_dates(site: Site) -> Sequence[Hit]:
    ignored = sorted(site.statistics.ignored_dates)
    return [Hit(site.home, 1.0, f"ignored: {', '.join(ignored)}")] if ignored else []


CHECKS = (
    Check(
        "text-thin",
        AREA,
        Impact.SERIOUS,
        "Pages that say almost nothing",
        "Write at least 150 words on {pages}",
        why="Below 50 words of main text there is nothing to rank or to quote.",
        how="Say what a visitor comes for: what it is and is made of, for whom, how it is used. Or merge the page.",
        source=HELPFUL,
        find=OnReading(
            lambda _, reading: LEAST_WORDS - reading.words if reading.words < LEAST_WORDS else 0, "words short"
        ),
        repair=Repair(
            (*EVERY[:2], "serpPresence", "answerSurfacePresence", "brandNavigationalStrength"), saying(_lengthened)
        ),
    ),
    Check(
        "text-short",
        AREA,
        Impact.ADVICE,
        "Pages of less than 200 words",
        "Look whether {pages} answer all that their visitors ask",
        why="Short pages are not wrong, but rarely answer more than one question.",
        how="Add what people ask before they decide; leave it where there is no more to say.",
        source=HELPFUL,
        find=OnReading(lambda _, reading: _few_words(reading), "words short of 200"),
    ),
    Check(
        "text-shallow",
        AREA,
        Impact.MODERATE,
        "Pages with little text of their own",
        "Say more that is new on {pages}",
        why="Text of their own (not repeated from other pages) covers less than half of what a full page says.",
        how="Replace text that stands on many pages by what is true of this one only.",
        source=HELPFUL,
        find=OnReading(_missing_terms, "terms short"),
        repair=Repair(("contentDepth",), saying(_deepened)),
    ),
    Check(
        "text-structure",
        AREA,
        Impact.ADVICE,
        "Text without headings in order, sections, or a list or table",
        "Lay out {pages} with headings in order, sections, and a list or table",
        why="Engines quote passages: sections under headings, lists and tables are passages.",
        how="Divide the text under <h2> headings, and put steps, features and measures into lists or tables.",
        source="https://developers.google.com/search/docs/appearance/ranking-systems-guide#passage-ranking-system",
        find=OnReading(lambda _, reading: 1 - reading.structure),
        repair=reads("contentDepth", structure=1.0),
    ),
    Check(
        "text-evidence",
        AREA,
        Impact.ADVICE,
        "Text without figures, quotations or sources",
        "Back {pages} with figures, quotations or sources",
        why="Statements with numbers, named quotations and citations are the ones that answer engines repeat.",
        how="Give measures with their units, dates and prices; quote by name; link to where a claim comes from.",
        source=GEO,
        find=OnReading(lambda _, reading: reading.evidence == 0),
        repair=Repair(
            ("contentDepth", "answerSurfacePresence"),
            saying(lambda _, reading: replace(reading, evidence=1.0, lead=min(1.0, reading.lead + 0.5))),
        ),
    ),
    Check(
        "text-duplicate",
        AREA,
        Impact.MODERATE,
        "Pages whose text another page has",
        "Merge {pages} with the pages whose text they repeat",
        why="Of pages with the same text only one counts: the others cost crawling and split their links.",
        how="Rewrite them, redirect them, or name the page that stands for the text with a canonical.",
        source="https://developers.google.com/search/docs/crawling-indexing/consolidate-duplicate-urls",
        find=OnSite(_copied, lambda site: sum(member.reading is not None for member in site.scored)),
        repair=Repair(EVERY, _merged),
    ),
    Check(
        "text-hidden",
        AREA,
        Impact.MODERATE,
        "Text that visitors cannot see",
        "Show or remove the hidden text of {pages}",
        why="Hidden text earns nothing, and text that is there for engines only is against their rules.",
        how="Show it (folded into <details> it still counts), or take it out of the page.",
        source=SPAM,
        find=OnPage(_hidden, "hidden words"),
    ),
    Check(
        "date-missing",
        AREA,
        Impact.MODERATE,
        "Pages without a date that can be trusted",
        "Date {pages}",
        why="Undated pages count as old, and engines cannot tell when it pays to look again.",
        how="Say when the page was last changed, visibly and as dateModified or lastmod; not the date of the build.",
        source=DATES,
        find=OnMember(_undated),
        repair=Repair(("contentFreshness",), saying(_dated)),
        types=tuple(HALF_LIVES),
    ),
    Check(
        "text-stale",
        AREA,
        Impact.ADVICE,
        "Pages that have not changed for long",
        "Bring {pages} up to date",
        why="Their newest date is older than half a year (articles) or a year; changing the date alone does not count.",
        how="Check what has changed since, say so in the text, and date the change.",
        source=HELPFUL,
        find=OnMember(_stale_days, "days old"),
        repair=Repair(("contentFreshness",), saying(_renewed)),
        types=tuple(HALF_LIVES),
    ),
    Check(
        "dates-of-the-build",
        AREA,
        Impact.ADVICE,
        "Dates that are the same on nearly all pages",
        "Date pages by when they changed, not by when the site was built",
        why="A source that gives one day for more than 90 % of the pages says nothing of any of them: it is ignored.",
        how="Set lastmod and dateModified from the content's own history.",
        source="https://developers.google.com/search/docs/crawling-indexing/sitemaps/build-sitemap",
        find=OnSite(_build_dates),
    ),
    Check(
        "markup-cut",
        AREA,
        Impact.MODERATE,
        "Pages nested too deep to be read whole",
        "Flatten the markup of {pages}",
        why="Elements nested thousands deep are cut by readers, browsers among them; what lies below is lost.",
        how="Close elements that are left open in templates and loops.",
        source="https://html.spec.whatwg.org/multipage/parsing.html",
        find=OnPage(lambda seen: seen.facts.nesting_truncated),
    ),
)
