import pytest
from tests.unit.features.deo_score.domain.sample_sites import HOME, NOW, key, link, node

from engineo.features.crawling.contracts import DateEvidence, PageFacts
from engineo.features.deo_score.domain.page_types import decide_profile, decide_types, kind_by_url, type_by_url


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("about-us.html", "brand"), ("pages/Contact", "brand"), ("faq/", "brand"),
        ("policies/privacy-policy", "policy"),
        ("agb", "policy"), ("versand", "policy"), ("returns", "policy"),
        ("products/shoe", "product"), ("de/produkt/schuh", "product"), ("collections/a/products/shoe", "product"),
        ("products", None), ("collections/summer", "collection"), ("c/shoes", "collection"), ("shop", "collection"),
        ("blog/hello", "article"), ("2024/05/hello", "article"), ("blog", "collection"), ("archive/2024", "collection"),
        ("core/news.html", "collection"), ("shop.php", "collection"),
        ("1850/x", None), ("something", None), ("", None),
    ],
)  # fmt: skip
def test_by_address(path: str, kind: str | None) -> None:
    assert type_by_url(key(path)) == kind


def test_kinds() -> None:
    assert kind_by_url(key("pages/%C3%BCber-uns")) == "about"
    assert kind_by_url(HOME) is None


@pytest.mark.parametrize(
    ("facts", "kind"),
    [
        (PageFacts(nodes=(node("Product"),)), "product"),
        (PageFacts(open_graph={"type": "Product"}), "product"),
        (PageFacts(nodes=(node("BlogPosting"),)), "article"),
        (PageFacts(nodes=(node("Review"),)), "article"),
        (PageFacts(open_graph={"type": "article"}), "article"),
        (PageFacts(dates=(DateEvidence(NOW, "meta:article:published_time"),)), "article"),
        (PageFacts(nodes=(node("ItemList"),)), "collection"),
        (PageFacts(nodes=(node("FAQPage"),)), "brand"),
        (PageFacts(nodes=(node("Product", top_level=False),)), "other"),
        (PageFacts(), "other"),
    ],
)
def test_by_evidence(facts: PageFacts, kind: str) -> None:
    types, decided = decide_types(HOME, {HOME: None, key("x"): facts}, {})
    assert types == decided == {HOME: "home", key("x"): kind}


def test_a_list_of_products_is_a_collection() -> None:
    products = [f"products/{number}" for number in range(8)]
    listing = PageFacts(links=tuple(link(path) for path in products))
    pages: dict[str, PageFacts | None] = {key(path): PageFacts() for path in products}
    assert decide_types(HOME, {**pages, key("all"): listing}, {})[0][key("all")] == "collection"
    shorter = PageFacts(links=listing.links[1:])
    assert decide_types(HOME, {**pages, key("all"): shorter}, {})[0][key("all")] == "other"


def test_what_half_of_a_url_group_shows_decides_for_all() -> None:
    shown: dict[str, PageFacts | None] = {key(f"x/{n}"): PageFacts(nodes=(node("Product"),)) for n in range(3)}
    silent: dict[str, PageFacts | None] = {key("x/3"): PageFacts(), key("x/4"): None}
    assert set(decide_types(HOME, shown | silent, {})[0].values()) == {"product"}
    four = dict(list((shown | silent).items())[1:])
    types, decided = decide_types(HOME, four, {})
    assert types[key("x/3")] == "other"
    assert key("x/4") not in decided  # never read: not decided, though counted as other
    assert types[key("x/4")] == "other"


def test_a_stored_type_stays() -> None:
    known = {key("x"): "article", key("products/1"): "other", HOME: "product", key("y"): "nonsense"}
    pages: dict[str, PageFacts | None] = {
        HOME: None, key("x"): PageFacts(nodes=(node("Product"),)), key("products/1"): None, key("y"): PageFacts()
    }  # fmt: skip
    types, _ = decide_types(HOME, pages, known)
    assert types == {HOME: "home", key("x"): "article", key("products/1"): "other", key("y"): "other"}


@pytest.mark.parametrize(
    ("products", "others", "profile"),
    [(3, 0, "shop"), (2, 0, "info"), (3, 27, "shop"), (3, 28, "info"), (0, 0, "info")],
)
def test_profile(products: int, others: int, profile: str) -> None:
    types = {f"p{n}": "product" for n in range(products)} | {f"o{n}": "other" for n in range(others)} | {HOME: "home"}
    assert decide_profile(types, set(types), HOME) == profile
