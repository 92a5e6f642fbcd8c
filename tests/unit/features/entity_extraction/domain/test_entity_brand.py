"""What a site calls itself."""

import pytest
from tests.unit.features.entity_extraction.domain.entity_pages import conflicts, extract, facts, item, node, of_kind

from engineo.features.entity_extraction.domain.brand import domain_label

ORGANIZATION = node("Organization", name="Acme Lamps GmbH", url="https://www.acme-lamps.example/")


def test_sources_that_agree() -> None:
    pages = {
        "": facts(ORGANIZATION, title="Acme Lamps", open_graph={"site_name": "Acme Lamps"}),
        **{f"{n}": facts(title=f"Lamp {n} | Acme Lamps", open_graph={"site_name": "Acme Lamps"}) for n in range(4)},
    }
    (brand,) = of_kind("brand", extract(pages))
    assert (brand.name, brand.properties["role"], brand.conflicts) == ("Acme Lamps", "site", [])
    assert {(evidence["source"], evidence["path"]) for evidence in brand.evidence} == {
        ("meta", "og:site_name"), ("json-ld", "Organization.name"), ("title", "title"), ("domain", "host"),
    }  # fmt: skip
    assert brand.pages == 5


def test_two_names_are_a_conflict() -> None:
    pages = {
        "": facts(ORGANIZATION, open_graph={"site_name": "Zenith"}),
        "a": facts(open_graph={"site_name": "Zenith"}),
    }
    (brand,) = of_kind("brand", extract(pages))
    assert conflicts(brand) == {"name": ["Zenith", "Acme Lamps GmbH"]}
    assert brand.name == "Acme Lamps GmbH"  # the domain agrees with it


def test_the_title_and_the_domain_contradict_nothing() -> None:
    pages = {"": facts(node("WebSite", name="Zenith"), title="Home | Lights"), "a": facts(title="Lamp | Lights")}
    (brand,) = of_kind("brand", extract(pages))
    assert (brand.name, brand.conflicts) == ("Zenith", [])


def test_an_organization_elsewhere_is_no_source() -> None:
    pages = {"": facts(title="Home"), "a": facts(node("Organization", name="Zenith"))}
    (brand,) = of_kind("brand", extract(pages))
    assert brand.name == "acme-lamps"


def test_brands_of_products() -> None:
    pages = {
        "": facts(ORGANIZATION),
        "a": facts(node("Product", name="Lamp", brand=item("Brand", name="Lumen"))),
        "b": facts(node("Product", name="Vase", brand="LUMEN")),
        "c": facts(node("Product", name="Cup", brand="Acme Lamps")),
    }
    site, lumen = of_kind("brand", extract(pages))
    assert (site.name, site.properties["role"]) == ("Acme Lamps GmbH", "site")
    assert (lumen.name, lumen.pages, lumen.properties["role"]) == ("Lumen", 2, "product")


@pytest.mark.parametrize(
    ("url", "label"),
    [
        ("https://www.shop.example", "shop"), ("https://shop.co.uk", "shop"), ("http://127.0.0.1:8000", ""),
        ("http://localhost", ""), ("https://blog.shop.example", "shop"),
    ],
)  # fmt: skip
def test_domains(url: str, label: str) -> None:
    assert domain_label(url) == label
