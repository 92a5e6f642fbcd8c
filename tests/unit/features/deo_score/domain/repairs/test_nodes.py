import pytest
from tests.unit.features.deo_score.domain.sample_sites import HOME, body, key, member, page, site_of_pages

from engineo.features.crawling.contracts import PageFacts
from engineo.features.deo_score.domain.markup import has_breadcrumb
from engineo.features.deo_score.domain.repairs.nodes import breadcrumb_node, complete_node
from engineo.features.deo_score.domain.signals.accuracy import Accuracy, accuracy

TEXT = {"visible_text_sample": "Sold out for 5 \u20ac, says Ann", "visible_prices": ("3", "5"), "main_prices": ("5",)}


@pytest.mark.parametrize("path", ["", "products/a", "blog/a", "c/a"])
def test_a_complete_node_is_complete_true_and_rich(path: str) -> None:
    facts = body(path or "home", **TEXT)
    made = complete_node(member(page(path, facts)), facts, "shop")
    site = site_of_pages([*([page("")] if path else []), page(path, body(path or "home", nodes=(made,), **TEXT))])
    assert accuracy(site, site.members[key(path)]) == Accuracy(1, 1, 1)


def test_breadcrumbs_are_valid() -> None:
    assert has_breadcrumb(PageFacts(nodes=(breadcrumb_node(HOME, key("x"), "X"),)))
