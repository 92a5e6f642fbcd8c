from dataclasses import replace
from typing import Any

import pytest
from tests.unit.features.deo_score.domain.sample_sites import (
    HOME,
    SITE,
    body,
    failed,
    key,
    link,
    moved,
    page,
    site_of_pages,
)

from engineo.features.crawling.contracts import CrawledPage, Hop, RobotsDirectives
from engineo.features.deo_score.domain.signals.health import (
    crawl_health,
    found_value,
    listed_value,
    page_links,
    robots_value,
)
from engineo.features.deo_score.domain.targets import Target, targets

NOINDEX = (RobotsDirectives("", ("noindex",), "meta"),)
HOP = Hop(key("t"), 301, key("x"))


@pytest.mark.parametrize(
    ("target", "worth", "broken"),
    [
        (page("t"), 1, False),
        (page("t", outcome="not_html"), 1, False),
        (page("t", outcome="too_large"), 1, False),
        (failed("t", None, "disallowed"), 1, False),
        (moved("t", "x"), 0.5, False),
        (moved("t", "x", redirects=(HOP, HOP)), 0.25, False),
        (moved("t", "x", redirects=(HOP, HOP, HOP)), 0, False),
        (moved("t", "gone"), 0, True),
        (failed("t", 302, "redirected_off_site", redirects=(HOP,)), 0.5, False),
        (failed("t", 404), 0, True),
        (failed("t", 500), 0, True),
        (failed("t", None, "timeout"), 0, True),
        (failed("t", None, "redirect_loop"), 0, True),
        (page("t", body("t", title="Not found", words=3)), 0, True),
        (failed("t", None, "not_attempted"), None, False),
    ],
)
def test_targets(target: CrawledPage, worth: float | None, broken: bool) -> None:
    site = site_of_pages([page(""), page("x"), failed("gone", 404, in_sitemap=True), target])
    assert targets(site)[key("t")] == Target(worth, broken)


def test_links_of_a_page() -> None:
    def links_of(*paths: str) -> float:
        rows = [page("", body("home", links=tuple(map(link, paths)))), page("x"), moved("m", "x"), failed("gone", 404)]
        site = site_of_pages(rows)
        return page_links(site, site.home_member)

    assert links_of() == 1
    assert links_of("x", "x", "unknown") == 1
    assert links_of("x", "m") == 0.5 * 0.75 + 0.5
    assert links_of("x", "gone") == 0.5 * 0.5


@pytest.mark.parametrize(
    ("robots", "value"),
    [
        ({"robots_status": 404}, 1),
        ({"robots_status": 200}, 1),
        ({"robots_status": 200, "robots_empty": False}, 1),
        ({"robots_status": 200, "robots_empty": False, "robots_problems": ("line 1",)}, 0),
        ({"robots_status": 429}, 0),
        ({"robots_status": 503}, 0),
        ({"robots_status": None}, 0),
    ],
)
def test_robots(robots: dict[str, Any], value: float) -> None:
    assert robots_value(replace(SITE, **robots)) == value


def test_sitemap() -> None:
    rows = [
        page("", body("home", links=(link("x"),)), in_sitemap=True),
        page("x"),
        page("y", body("y", robots=NOINDEX), in_sitemap=True),
        page("z"),
    ]
    site = site_of_pages(rows)
    assert listed_value(site) == 0.5  # home, and y that may not be indexed
    assert found_value(site) == 0.5  # home and x; y is closed, z neither listed nor linked
    assert listed_value(site_of_pages([page("")])) == 1


def test_value_by_hand() -> None:
    # info: home w .1 answers with a broken link, x w .07 fails. response .1/.17, links .1 * 1/4 ... / .17
    rows = [page("", body("home", links=(link("x"), link("gone")))), failed("x"), failed("gone", 404)]
    found = crawl_health(site_of_pages(rows))
    response, links = 0.1 / 0.17, 0.0
    assert found.value == pytest.approx(0.5 * response + 0.3 * links + 0.1 + 0.05 + 0.05 * 0.5)
    assert found.worst == ((HOME, 0.0), (key("x"), 0.0))
