from typing import Any

import pytest
from tests.unit.features.deo_score.domain.sample_sites import (
    HOME,
    body,
    gain,
    key,
    link,
    node,
    page,
    repaired,
    site_of_pages,
)

from engineo.features.crawling.contracts import AnswerUnit, Heading, Image, RobotsDirectives

UNITS = (AnswerUnit("Why?", 30, question=True, fact=True),)


@pytest.mark.parametrize(
    ("name", "facts", "row"),
    [
        ("snippet-forbidden", {"robots": (RobotsDirectives("", ("nosnippet",), "meta"),)}, {}),
        ("snippet-forbidden", {"nosnippet_words": 100}, {}),
        ("title-weak", {"title": "Xyzzy", "headings": (Heading(1, "Boots"),)}, {}),
        ("open-graph-missing", {}, {}),
        ("preview-incomplete", {"images": (Image("a", None, sized=True, lazy=False, in_main=True),)}, {}),
        ("preview-incomplete", {"hreflang": (("english", "x"),)}, {}),
        ("answer-agents-blocked", {"answer_units": UNITS}, {"blocked_agents": ("Bingbot", "Googlebot-Image")}),
        ("lead-missing", {}, {}),
    ],
)
def test_each_wins(name: str, facts: dict[str, Any], row: dict[str, Any]) -> None:
    complete = {"open_graph": {"title": "T", "image": "i"}} if name != "open-graph-missing" else {}
    assert gain(name, site_of_pages([page(""), page("x", body("x", **{**complete, **facts}), **row)])) > 0


def test_missing_service_pages() -> None:
    home = page("", body("home", links=(link("about"),)))
    site = site_of_pages([home, page("about"), page("terms"), page("contact")])
    urls, _ = repaired("service-pages-missing", site)
    assert urls == [key("faq"), key("privacy")]  # five kinds are enough
    # pages 3/5 -> 1 and navigation 1/5 -> 3/5, of a third of a fifth
    assert gain("service-pages-missing", site) == pytest.approx(100 / 3 * 0.2 * (0.3 * 0.4 + 0.2 * 0.4))


def test_service_pages_that_home_does_not_link_to() -> None:
    site = site_of_pages([page(""), page("about"), page("terms")])
    assert repaired("service-pages-far", site)[0] == [key("about"), key("terms")]
    assert gain("service-pages-far", site) > 0


def test_one_name_everywhere() -> None:
    names = body("home", nodes=(node("Organization", {"name": "Zeta"}),), open_graph={"site_name": "Theta"})
    site = site_of_pages([page("", names)])
    assert repaired("brand-inconsistent", site)[0] == [HOME]
    assert gain("brand-inconsistent", site) > 0
