"""entityAccuracy: does the structured data hold what it must, and does it say what the page shows?"""

from engineo.features.deo_score.domain.markup import MARKED_TYPES
from engineo.features.deo_score.domain.measure import About, Groups, Rule
from engineo.features.deo_score.domain.reading import NO_MARKUP, Markup
from engineo.features.deo_score.domain.site import Member, Site

ABOUT = About(
    "entityAccuracy",
    ("required-properties", "markup-agrees", "recommended-properties"),
    (
        "https://developers.google.com/search/docs/appearance/structured-data/sd-policies",
        "https://developers.google.com/search/docs/appearance/structured-data/product",
        "https://schema.org/Product",
    ),
)
REQUIRED_SHARE, AGREEMENT_SHARE, RECOMMENDED_SHARE = 0.5, 0.3, 0.2


def accuracy(member: Member) -> Markup:
    """R, A and S of a page as what it is; all 0 without a primary node, so deleting bad markup never pays."""
    return NO_MARKUP if member.reading is None else member.reading.markup(member.type)


def page_accuracy(_: Site, member: Member) -> float:
    """V = g(.5 R + .3 A + .2 S)."""
    found = accuracy(member)
    return member.g * (REQUIRED_SHARE * found.r + AGREEMENT_SHARE * found.a + RECOMMENDED_SHARE * found.s)


entity_accuracy = Rule(ABOUT, (Groups("pages", 1.0, page_accuracy, MARKED_TYPES),))
