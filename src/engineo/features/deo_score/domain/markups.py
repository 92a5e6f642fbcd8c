"""What a page's structured data is worth: R, A and S of its primary node, for a page of a given type."""

from engineo.features.deo_score.domain.agreement import AGREEMENT_WEIGHTS, Shown, agreements
from engineo.features.deo_score.domain.markup import Item, Marked, is_primary
from engineo.features.deo_score.domain.offers import offer_of
from engineo.features.deo_score.domain.reading import NO_MARKUP, Markup
from engineo.features.deo_score.domain.requirements import required

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


def markup_of(marked: Marked, page_type: str, shown: Shown, invalid: int) -> Markup:
    """What a page's structured data says of it; `invalid` counts what is wrong with it besides missing properties."""
    primary = primary_item(marked, page_type)
    if primary is None:
        return NO_MARKUP
    return Markup(
        required=required(primary, page_type),
        agrees=agreements(primary, page_type, shown),
        weights=AGREEMENT_WEIGHTS[page_type],
        recommended=tuple([_has_any(primary, names) for names in RECOMMENDED[page_type]]),
        invalid=invalid,
    )


def primary_item(marked: Marked, page_type: str) -> Item | None:
    """The candidate with the most required properties valid; ties go by document order."""
    found = [item for item in marked.candidates if is_primary(item, page_type)]
    if len(found) < 2:  # noqa: PLR2004 - nothing to choose between
        return found[0] if found else None
    return max(found, key=lambda item: sum(required(item, page_type)))


def _has_any(primary: Item, names: tuple[str, ...]) -> bool:
    """On the node itself, or where schema.org has it stand: in its offer, in the list that a page is about."""
    if primary.has(*names):
        return True
    if of_offer := _OF_OFFER.intersection(names):
        offer = offer_of(primary)
        if offer is not None and offer.has(*of_offer):
            return True
    return not _OF_LIST.isdisjoint(names) and any(inner.has(*_OF_LIST) for inner in primary.items("mainEntity"))
