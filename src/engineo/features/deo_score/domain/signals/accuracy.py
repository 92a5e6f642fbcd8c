"""entityAccuracy: does the structured data hold what it must, and does it say what the page shows?"""

from dataclasses import dataclass

from engineo.features.crawling.contracts import PageFacts
from engineo.features.deo_score.domain.agreement import agreement
from engineo.features.deo_score.domain.curves import mean
from engineo.features.deo_score.domain.markup import MARKED_TYPES, Item, breadcrumbs, candidates, is_primary, page_items
from engineo.features.deo_score.domain.measure import About, Signal, best_of_groups, signal, site_part
from engineo.features.deo_score.domain.offers import bad_gtins, offer_of
from engineo.features.deo_score.domain.requirements import required
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
# Each is met by any one of its properties.
RECOMMENDED: dict[str, tuple[tuple[str, ...], ...]] = {
    "product": (
        ("image",),
        ("description",),
        ("brand",),
        ("sku", "gtin", "gtin8", "gtin12", "gtin13", "gtin14", "mpn", "isbn"),
        ("aggregateRating", "review"),
        ("shippingDetails", "hasMerchantReturnPolicy"),
    ),
    "article": (("image",), ("dateModified",), ("publisher",), ("mainEntityOfPage", "url")),
    "collection": (("url",), ("itemListElement",)),
    "home": (("logo",), ("sameAs",), ("contactPoint", "address")),
}
_OF_LIST = frozenset(("itemListElement",))
_OF_OFFER = frozenset(("shippingDetails", "hasMerchantReturnPolicy", "sku", "gtin", "mpn"))


@dataclass(frozen=True, slots=True)
class Accuracy:
    """R, A and S, each in [0, 1]."""

    required: float
    agreement: float
    recommended: float


_NOTHING = Accuracy(0.0, 0.0, 0.0)


def entity_accuracy(site: Site) -> Signal:
    """V = g(.5 R + .3 A + .2 S); a page without a primary node has 0, so deleting bad markup never pays."""
    pages = best_of_groups(site, MARKED_TYPES, lambda member: page_accuracy(site, member))
    return signal(site, ABOUT, {"pages": site_part(site, 1.0, pages)}, pages)


def page_accuracy(site: Site, member: Member) -> float:
    found = accuracy(site, member)
    return member.g * (
        REQUIRED_SHARE * found.required + AGREEMENT_SHARE * found.agreement + RECOMMENDED_SHARE * found.recommended
    )


def accuracy(site: Site, member: Member) -> Accuracy:
    """R, A and S of the page's primary node; all 0 without one."""
    facts = member.facts
    if facts is None:
        return _NOTHING
    brand = site.statistics.brand
    return site.memo.get(("accuracy", member.type, brand), facts, lambda: _measure(member, facts, brand))


def primary_item(facts: PageFacts, page_type: str) -> Item | None:
    """The candidate with the most required properties valid; ties go by document order."""
    found = [item for item in candidates(facts) if is_primary(item, page_type)]
    return max(found, key=lambda item: sum(required(item, page_type)), default=None)


def _measure(member: Member, facts: PageFacts, brand: str) -> Accuracy:
    primary = primary_item(facts, member.type)
    if primary is None:
        return _NOTHING
    wanted = required(primary, member.type)
    invalid = len(facts.structured_data_errors) + breadcrumbs(facts).count(False)
    invalid += sum(bad_gtins(item) for item in page_items(facts))
    return Accuracy(
        sum(wanted) / (len(wanted) + invalid),
        agreement(primary, member, facts, brand),
        mean(_has_any(primary, names) for names in RECOMMENDED[member.type]),
    )


def _has_any(primary: Item, names: tuple[str, ...]) -> bool:
    """On the node itself, or where schema.org has it stand: in its offer, in the list that a page is about."""
    offer = offer_of(primary)
    elsewhere = [] if offer is None else [offer.has(*_OF_OFFER.intersection(names))]
    elsewhere += [inner.has(*_OF_LIST.intersection(names)) for inner in primary.items("mainEntity")]
    return primary.has(*names) or any(elsewhere)
