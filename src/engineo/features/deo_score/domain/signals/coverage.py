"""contentCoverage: does every page have the four things a result is made of, and every product a page?"""

from collections.abc import Sequence

from engineo.features.deo_score.domain.measure import About, Members, Rule, Whole
from engineo.features.deo_score.domain.signals.earners import best_by
from engineo.features.deo_score.domain.site import Member, Site
from engineo.features.deo_score.domain.units import LEAST_WORDS

ABOUT = About(
    "contentCoverage",
    ("title-unique", "description-unique", "h1-present", "text-50-words", "catalogue-covered"),
    (
        "https://developer.chrome.com/docs/lighthouse/seo/document-title",
        "https://developer.chrome.com/docs/lighthouse/seo/meta-description",
        "https://developers.google.com/search/docs/appearance/title-link",
    ),
)
_SLOTS, _CATALOGUE = 0.6, 0.4


def slots(site: Site, members: Sequence[Member]) -> list[float]:
    """G * mean(title unique, description unique, h1, 50 words); a text earns its slot once, a page group all."""
    titles, descriptions = site.titles, site.descriptions

    def value(member: Member, *, text: bool) -> float:
        reading = member.reading
        if reading is None:
            return 0.0
        met = (member.url in titles) + (member.url in descriptions) + reading.headed
        return member.g * (met + (text and reading.words >= LEAST_WORDS)) / 4

    with_text = [value(member, text=True) for member in members]
    of_text = best_by(site, members, [member.cluster for member in members], with_text)
    values = [
        found if member.url in of_text else value(member, text=False)
        for member, found in zip(members, with_text, strict=True)
    ]
    earners = best_by(site, members, [site.statistics.group_of[member.url] for member in members], values)
    return [found if member.url in earners else 0.0 for member, found in zip(members, values, strict=True)]


def covered(site: Site) -> float | None:
    """The share of active products whose page has g = 1 or stands for one that has; null without a catalogue."""
    pages = site.product_pages
    if not site.catalogue:
        return None
    found = (site.members.get(pages.get(product, "")) for product in site.catalogue.products)
    # a page that is consolidated has g = 0, and the page it stands for has g = 1
    return sum(page is not None and (page.g == 1 or page.into is not None) for page in found) / len(
        site.catalogue.products
    )


content_coverage = Rule(
    ABOUT, (Members("slots", _SLOTS, slots), Whole("catalogue", _CATALOGUE, covered)), shown=("slots",)
)
