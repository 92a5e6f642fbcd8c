"""Findings about the structured data of articles, collections and the home page, and about structured data as such."""

from dataclasses import replace

from engineo.features.deo_score.domain.agreement import AGREEMENT_WEIGHTS
from engineo.features.deo_score.domain.findings.check import ALL_TYPES, Check, Impact, OnReading
from engineo.features.deo_score.domain.findings.demands import AREA, agreeing, marked, recommended, required
from engineo.features.deo_score.domain.findings.repairs import MARKUP, Repair, saying
from engineo.features.deo_score.domain.markup import MARKED_TYPES
from engineo.features.deo_score.domain.markups import RECOMMENDED
from engineo.features.deo_score.domain.reading import Markup, Reading
from engineo.features.deo_score.domain.requirements import REQUIREMENTS
from engineo.features.deo_score.domain.signals.entity_coverage import BREADCRUMB_TYPES
from engineo.features.deo_score.domain.site import Member

ARTICLE = "https://developers.google.com/search/docs/appearance/structured-data/article"
CAROUSEL = "https://developers.google.com/search/docs/appearance/structured-data/carousel"
BREADCRUMB = "https://developers.google.com/search/docs/appearance/structured-data/breadcrumb"
INTRO = "https://developers.google.com/search/docs/appearance/structured-data/intro-structured-data"
POLICIES = "https://developers.google.com/search/docs/appearance/structured-data/sd-policies"
SITE_NAMES = "https://developers.google.com/search/docs/appearance/site-names"
_TRAIL, _ERROR, _GTIN = 1, 0, 2
_MARKED = tuple(kind for kind in MARKED_TYPES if kind != "home")


def _complete(member: Member, reading: Reading) -> Reading:
    """Structured data as a careful owner would write it: complete, and true."""
    kind = member.type
    whole = Markup(
        required=(True,) * len(REQUIREMENTS[kind]),
        agrees=(True,) * len(AGREEMENT_WEIGHTS[kind]),
        weights=AGREEMENT_WEIGHTS[kind],
        recommended=(True,) * len(RECOMMENDED[kind]),
        invalid=sum(reading.mistakes),
    )
    return marked(member, reading, lambda _: whole)


def _without(kind: int) -> Repair:
    """Pages without mistakes of one kind."""

    def mended(member: Member, reading: Reading) -> Reading:
        mistakes = tuple(0 if place == kind else count for place, count in enumerate(reading.mistakes))
        fewer = replace(reading, mistakes=(mistakes[0], mistakes[1], mistakes[2]))
        return marked(member, fewer, lambda found: replace(found, invalid=sum(mistakes)))

    return Repair(("entityAccuracy", "serpPresence"), saying(mended))


def _trailed(member: Member, reading: Reading) -> Reading:
    errors, _, gtins = reading.mistakes
    found = replace(reading, breadcrumb=True, mistakes=(errors, 0, gtins))
    return marked(member, found, lambda markup: replace(markup, invalid=errors + gtins))


_BREADCRUMBS = Repair(MARKUP, saying(_trailed))

CHECKS = (
    Check(
        "primary-node-missing",
        AREA,
        Impact.SERIOUS,
        "Pages that do not say in structured data what they are",
        "Mark up {pages} with what they are about",
        why="Structured data (Product, Article, CollectionPage) says in so many words what a page is; here is none.",
        how="Add a JSON-LD block with the type of the page and its main properties.",
        source=INTRO,
        find=OnReading(lambda member, reading: not reading.markup(member.type).primary),
        repair=Repair(MARKUP, saying(_complete)),
        types=_MARKED,
    ),
    Check(
        "markup-unreadable",
        AREA,
        Impact.SERIOUS,
        "Structured data that cannot be read",
        "Repair the structured data of {pages}",
        why="A block with a syntax error is lost as a whole.",
        how="Check the JSON: quotes, commas, line breaks inside texts; build it with a JSON library, not by hand.",
        source="https://validator.schema.org/",
        find=OnReading(lambda _, reading: reading.mistakes[_ERROR], "blocks"),
        repair=_without(_ERROR),
        types=ALL_TYPES,
    ),
    Check(
        "gtin-invalid",
        AREA,
        Impact.MODERATE,
        "Trade item numbers that cannot be right",
        "Correct the GTINs in the markup of {pages}",
        why="A GTIN with a wrong length or check digit is nobody's or another product's; offers with it are refused.",
        how="Copy the number below the barcode, with all digits; leave it out where there is none.",
        source="https://www.gs1.org/services/how-calculate-check-digit-manually",
        find=OnReading(lambda _, reading: reading.mistakes[_GTIN], "numbers"),
        repair=_without(_GTIN),
        types=ALL_TYPES,
    ),
    Check(
        "breadcrumb-missing",
        AREA,
        Impact.ADVICE,
        "Pages without breadcrumbs",
        "Add breadcrumbs to {pages}",
        why="A BreadcrumbList shows where a page belongs, and is shown in results.",
        how="Add a BreadcrumbList from home to the page, and show it.",
        source=BREADCRUMB,
        find=OnReading(lambda _, reading: not reading.breadcrumb and not reading.mistakes[_TRAIL]),
        repair=_BREADCRUMBS,
        types=BREADCRUMB_TYPES,
    ),
    Check(
        "breadcrumb-invalid",
        AREA,
        Impact.MODERATE,
        "Breadcrumbs that are not valid",
        "Correct the breadcrumbs of {pages}",
        why="A trail with a missing position, name or address is not shown.",
        how="Give every step position, name and item; only the last may do without item; two steps at least.",
        source=BREADCRUMB,
        find=OnReading(lambda _, reading: reading.mistakes[_TRAIL], "trails"),
        repair=_BREADCRUMBS,
        types=ALL_TYPES,
    ),
    required(
        "article-headline-missing",
        "article",
        "headline",
        "Articles without a headline in their markup",
        "Add the headline to the markup of {pages}",
        why="An article without a headline (a review without what it is about) cannot be shown as one.",
        how="Add headline, as it stands in the main heading; in a review itemReviewed with its name.",
        source=ARTICLE,
    ),
    required(
        "article-date-missing",
        "article",
        "date",
        "Articles without a date in their markup",
        "Add datePublished to the markup of {pages}",
        why="Readers and engines judge an article by its age (a review by its rating).",
        how="Add datePublished as ISO 8601 date; in a review reviewRating within its scale.",
        source=ARTICLE,
    ),
    required(
        "article-author-missing",
        "article",
        "author",
        "Articles without an author in their markup",
        "Name the author in the markup of {pages}",
        why="Who wrote it is part of whether it can be trusted and cited.",
        how="Add author as Person or Organization with a name and a url.",
        source=ARTICLE,
    ),
    agreeing(
        "article-headline-differs",
        "article",
        "headline",
        "Headlines in the markup that the page does not have",
        "Use the page's headline in the markup of {pages}",
        given="headline",
        why="Markup that says something else than the page is treated as misleading.",
        how="Use the main heading as headline.",
        source=POLICIES,
    ),
    agreeing(
        "article-date-differs",
        "article",
        "date",
        "Dates in the markup that the page contradicts",
        "Give the same date in markup and text of {pages}",
        why="Two dates for one article: engines trust neither.",
        how="Show the date of the markup, and change both when the article changes.",
        source="https://developers.google.com/search/docs/appearance/publication-dates",
    ),
    agreeing(
        "article-author-hidden",
        "article",
        "author",
        "Authors that only the markup names",
        "Show the author on {pages}",
        given="author",
        why="What the markup says must be there for readers, too.",
        how="Add a line with the author's name, linked to a page about them.",
        source=POLICIES,
    ),
    agreeing(
        "article-price-differs",
        "article",
        "price",
        "Prices in articles that the page does not show",
        "Show the price that the markup of {pages} gives",
        why="Markup that says something else than the page is treated as misleading.",
        how="Show the price, or take the offer out of the markup.",
        source=POLICIES,
    ),
    recommended(
        "article-image-missing",
        "article",
        "image",
        "Articles without an image in their markup",
        "Add an image to the markup of {pages}",
        why="Articles are shown with a picture, or further down.",
        how="Add image with a picture of at least 1200 pixels width.",
        source=ARTICLE,
    ),
    recommended(
        "article-modified-missing",
        "article",
        "dateModified",
        "Articles without a date of change in their markup",
        "Add dateModified to the markup of {pages}",
        why="It tells that an old article is kept up to date.",
        how="Add dateModified, and change it with the text only.",
        source=ARTICLE,
    ),
    recommended(
        "article-publisher-missing",
        "article",
        "publisher",
        "Articles without a publisher in their markup",
        "Name the publisher in the markup of {pages}",
        why="It connects the article with your organization.",
        how="Add publisher that refers to the Organization of your home page by @id.",
        source="https://schema.org/publisher",
    ),
    recommended(
        "article-address-missing",
        "article",
        "url",
        "Articles without their address in the markup",
        "Add url or mainEntityOfPage to the markup of {pages}",
        why="It says which page the article is, where it is quoted in full.",
        how="Add mainEntityOfPage with the canonical address.",
        source="https://schema.org/mainEntityOfPage",
    ),
    required(
        "collection-name-missing",
        "collection",
        "name",
        "Collections without a name or items in their markup",
        "Name the collection in the markup of {pages}, or list its items",
        why="A list of nothing, without a name, says nothing.",
        how="Add name, and itemListElement with the pages of the collection.",
        source=CAROUSEL,
    ),
    agreeing(
        "collection-name-differs",
        "collection",
        "name",
        "Names of collections that the page does not have",
        "Use the page's heading as name in the markup of {pages}",
        why="Markup that says something else than the page is treated as misleading.",
        how="Use the main heading as name.",
        source=POLICIES,
    ),
    recommended(
        "collection-address-missing",
        "collection",
        "url",
        "Collections without their address in the markup",
        "Add url to the markup of {pages}",
        why="It says which page the list is.",
        how="Add url with the canonical address.",
        source=CAROUSEL,
    ),
    recommended(
        "collection-items-missing",
        "collection",
        "itemListElement",
        "Collections that do not list their items in the markup",
        "List the items in the markup of {pages}",
        why="An ItemList with the addresses of its pages is what a carousel is made of.",
        how="Add itemListElement with position and url of each.",
        source=CAROUSEL,
    ),
    required(
        "home-address-missing",
        "home",
        "url",
        "The markup of the home page does not give its address",
        "Add url to the markup of the home page",
        why="It is what connects the name with the site.",
        how="Add url with the address of the home page to the Organization or WebSite.",
        source=SITE_NAMES,
    ),
    agreeing(
        "home-name-differs",
        "home",
        "name",
        "The markup of the home page has another name than the site",
        "Use the site's name in the markup of the home page",
        why="Names that differ leave it to the engine what to call you.",
        how="Use the name that titles and logo use.",
        source=SITE_NAMES,
    ),
    agreeing(
        "home-address-differs",
        "home",
        "url",
        "The markup of the home page names another site",
        "Name your own address in the markup of the home page",
        given="url",
        why="It describes the other site, and leaves yours without a name.",
        how="Correct url; often it still names an old domain.",
        source=SITE_NAMES,
    ),
)
