import pytest
from tests.unit.features.deo_score.domain.sample_sites import body, failed, nested, node, page, site_of_pages

from engineo.features.deo_score.domain.signals.entity_coverage import entity_coverage

ORGANIZATION = node("Organization", {"name": "Acme"})
WEBSITE = node("WebSite", {"name": "Acme"})
TRAIL = node(
    "BreadcrumbList",
    {
        "itemListElement": [
            nested("ListItem", position=1, name="Home", item="/"),
            nested("ListItem", position=2, name="x"),
        ]
    },
)


def test_nothing_marked_up() -> None:
    found = entity_coverage(site_of_pages([page(""), page("products/a")]))
    assert found.value == 0
    assert {name: part.value for name, part in found.parts.items()} == {
        "primary": 0, "organization": 0, "website": 0, "breadcrumbs": 0
    }  # fmt: skip


def test_value_by_hand() -> None:
    # home 1 of w .1, product 1 of w .02 and a failed one 0: primary (.12) / .14; Organization 1, WebSite 0, trail 1/2
    home = page("", body("home", nodes=(ORGANIZATION,)))
    product = page("products/a", body("a", nodes=(node("Product"), TRAIL)))
    found = entity_coverage(site_of_pages([home, product, failed("products/b")]))
    assert found.value == pytest.approx(0.8 * 0.12 / 0.14 + 0.2 * (1 + 0 + 0.5) / 3)


def test_breadcrumbs_are_left_out_where_none_are_due() -> None:
    home = page("", body("home", nodes=(ORGANIZATION,)))
    found = entity_coverage(site_of_pages([home, page("x")]))
    assert found.parts["breadcrumbs"].value is None
    assert found.value == pytest.approx(0.8 + 0.2 * 0.5)
    both = page("", body("home", nodes=(ORGANIZATION, WEBSITE)))
    assert entity_coverage(site_of_pages([both])).value == 1
