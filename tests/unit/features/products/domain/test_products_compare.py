"""Whether catalogue, markup and page agree: a table per field."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.features.products.domain.product_pages import ORIGIN, item, lamp, lamp_node, lamp_page, node

from engineo.features.crawling.contracts import Heading, Node, PageFacts
from engineo.features.products.contracts import Statement
from engineo.features.products.domain.compare import compare

Verdicts = tuple[bool | None, bool | None, bool | None]


def verdicts(statement: Statement) -> Verdicts:
    """(catalogue = markup, catalogue = page, markup = page)."""
    return statement.catalogue_markup, statement.catalogue_visible, statement.markup_visible


def test_a_page_that_says_what_the_catalogue_says() -> None:
    agreement = compare(lamp(), lamp_page())
    assert agreement.contradictions == ()
    assert agreement.share == 1.0
    assert agreement.marked is not None
    assert set(agreement.statements) == {
        "name", "price", "currency", "availability", "brand", "gtin", "sku", "mpn", "url",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("catalogue", "markup", "main", "expected"),
    [
        ("39.00", "39.00", ("39.00",), (True, True, True)),
        ("39.00", "39.10", ("39.00",), (True, True, True)),  # within half a per cent
        ("39.00", "39.00", ("42.00",), (True, False, False)),
        ("42.00", "39.00", ("42.00",), (False, True, False)),
        ("42.00", "39.00", ("39.00",), (False, False, True)),
        ("39.00", "39.00", ("49.00", "39.00"), (True, True, True)),  # one of several prices shown
        ("39.00", None, ("39.00",), (None, True, None)),
        (None, "39.00", ("42.00",), (None, None, False)),
        (None, None, (), (None, None, None)),
        ("0.00", "0", ("0",), (True, True, True)),
    ],
)
def test_prices(catalogue: str | None, markup: str | None, main: tuple[str, ...], expected: Verdicts) -> None:
    offers = item("Offer", price=markup) if markup else []
    agreement = compare(
        lamp(price=catalogue), lamp_page(lamp_node(offers=offers), main_prices=main, visible_prices=main)
    )
    assert verdicts(agreement.statements["price"]) == expected
    assert ("price" in agreement.contradictions) == (False in expected)


def test_any_price_of_the_catalogue_may_be_shown() -> None:
    variants = lamp(price="19.00", other_prices=("29.00", "39.00"))
    assert verdicts(compare(variants, lamp_page()).statements["price"]) == (True, True, True)


def test_a_neighbours_price_contradicts_nothing_where_the_main_text_has_none() -> None:
    agreement = compare(lamp(), lamp_page(main_prices=(), visible_prices=("39.00", "12.00")))
    assert verdicts(agreement.statements["price"]) == (True, True, True)


@pytest.mark.parametrize(
    ("catalogue", "markup", "shown", "expected"),
    [
        ("EUR", "EUR", "39 €", (True, True, True)),
        ("EUR", "USD", "39 €", (False, True, False)),
        ("USD", "CAD", "$39", (False, True, True)),  # a dollar sign may mean either
        ("USD", "USD", "CAD 39", (True, False, False)),
        ("CHF", "CHF", "CHF 39.-", (True, True, True)),
        ("EUR", "EUR", "39", (True, None, None)),
        (None, "EUR", "39 £", (None, None, False)),
    ],
)
def test_currencies(catalogue: str | None, markup: str, shown: str, expected: Verdicts) -> None:
    page = lamp_page(lamp_node(offers=item("Offer", price="39", priceCurrency=markup)), visible_text_sample=shown)
    assert verdicts(compare(lamp(currency=catalogue), page).statements["currency"]) == expected


@pytest.mark.parametrize(
    ("catalogue", "markup", "shown", "expected"),
    [
        ("in_stock", "InStock", "In stock, ships today", (True, True, True)),
        ("in_stock", "InStock", "Sold out", (True, False, False)),
        ("out_of_stock", "InStock", "Ausverkauft", (False, True, False)),
        ("out_of_stock", "OutOfStock", "Non disponibile", (True, True, True)),
        ("in_stock", "InStock", "Disponibile subito", (True, True, True)),
        ("preorder", "InStock", "Sold out", (True, True, False)),  # what can be ordered ahead fits either
        ("discontinued", "Discontinued", "Add to cart", (True, False, False)),
        ("in_stock", "InStock", "Sold out? No: in stock", (True, None, None)),
        ("in_stock", "InStock", "A lamp", (True, None, None)),
        (None, "Perhaps", "In stock", (None, None, None)),
    ],
)
def test_availability(catalogue: str | None, markup: str, shown: str, expected: Verdicts) -> None:
    page = lamp_page(lamp_node(offers=item("Offer", availability=markup)), visible_text_sample=shown)
    assert verdicts(compare(lamp(availability=catalogue), page).statements["availability"]) == expected


@pytest.mark.parametrize(
    ("field", "catalogue", "markup", "expected"),
    [
        ("name", "Desk lamp", "Desk lamp by Acme", True), ("name", "Desk lamp", "Wool scarf", False),
        ("sku", "L-1", "L 1", True), ("sku", "L-1", "L-2", False), ("sku", None, "L-2", None),
        ("mpn", "M1", "m-1", True), ("mpn", "M1", "M2", False),
        ("gtin", "4006381333931", "4006381333931", True), ("gtin", "96385074", "4006381333931", False),
        ("gtin", "4006381333931", "4006381333932", None),  # what is no number says nothing
        ("brand", "Acme", "ACME GmbH", True), ("brand", "Acme", "Other", False), ("brand", None, "Other", None),
        ("url", f"{ORIGIN}/a?variant=1", "http://www.shop.example/a", True),
        ("url", f"{ORIGIN}/a", f"{ORIGIN}/b", False),
        ("url", f"{ORIGIN}/products/a", "/products/a", True), ("url", f"{ORIGIN}/products/a", "/products/b", False),
    ],
)  # fmt: skip
def test_catalogue_and_markup(field: str, catalogue: str | None, markup: str, expected: bool | None) -> None:
    page = lamp_page(lamp_node(**{field: markup, **({"gtin13": []} if field == "gtin" else {})}))
    assert compare(lamp(**{field: catalogue}), page).statements[field].catalogue_markup is expected


def test_a_brand_that_the_page_does_not_show_is_no_contradiction() -> None:
    silent = lamp_page(visible_text_sample="39 €", title="Desk lamp")
    assert verdicts(compare(lamp(), silent).statements["brand"]) == (True, None, None)
    agreement = compare(lamp(), lamp_page(lamp_node(brand="Other")))
    assert verdicts(agreement.statements["brand"]) == (False, True, False)


def test_a_page_without_markup() -> None:
    agreement = compare(lamp(), lamp_page(node("Organization", name="Shop")))
    assert agreement.marked is None
    assert verdicts(agreement.statements["price"]) == (None, True, None)
    assert agreement.contradictions == ()


def test_a_page_that_says_nothing() -> None:
    agreement = compare(lamp(), PageFacts())
    assert agreement.share is None
    assert agreement.contradictions == ()


def test_of_several_products_the_one_that_is_meant_is_compared() -> None:
    other = lamp_node(name="Vase", sku="V", gtin13="96385074", url=f"{ORIGIN}/vase", offers=item("Offer", price="5"))
    for nodes in ((other, lamp_node()), (lamp_node(), other)):
        agreement = compare(lamp(), lamp_page(*nodes))
        assert agreement.marked is not None
        assert agreement.marked.name == "Desk lamp"
        assert agreement.contradictions == ()


NODES = st.builds(
    lambda kind, properties: Node((kind,), properties, "json-ld", top_level=True),
    st.sampled_from(["Product", "Offer", "WebPage"]),
    st.dictionaries(
        st.sampled_from(["name", "offers", "brand", "sku", "gtin", "url", "price", "priceCurrency", "mainEntity"]),
        st.lists(
            st.text(max_size=10) | st.integers() | st.booleans()
            | st.dictionaries(st.sampled_from(["@type", "price", "name", "offers"]), st.lists(st.text(max_size=8))),
            max_size=3,
        ),
    ),
)  # fmt: skip


@given(st.lists(NODES, max_size=4), st.text(max_size=60), st.lists(st.text(max_size=8), max_size=3))
def test_whatever_a_page_says_it_is_compared(nodes: list[Node], text: str, prices: list[str]) -> None:
    page = PageFacts(
        title=text,
        nodes=tuple(nodes),
        visible_text_sample=text,
        headings=(Heading(1, text),),
        main_prices=tuple(prices),
    )
    agreement = compare(lamp(), page)
    assert agreement.share is None or 0 <= agreement.share <= 1
    assert compare(lamp(), page) == agreement
