"""serpPresence: how ready a page is to be shown well in a list of results."""

from engineo.features.deo_score.domain.markup import MARKED_TYPES
from engineo.features.deo_score.domain.measure import About, Groups, Rule
from engineo.features.deo_score.domain.reading import Reading
from engineo.features.deo_score.domain.signals.accuracy import accuracy
from engineo.features.deo_score.domain.site import Member, Site

ABOUT = About(
    "serpPresence",
    ("snippet-allowed", "title-useful", "description-useful", "rich-result", "preview"),
    (
        "https://developers.google.com/search/docs/appearance/title-link",
        "https://developers.google.com/search/docs/appearance/snippet",
        "https://developer.chrome.com/docs/lighthouse/seo/hreflang",
    ),
)
TITLE, DESCRIPTION, RICH, PREVIEW = 0.35, 0.2, 0.3, 0.15
_NODE, _TRAIL = 0.7, 0.3


def page_serp(site: Site, member: Member) -> float:
    """V = g * snippetOK * (.35 title + .2 description + .3 rich + .15 preview)."""
    reading = member.reading
    if reading is None or not reading.snippet:
        return 0.0
    title = ((member.url in site.titles) + reading.title_own + reading.title_fits) / 3 if reading.title_key else 0.0
    described = member.url in site.descriptions and reading.description_key != reading.title_key
    value = TITLE * title + DESCRIPTION * described + PREVIEW * preview(reading)
    if member.type in MARKED_TYPES:
        return member.g * (value + RICH * rich(member, reading))
    return member.g * value / (TITLE + DESCRIPTION + PREVIEW)


def preview(reading: Reading) -> float:
    """Open Graph title and image, previews allowed, the first main image described, hreflang valid."""
    return (reading.open_graph + reading.image_preview + reading.image_described + reading.hreflang_valid) / 4


def rich(member: Member, reading: Reading) -> float:
    """.7 [all required properties valid] + .3 [breadcrumb valid]; on home the first alone."""
    complete = accuracy(member).r >= 1
    if member.type == "home":
        return float(complete)
    return _NODE * complete + _TRAIL * reading.breadcrumb


serp_presence = Rule(ABOUT, (Groups("pages", 1.0, page_serp),))
