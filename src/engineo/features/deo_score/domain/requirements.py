"""The properties that a page's primary node must have, by page type. The number is fixed per type."""

from engineo.features.deo_score.domain.markup import Item, first_text
from engineo.features.deo_score.domain.offers import offer_of, terms
from engineo.features.deo_score.domain.text import number
from engineo.features.deo_score.domain.vocabulary import REVIEW_TYPES

_ITEMS = 2
# What `required` gives, in order. Of a review it is what is reviewed, a valid rating, and the author.
REQUIREMENTS: dict[str, tuple[str, ...]] = {
    "product": ("name", "offers", "price", "currency", "availability"),
    "article": ("headline", "date", "author"),
    "collection": ("name",),
    "home": ("name", "url"),
}


def required(item: Item, page_type: str) -> tuple[bool, ...]:
    """Which of the required properties are there and valid."""
    if page_type == "product":
        return _product(item)
    if page_type == "article":
        return _review(item) if item.types & REVIEW_TYPES else _article(item)
    if page_type == "collection":
        return (item.has("name") or item_count(item) >= _ITEMS,)
    return item.has("name"), item.has("url")


def _product(item: Item) -> tuple[bool, ...]:
    offer = terms(offer_of(item))
    return (
        item.has("name"),
        offer_of(item) is not None or item.has("offers", "review", "aggregateRating"),
        offer.price is not None,
        offer.currency is not None,
        offer.availability is not None,
    )


def _article(item: Item) -> tuple[bool, ...]:
    return item.has("headline", "name"), item.has("datePublished"), bool(first_text(item, "author"))


def _review(item: Item) -> tuple[bool, ...]:
    reviewed = any(first_text(inner, "name") for inner in item.items("itemReviewed"))
    return reviewed, _rating_valid(item), bool(first_text(item, "author"))


def _rating_valid(item: Item) -> bool:
    """Whether the rating lies between its worst (1 where not said) and its best (5 where not said)."""
    for rating in item.items("reviewRating"):
        value = number(first_text(rating, "ratingValue"))
        worst = number(first_text(rating, "worstRating"))
        best = number(first_text(rating, "bestRating"))
        if value is not None and (1.0 if worst is None else worst) <= value <= (5.0 if best is None else best):
            return True
    return False


def item_count(item: Item) -> int:
    return len(item.values("itemListElement")) + sum(
        len(inner.values("itemListElement")) for inner in item.items("mainEntity")
    )
