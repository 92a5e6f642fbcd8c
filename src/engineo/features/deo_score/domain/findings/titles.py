"""Findings about titles, descriptions and headings."""

from dataclasses import replace

from engineo.features.deo_score.domain.findings.check import ALL_TYPES, Check, Impact, OnMember, OnPage, OnReading
from engineo.features.deo_score.domain.findings.repairs import SNIPPET, Repair, reads, saying
from engineo.features.deo_score.domain.names import description_of, main_headings
from engineo.features.deo_score.domain.reader import Seen
from engineo.features.deo_score.domain.reading import Reading
from engineo.features.deo_score.domain.site import Member, Site
from engineo.features.deo_score.domain.worth import heading_order

AREA = "content"
TITLE_LINK = "https://developers.google.com/search/docs/appearance/title-link"
SNIPPETS = "https://developers.google.com/search/docs/appearance/snippet"
HEADINGS = "https://developer.mozilla.org/en-US/docs/Web/HTML/Reference/Elements/Heading_Elements"
SHORT_TITLE, LONG_TITLE = 20, 60
SHORT_DESCRIPTION, LONG_DESCRIPTION = 80, 160


def _titled(member: Member, reading: Reading) -> Reading:
    return replace(reading, title=member.url, title_key=hash(("title", member.url)), title_fits=True, title_own=True)


def _described(member: Member, reading: Reading) -> Reading:
    return replace(reading, description_key=hash(("description", member.url)))


def _shares_title(site: Site, member: Member) -> float:
    reading = member.reading
    return float(reading is not None and reading.title_key != 0 and member.g > 0 and member.url not in site.titles)


def _shares_description(site: Site, member: Member) -> float:
    reading = member.reading
    said = reading is not None and reading.description_key != 0
    return float(said and member.g > 0 and member.url not in site.descriptions)


def _short(length: int, limit: int) -> float:
    return length if 0 < length < limit else 0


def _long(length: int, limit: int) -> float:
    return length if length > limit else 0


def _description_length(seen: Seen) -> int:
    return len(description_of(seen.facts))


def _main_headings(seen: Seen) -> float:
    count = len(main_headings(seen.facts))
    return count if count > 1 else 0


def _out_of_order(seen: Seen) -> float:
    """How many headings are more than one level deeper than the one before."""
    headings = seen.facts.headings
    return round(len(headings) * (1 - heading_order(headings)))


CHECKS = (
    Check(
        "title-missing",
        AREA,
        Impact.SERIOUS,
        "Pages without a title",
        "Write a title for {pages}",
        why="The title is the headline of every result and the first thing an engine reads; these pages have none.",
        how="Give every page a <title> of its own that names what the page is about before it names the site.",
        source="https://developer.chrome.com/docs/lighthouse/seo/document-title",
        find=OnReading(lambda _, reading: not reading.title),
        repair=Repair(SNIPPET, saying(_titled)),
        types=ALL_TYPES,
    ),
    Check(
        "title-duplicate",
        AREA,
        Impact.MODERATE,
        "Titles that several pages share",
        "Give {pages} a title of their own",
        why="Pages that share a title cannot be told apart in results; only one of them earns it.",
        how="Say in each title what sets the page apart (model, size, place), or merge pages that are the same.",
        source=TITLE_LINK,
        find=OnMember(_shares_title),
        repair=Repair(SNIPPET, saying(_titled)),
    ),
    Check(
        "title-weak",
        AREA,
        Impact.MODERATE,
        "Titles that do not say what the page is about",
        "Make the title of {pages} say what the page is about",
        why="They hold the brand alone, or no word of the page's heading and text.",
        how="Use the words of the main heading in the title; keep the brand for its end.",
        source=TITLE_LINK,
        find=OnReading(lambda _, reading: bool(reading.title) and not (reading.title_own and reading.title_fits)),
        repair=reads("serpPresence", title_own=True, title_fits=True),
    ),
    Check(
        "title-short",
        AREA,
        Impact.ADVICE,
        "Very short titles",
        "Say more in the title of {pages}",
        why="A title of less than 20 characters leaves most of its line in results unused.",
        how="Add what a searcher would ask for: the kind of thing, its maker, its place.",
        source=TITLE_LINK,
        find=OnReading(lambda _, reading: _short(len(reading.title), SHORT_TITLE), "characters"),
    ),
    Check(
        "title-long",
        AREA,
        Impact.ADVICE,
        "Titles that results cut off",
        "Shorten the title of {pages} to 60 characters",
        why="Results show about 60 characters of a title; the rest is cut or rewritten.",
        how="Put what matters first, and leave out repetitions of the brand and the category.",
        source=TITLE_LINK,
        find=OnReading(lambda _, reading: _long(len(reading.title), LONG_TITLE), "characters"),
    ),
    Check(
        "title-multiple",
        AREA,
        Impact.MODERATE,
        "Pages with several title elements",
        "Leave one title element in {pages}",
        why="Only one title counts, and which one is up to whoever reads the page.",
        how="Remove every <title> but one from the head; templates and plug-ins often add a second.",
        source="https://html.spec.whatwg.org/multipage/semantics.html#the-title-element",
        find=OnPage(lambda seen: _long(seen.facts.titles, 1), "titles"),
        types=ALL_TYPES,
    ),
    Check(
        "description-missing",
        AREA,
        Impact.MODERATE,
        "Pages without a meta description",
        "Write a meta description for {pages}",
        why="Without a description engines pick some text of the page as its snippet.",
        how='Add <meta name="description"> with one or two sentences that say what is to be found on this page.',
        source="https://developer.chrome.com/docs/lighthouse/seo/meta-description",
        find=OnReading(lambda _, reading: not reading.description_key),
        repair=Repair(SNIPPET, saying(_described)),
    ),
    Check(
        "description-duplicate",
        AREA,
        Impact.MODERATE,
        "Descriptions that several pages share",
        "Give {pages} a meta description of their own",
        why="A description that several pages share describes none of them.",
        how="Write what this page has and the others have not; leave it out rather than repeat it.",
        source=SNIPPETS,
        find=OnMember(_shares_description),
        repair=Repair(SNIPPET, saying(_described)),
    ),
    Check(
        "description-is-title",
        AREA,
        Impact.ADVICE,
        "Descriptions that repeat the title",
        "Describe {pages} in other words than those of the title",
        why="A snippet that repeats its headline tells the searcher nothing more.",
        how="Answer in the description what the title promises.",
        source=SNIPPETS,
        find=OnReading(lambda _, reading: bool(reading.title_key) and reading.title_key == reading.description_key),
        repair=Repair(("serpPresence", "contentCoverage"), saying(_described)),
    ),
    Check(
        "description-short",
        AREA,
        Impact.ADVICE,
        "Very short descriptions",
        "Say more in the meta description of {pages}",
        why="A description of less than 80 characters is often replaced by other text of the page.",
        how="Use the room of two lines: what it is, for whom, and what is special about it.",
        source=SNIPPETS,
        find=OnPage(lambda seen: _short(_description_length(seen), SHORT_DESCRIPTION), "characters"),
    ),
    Check(
        "description-long",
        AREA,
        Impact.ADVICE,
        "Descriptions that results cut off",
        "Shorten the meta description of {pages} to 160 characters",
        why="Results show about 160 characters; the rest is cut.",
        how="Put the essential into the first sentence.",
        source=SNIPPETS,
        find=OnPage(lambda seen: _long(_description_length(seen), LONG_DESCRIPTION), "characters"),
    ),
    Check(
        "h1-missing",
        AREA,
        Impact.MODERATE,
        "Pages without a main heading",
        "Add an h1 heading to {pages}",
        why="The main heading tells engines and readers what the page is about.",
        how="Mark up the headline of the page as <h1>, with text (not only an image) in it.",
        source=HEADINGS,
        find=OnReading(lambda _, reading: not reading.headed),
        repair=reads("contentCoverage", headed=True),
    ),
    Check(
        "h1-multiple",
        AREA,
        Impact.ADVICE,
        "Pages with several main headings",
        "Leave one h1 in {pages}",
        why="Several main headings leave it open which of them the page is about.",
        how="Keep <h1> for the headline, and use <h2> for the sections below it.",
        source=HEADINGS,
        find=OnPage(_main_headings, "headings"),
    ),
    Check(
        "heading-order",
        AREA,
        Impact.ADVICE,
        "Headings that skip a level",
        "Put the headings of {pages} in order",
        why="Headings give the outline of a page; one that skips a level hangs in the air.",
        how="Follow an h2 by an h2 or h3, never by an h4; choose levels by meaning and sizes by style sheet.",
        source="https://dequeuniversity.com/rules/axe/4.10/heading-order",
        find=OnPage(_out_of_order, "headings"),
    ),
)
