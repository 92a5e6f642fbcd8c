"""What others may know of agreement."""

import pytest

from engineo.features.products.contracts import Agreement, Product, Statement


@pytest.mark.parametrize(
    ("verdicts", "contradicted"),
    [
        ((True, True, True), False), ((None, None, None), False), ((True, None, False), True),
        ((False, None, None), True),
    ],
)  # fmt: skip
def test_a_statement_is_contradicted_by_any_two_that_differ(
    verdicts: tuple[bool | None, bool | None, bool | None], contradicted: bool
) -> None:
    markup, visible, markup_visible = verdicts
    statement = Statement(catalogue_markup=markup, catalogue_visible=visible, markup_visible=markup_visible)
    assert statement.contradicted is contradicted


def test_the_share_is_of_what_could_be_compared() -> None:
    agreement = Agreement({"price": Statement(catalogue_markup=True, markup_visible=False), "name": Statement()})
    assert agreement.share == 0.5
    assert agreement.contradictions == ("price",)
    assert Agreement().share is None


def test_prices_are_the_products_own_and_its_others() -> None:
    assert Product("1", "A", "Lamp", price="5", other_prices=("7",)).prices == ("5", "7")
    assert Product("1", "A", "Lamp", other_prices=("7",)).prices == ("7",)
