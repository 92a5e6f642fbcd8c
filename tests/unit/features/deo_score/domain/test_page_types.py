import pytest
from tests.unit.features.deo_score.domain.sample_sites import HOME, NOW, key, node

from engineo.features.crawling.contracts import DateEvidence, PageFacts
from engineo.features.deo_score.domain import page_types
from engineo.features.deo_score.domain.page_types import decide_profile, kind_by_evidence, kind_by_url, type_by_url
from engineo.features.deo_score.domain.reading import Reading

Types = dict[str, str]
PRODUCT = Reading(kind="product")


def decide_types(
    pages: dict[str, Reading | None],
    known: Types | None = None,
    sold: tuple[str, ...] = (),
    linked: dict[str, set[str]] | None = None,
) -> tuple[Types, Types]:
    return page_types.decide_types(HOME, pages, known or {}, sold, lambda url: (linked or {}).get(url, set()))


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
    found = Reading(kind=kind_by_evidence(facts))
    types, decided = decide_types({HOME: None, key("x"): found})
    assert types == decided == {HOME: "home", key("x"): kind}


def test_a_list_of_products_is_a_collection() -> None:
    products = [key(f"products/{number}") for number in range(8)]
    pages: dict[str, Reading | None] = {**dict.fromkeys(products, Reading()), key("all"): Reading()}
    assert decide_types(pages, linked={key("all"): set(products)})[0][key("all")] == "collection"
    assert decide_types(pages, linked={key("all"): set(products[1:])})[0][key("all")] == "other"


def test_what_half_of_a_url_group_shows_decides_for_all() -> None:
    shown: dict[str, Reading | None] = {key(f"x/{n}"): PRODUCT for n in range(3)}
    silent: dict[str, Reading | None] = {key("x/3"): Reading(), key("x/4"): None}
    assert set(decide_types(shown | silent)[0].values()) == {"product"}
    four = dict(list((shown | silent).items())[1:])
    types, decided = decide_types(four)
    assert types[key("x/3")] == "other"
    assert key("x/4") not in decided  # never read: not decided, though counted as other
    assert types[key("x/4")] == "other"


def test_a_stored_type_stays_unless_the_catalogue_knows_better() -> None:
    known = {key("x"): "article", key("products/1"): "other", HOME: "product", key("y"): "nonsense", key("z"): "brand"}
    pages: dict[str, Reading | None] = {
        HOME: None, key("x"): PRODUCT, key("products/1"): None, key("y"): Reading(), key("z"): None
    }  # fmt: skip
    types, _ = decide_types(pages, known, (key("z"),))
    assert types == {
        HOME: "home", key("x"): "article", key("products/1"): "other", key("y"): "other", key("z"): "product"
    }  # fmt: skip


@pytest.mark.parametrize(
    ("products", "others", "profile"),
    [(3, 0, "shop"), (2, 0, "info"), (3, 27, "shop"), (3, 28, "info"), (0, 0, "info")],
)
def test_profile(products: int, others: int, profile: str) -> None:
    types = {f"p{n}": "product" for n in range(products)} | {f"o{n}": "other" for n in range(others)} | {HOME: "home"}
    assert decide_profile(types, set(types), HOME) == profile
