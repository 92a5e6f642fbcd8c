import pytest
from tests.unit.features.deo_score.domain.sample_sites import body, nested, node

from engineo.features.deo_score.domain.brand import agreed_brand, domain_label, same_brand, sources_of, title_part
from engineo.features.deo_score.domain.markup import Marked


@pytest.mark.parametrize(
    ("left", "right", "same"),
    [
        ("Acme GmbH", "ACME", True),
        ("Acme Co. Ltd", "acme", True),
        ("Acme Shop", "acme", True),  # contained, four letters
        ("Abc", "Abc Shop", False),  # contained, but three letters
        ("Co", "co", True),
        ("", "", False),
    ],
)
def test_same_brand(left: str, right: str, same: bool) -> None:
    assert same_brand(left, right) is same_brand(right, left) is same


@pytest.mark.parametrize(
    ("url", "label"),
    [
        ("https://www.acme.co.uk/", "acme"), ("https://shop.acme.com/", "acme"), ("https://acme.com/", "acme"),
        ("http://127.0.0.1:8080/", ""), ("http://localhost/", ""),
    ],
)  # fmt: skip
def test_domain_label(url: str, label: str) -> None:
    assert domain_label(url) == label


def test_title_part() -> None:
    assert title_part(["Red shoe | Acme", "Blue shoe | Acme", "Blue shoe"]) == "Acme"
    assert title_part(["Red shoe | Acme", "Blue hat"]) == ""
    assert title_part([]) == ""
    assert title_part(["Acme -", "Acme - Red shoe", "Acme - Blue hat"]) == "Acme"


def test_sources() -> None:
    home = body(
        "home",
        nodes=(node("WebSite", {"name": "Acme Web", "publisher": [nested("Organization", name="Acme Inc")]}),),
    )
    assert sources_of("https://acme.com/", Marked(home), " Acme ", ["x - Acme", "y - Acme"]) == {
        "organization": "Acme Inc", "website": "Acme Web", "og:site_name": "Acme", "title": "Acme", "domain": "acme"
    }  # fmt: skip
    assert set(sources_of("http://localhost/", None, "", []).values()) == {""}


def sources(**given: str) -> dict[str, str]:
    names = {"organization": "", "website": "", "og:site_name": "", "title": "", "domain": ""}
    return names | {name.replace("og", "og:site_name"): value for name, value in given.items()}


@pytest.mark.parametrize(
    ("given", "brand"),
    [
        (sources(), ("", 0)),
        (sources(domain="acme"), ("acme", 1)),
        (sources(organization="Zeta", title="Acme", domain="acme"), ("Acme", 2)),
        (sources(organization="Zeta", website="Acme", domain="acme", og="Acme AG"), ("Acme", 3)),
        (sources(organization="Zeta", website="Zeta", title="Acme", domain="acme"), ("Zeta", 2)),  # a tie
        (sources(website="One", domain="two"), ("One", 1)),
    ],
)
def test_the_largest_agreeing_set_names_the_brand(given: dict[str, str], brand: tuple[str, int]) -> None:
    assert agreed_brand(given) == brand
