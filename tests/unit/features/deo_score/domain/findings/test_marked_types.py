from typing import Any

import pytest
from tests.unit.features.deo_score.domain.findings.finding_cases import Case, check_case
from tests.unit.features.deo_score.domain.sample_sites import body, nested, node, page

from engineo.features.deo_score.domain.findings.marked_types import KINDS

ANSWER = nested("Answer", text="Yes.")


def marked(kind: str, **properties: Any) -> Any:
    return page("x", body("x", nodes=(node(kind, properties),)))


def complete(number: int) -> Case:
    """Without its first property, and with all."""
    kind = KINDS[number]
    name = min(kind.types)
    whole = {names[0]: "x" for names in kind.demands}
    lacking = dict(list(whole.items())[1:])
    return Case([marked(name, **lacking)], [marked(name, **whole)])


def product(**properties: Any) -> Any:
    return page("products/x", body("x", nodes=(node("Product", {"name": "Shoe", **properties}),)))


CASES = {f"{kind.id}-incomplete": complete(number) for number, kind in enumerate(KINDS)} | {
    "questions-unanswered": Case(
        [marked("FAQPage", mainEntity=nested("Question", name="Why?"))],
        [marked("FAQPage", mainEntity=nested("Question", name="Why?", acceptedAnswer=ANSWER))],
    ),
    "rating-invalid": Case(
        [product(aggregateRating=nested("AggregateRating", ratingValue=6, ratingCount=2))],
        [product(aggregateRating=nested("AggregateRating", ratingValue=6, bestRating=10, ratingCount=2))],
        ("products/x",),
    ),
    "review-incomplete": Case(
        [product(review=nested("Review", author="Ann"))],
        [product(review=nested("Review", author="Ann", reviewRating=nested("Rating", ratingValue=4)))],
        ("products/x",),
    ),
    "price-expired": Case(
        [product(offers=nested("Offer", price=5, priceValidUntil="2025-12-31"))],
        [product(offers=nested("Offer", price=5, priceValidUntil="2026-01-01T00:00:00Z"))],
        ("products/x",),
    ),
}


@pytest.mark.parametrize("check_id", CASES)
def test_fires_where_it_should(check_id: str) -> None:
    check_case(check_id, CASES[check_id])


def test_an_faq_without_questions_is_none() -> None:
    check_case("questions-unanswered", Case([marked("FAQPage")], [page("x")]))


@pytest.mark.parametrize("kind", ["Organization", "OnlineStore"])
def test_an_organization_is_no_local_business(kind: str) -> None:
    check_case("business-incomplete", Case([marked("Store", name="A")], [marked(kind, name="A")]))
