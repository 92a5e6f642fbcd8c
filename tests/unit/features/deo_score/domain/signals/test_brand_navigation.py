import pytest
from tests.unit.features.deo_score.domain.sample_sites import (
    HOME,
    body,
    failed,
    key,
    link,
    moved,
    nested,
    node,
    page,
    site_of_pages,
)

from engineo.features.crawling.contracts import CrawledPage
from engineo.features.deo_score.domain.markup import Marked
from engineo.features.deo_score.domain.signals.brand_navigation import (
    brand_navigational_strength,
    organization_checks,
    service_pages,
)


@pytest.mark.parametrize(
    ("row", "kinds"),
    [
        (page("about-us"), ["about"]),
        (page("about-us", body("a", words=49)), []),
        (page("contact", blocked_agents=("Googlebot",)), []),
        (failed("faq", 404), []),
        (page("terms"), ["terms"]),
        (page("terms", linked=False, in_sitemap=True), []),
        (page("terms", body("t", words=3)), ["terms"]),
        (failed("policies/privacy-policy", None, "disallowed"), ["privacy"]),
        (failed("returns", 500), []),
        (page("x", body("x", nodes=(node("AboutPage"),))), ["about"]),
        (page("products/about", body("x")), ["about"]),
    ],
)
def test_kinds(row: CrawledPage, kinds: list[str]) -> None:
    assert list(service_pages(site_of_pages([page(""), row]))) == kinds


def test_a_redirect_is_as_good() -> None:
    site = site_of_pages(
        [page(""), moved("shipping", "info/delivery-times"), page("info/delivery-times", linked=False)]
    )
    assert service_pages(site) == {"shipping": [key("info/delivery-times")]}


def test_organization() -> None:
    assert not any(organization_checks(None))
    one = node(
        "Organization", {"name": "A", "url": HOME, "sameAs": ["a"], "address": [nested("PostalAddress", city="x")]}
    )
    assert organization_checks(Marked(body("home", nodes=(one,)))) == (True, True, False, False, True)


def test_value_by_hand() -> None:
    # two kinds of five, one of them a click from home; Organization with name and url: 2/5; no two names agree
    org = node("Organization", {"name": "Acme", "url": HOME})
    rows = [page("", body("home", nodes=(org,), links=(link("about"),))), page("about"), page("faq")]
    found = brand_navigational_strength(site_of_pages(rows))
    assert found.value == pytest.approx(0.3 * 0.4 + 0.25 * 0.4 + 0.25 * 0 + 0.2 * 0.2)


def test_consistency() -> None:
    org = node("Organization", {"name": "Shop GmbH"})
    facts = body("home", nodes=(org,), open_graph={"site_name": "Shop"}, title="Welcome | Shop")
    site = site_of_pages([page("", facts), page("x", body("x", title="X | Shop"))])
    # domain, og:site_name, Organization and titles say "shop": (4 - 1) / 4
    assert brand_navigational_strength(site).parts["consistency"].value == 0.75
