"""What became of pages, said of many of them: "38 product pages lost their meta description"."""

from collections.abc import Collection, Mapping

# By check: what happened to pages that have the defect now, and to those that no longer have it.
_PHRASES: Mapping[str, tuple[str, str]] = {
    "title-missing": ("lost their title", "have a title now"),
    "title-duplicate": ("share their title with another page now", "have a title of their own now"),
    "description-missing": ("lost their meta description", "have a meta description now"),
    "description-duplicate": ("share their meta description now", "have a meta description of their own now"),
    "h1-missing": ("lost their h1 heading", "have an h1 heading now"),
    "text-thin": ("say almost nothing now", "say something now"),
    "text-shallow": ("lost text of their own", "gained text of their own"),
    "text-structure": ("lost headings, lists or tables", "gained headings, lists or tables"),
    "text-evidence": ("lost figures, quotations or sources", "gained figures, quotations or sources"),
    "text-duplicate": ("repeat another page's text now", "no longer repeat another page's text"),
    "answer-units-missing": ("answer fewer questions", "answer more questions"),
    "date-missing": ("lost their date", "have a date now"),
    "text-stale": ("have grown old", "were brought up to date"),
    "primary-node-missing": ("lost the markup of what they are about", "are marked up with what they are about now"),
    "breadcrumb-missing": ("lost their breadcrumbs", "have breadcrumbs now"),
    "link-text-generic": ("have links that say nothing", "have links that say where they lead"),
    "link-not-crawlable": ("have links that cannot be followed", "have links that can be followed"),
    "inlinks-few": ("lost links from other pages", "gained links from other pages"),
    "noindex": ("say noindex now", "no longer say noindex"),
    "robots-blocked": ("are forbidden to Googlebot now", "are open to Googlebot again"),
    "script-shell": ("deliver no text in their HTML any more", "deliver their text in HTML now"),
    "link-broken": ("have broken links now", "have no broken links any more"),
    "link-redirected": ("link to redirects now", "link straight to their targets now"),
    "ttfb-slow": ("answer slowly now", "answer in time now"),
    "render-blocking": ("load scripts or styles that block now", "no longer load what blocks"),
    "media-unsized": ("have images without a size now", "have sized images now"),
    "transfer-large": ("have grown above 100 KB", "are below 100 KB now"),
    "first-image-lazy": ("load their first image late now", "load their first image at once now"),
    "snippet-forbidden": ("forbid snippets now", "allow snippets again"),
    "title-weak": ("have titles that say little now", "have titles that say what they are about"),
    "open-graph-missing": ("lost their Open Graph title or image", "have Open Graph title and image now"),
    "answer-agents-blocked": ("are forbidden to answer engines now", "are open to answer engines again"),
    "product-name-missing": ("lost the name in their markup", "have a name in their markup now"),
    "product-offer-missing": ("lost the offer in their markup", "have an offer in their markup now"),
    "product-price-missing": ("lost their price markup", "have price markup now"),
    "product-currency-missing": ("lost the currency in their markup", "have a currency in their markup now"),
    "product-availability-missing": ("lost their availability markup", "have availability markup now"),
    "product-image-missing": ("lost the image in their markup", "have an image in their markup now"),
    "http-not-found": ("are gone", "are there again"),
    "http-server-error": ("answer with a server error now", "answer again"),
}
_SINGULAR = {"have": "has", "are": "is", "were": "was", "can": "can"}
_PAST = frozenset(("lost", "gained"))


def said_of(check_id: str, title: str, pages: str, *, worse: bool) -> str:
    """`pages` is "38 product pages"; checks without a phrase of their own are told by their title."""
    phrase = _PHRASES.get(check_id)
    if phrase is not None:
        told = phrase[0] if worse else phrase[1]
        return f"{pages} {_of_one(told) if pages.endswith('page') else told}"
    return f'{pages} {"more" if worse else "fewer"}: "{title}"'


def _of_one(phrase: str) -> str:
    """The phrase with its verb in the singular: "have a title now" is "has a title now"."""
    start = "no longer " if phrase.startswith("no longer ") else ""
    verb, space, rest = phrase.removeprefix(start).partition(" ")
    rest = rest.replace("their ", "its ").replace("they are about", "it is about")
    return f"{start}{_SINGULAR.get(verb, verb if verb in _PAST else f'{verb}s')}{space}{rest}"


def counted(count: int, urls: Collection[str], types: Mapping[str, str]) -> str:
    """Say "38 product pages" where all that are known are of one type, else "38 pages"."""
    kinds = {types.get(url, "") for url in urls}
    kind = next(iter(kinds)) if len(kinds) == 1 else ""
    page = "page" if count == 1 else "pages"
    return f"{count:,} {kind} {page}" if kind and kind != "other" else f"{count:,} {page}"
