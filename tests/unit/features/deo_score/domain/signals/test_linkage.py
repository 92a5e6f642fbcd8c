import pytest
from tests.unit.features.deo_score.domain.sample_sites import (
    HOME,
    body,
    failed,
    key,
    link,
    member,
    node,
    page,
    site_of_pages,
)

from engineo.features.crawling.contracts import CrawledPage, Link
from engineo.features.deo_score.domain.inlinks import inlinks
from engineo.features.deo_score.domain.signals.linkage import (
    allowed_clicks,
    anchor_share,
    entity_linkage,
    schema_share,
)


def chain(length: int) -> list[CrawledPage]:
    return [page(f"x{n}", body(f"x{n}", links=(link(f"x{n + 1}"),))) for n in range(length)]


def test_null_for_home_alone() -> None:
    found = entity_linkage(site_of_pages([page("")]))
    assert (found.value, found.reason) == (None, "the site has no page besides home")


def test_reach_ends_after_four_clicks() -> None:
    site = site_of_pages([page("", body("home", links=(link("x0"),))), *chain(6)])
    # x0..x3 of x0..x5 within four clicks; all of one type
    assert entity_linkage(site).parts["reach"].value == pytest.approx(4 / 6)
    assert allowed_clicks(site) == 4


def test_inlinks_by_hand() -> None:
    menu = link("a", "The menu", template=True)
    site = site_of_pages(
        [
            page("", body("home", links=(menu, link("b", "About b")))),
            page("a", body("a", links=(menu, link("b", "About b"), link("b", "More on b"), link("a", "Myself")))),
            page(
                "b", body("b", links=(menu, link("a", "click here"), link("a", ""), link("a", "no", rel=("nofollow",))))
            ),
            failed("d"),
        ]
    )
    found = inlinks(site)  # target: min(3, 4 groups - 1)
    assert found.value(key("a")) == pytest.approx(1 / 3)  # the template alone, once
    assert found.value(key("b")) == pytest.approx(2 / 3)  # home and a
    assert found.value(key("d")) == 0


def test_a_paginated_list_is_one_source() -> None:
    pages = [page(f"list?page={n}", body(f"list{n}", links=(link("a", "About a"),))) for n in (2, 3)]
    site = site_of_pages(
        [page(""), page("list", body("list", links=(link("a", "About a"),))), *pages, page("a"), page("b")]
    )
    assert inlinks(site).value(key("a")) == pytest.approx(1 / 3)


def test_anchors() -> None:
    links = (
        link("a", "A named page"),
        link("b", "here"),
        Link("", "javascript:void(0)", "Open", crawlable=False),
        Link("", "mailto:me@shop.example", "Mail", crawlable=False),
        Link("", "#top", "Top", crawlable=False),
        Link("https://other.example/", "https://other.example/", "here"),
    )
    site = site_of_pages([page(""), page("x", body("x", links=links))])
    assert anchor_share(site, site.members[key("x")]) == pytest.approx(1 / 3)
    assert anchor_share(site, member(page("y"))) == 0


def test_schema_links() -> None:
    org = node("Organization", {"name": "Acme"}, id="#org")
    product = node(
        "Product",
        {
            "brand": [{"@id": "/#org"}],
            "isPartOf": [key("x")],
            "isVariantOf": [key("gone")],
            "author": [{"@type": [], "@id": "#nobody", "@reference": True}],
        },
    )
    site = site_of_pages(
        [
            page("", body("home", nodes=(org,))),
            page("products/a", body("a", nodes=(product,))),
            page("x"),
            failed("gone", 404),
        ]
    )
    assert schema_share(site, site.members[key("products/a")]) == 0.5
    assert schema_share(site, site.members[HOME]) == 0


def test_value_is_the_sum_of_its_parts() -> None:
    home = page("", body("home", links=(link("x", "About x"),)))
    other = page("x", body("x", links=(link("", "Back home"),)))
    found = entity_linkage(site_of_pages([home, other]))
    # reach 1, inlinks 1 (of min(3, 1)), anchors 1, schemaLinks 0 (home owes them)
    assert {name: part.value for name, part in found.parts.items()} == {
        "reach": 1, "inlinks": 1, "anchors": 1, "schemaLinks": 0
    }  # fmt: skip
    assert found.value == pytest.approx(0.85)
