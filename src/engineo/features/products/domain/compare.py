"""Whether catalogue, structured data and visible page say the same of a product."""

import re
from collections.abc import Callable, Iterable, Sequence
from functools import partial

from engineo.features.crawling.contracts import PageFacts
from engineo.features.products.contracts import Agreement, MarkedProduct, Product, Statement
from engineo.features.products.domain.codes import same_gtin
from engineo.features.products.domain.currencies import SHOWN_AS
from engineo.features.products.domain.markup import read_products
from engineo.features.products.domain.money import same_amount
from engineo.features.products.domain.texts import place_key, same_brand, same_code, same_name, tokens

Same = Callable[[str, str], bool]
_BUYABLE, _GONE = "in_stock", "out_of_stock"
# What a page says of a product in stock, or of one that is not (en, de, fr, es, it, nl, pt).
_SOLD_OUT = (
    "sold out", "out of stock", "currently unavailable", "ausverkauft", "nicht auf lager", "nicht verfügbar", "épuisé",
    "rupture de stock", "agotado", "sin existencias", "esaurito", "non disponibile", "uitverkocht", "esgotado",
    "indisponível",
)  # fmt: skip
_ON_SALE = (
    "in stock", "add to cart", "add to basket", "auf lager", "in den warenkorb", "sofort lieferbar", "en stock",
    "ajouter au panier", "disponible", "disponibile", "op voorraad", "in winkelwagen", "em estoque", "em stock",
)  # fmt: skip
_STATES = {"in_stock": _BUYABLE, "out_of_stock": _GONE, "discontinued": _GONE}
_CODE = re.compile(r"(?<![A-Za-z])[A-Z]{3}(?![A-Za-z])")


def compare(product: Product, facts: PageFacts) -> Agreement:
    """Pure. Where the page marks up several products, the one that names this product best is compared."""
    marked = _best(product, read_products(facts))
    item = marked or MarkedProduct()
    shown = facts.visible_text_sample
    headings = [heading.text for heading in facts.headings if heading.level == 1 and heading.in_main]
    names = [text for text in (*headings, facts.title or "") if text]
    prices = tuple(amount for amount in facts.main_prices or facts.visible_prices if _is_decimal(amount))
    statements = {
        "name": _statement([product.name], [item.name], names, same_name),
        "price": _statement(product.prices, item.prices, prices, same_amount),
        "currency": _statement(_one(product.currency), _one(item.currency), _currencies(shown), str.__eq__),
        "availability": _statement(
            _one(product.availability), _one(item.availability), _one(_shown_state(shown)), _same_state
        ),
        "brand": _statement(_one(product.brand), [item.brand], _brands(facts, product.brand, item.brand), same_brand),
        "gtin": _statement(_one(product.gtin), item.gtins, (), same_gtin),
        "sku": _statement(_one(product.sku), item.skus, (), same_code),
        "mpn": _statement(_one(product.mpn), item.mpns, (), same_code),
        "url": _statement(_one(product.url), [item.url], facts.canonicals, _same_place),
    }
    return Agreement(statements, marked)


def _statement(catalogue: Iterable[str], markup: Iterable[str], visible: Iterable[str], same: Same) -> Statement:
    given, said, shown = (tuple(text for text in texts if text) for texts in (catalogue, markup, visible))
    any_same = partial(_any_same, same)
    return Statement(given, said, shown, any_same(given, said), any_same(given, shown), any_same(said, shown))


def _any_same(same: Same, left: Sequence[str], right: Sequence[str]) -> bool | None:
    return any(same(one, other) for one in left for other in right) if left and right else None


def _one(text: str | None) -> tuple[str, ...]:
    return () if text is None else (text,)


def _is_decimal(text: str) -> bool:
    return re.fullmatch(r"[0-9]{1,15}(\.[0-9]+)?", text) is not None


def _best(product: Product, marked: Sequence[MarkedProduct]) -> MarkedProduct | None:
    """The item with the product's number, else with its name, else the first of the top level."""

    def likeness(item: MarkedProduct) -> tuple[bool, bool, bool, bool, float, bool]:
        ours, theirs = tokens(product.name), tokens(item.name)
        return (
            bool(product.gtin) and any(same_gtin(product.gtin or "", code) for code in item.gtins),
            bool(product.sku) and any(same_code(product.sku or "", code) for code in item.skus),
            bool(product.url) and bool(item.url) and _same_place(product.url or "", item.url),
            same_name(product.name, item.name),
            len(ours & theirs) / len(ours | theirs) if ours | theirs else 0.0,
            item.top_level,
        )

    return max(marked, key=likeness, default=None)


def _currencies(shown: str) -> tuple[str, ...]:
    """Every currency that a text may mean with its signs and codes; none where it has neither."""
    lowered = shown.lower()
    meant = {code for sign, codes in SHOWN_AS.items() if sign in lowered for code in codes}
    known = {code for codes in SHOWN_AS.values() for code in codes} | {"CHF", "RUB", "UAH", "HUF", "RON", "BGN", "TRY"}
    return tuple(sorted(meant | (known & set(_CODE.findall(shown)))))


def _shown_state(shown: str) -> str | None:
    """What the visible text says of the stock; None where it says nothing, or both."""
    plain = " ".join(shown.casefold().split())
    gone = any(words in plain for words in _SOLD_OUT)
    for words in _SOLD_OUT:  # "non disponibile" holds "disponibile"
        plain = plain.replace(words, " ")
    buyable = any(words in plain for words in _ON_SALE)
    return None if gone == buyable else (_GONE if gone else _BUYABLE)


def _same_state(one: str, other: str) -> bool:
    """In stock against sold out; what can be ordered ahead fits either."""
    left, right = _STATES.get(one), _STATES.get(other)
    return left is None or right is None or left == right


def _brands(facts: PageFacts, *candidates: str | None) -> tuple[str, ...]:
    """Of the brands that catalogue and markup name, those that the page shows; a page that shows none says nothing."""
    shown = {*tokens(facts.visible_text_sample), *tokens(facts.title or "")}
    return tuple(brand for brand in candidates if brand and tokens(brand) <= shown)


def _same_place(one: str, other: str) -> bool:
    """The same address but for the query; a path is compared with the end of the other."""
    left, right = (place_key(url) or url.rstrip("/") for url in (one, other))
    return left == right or (one[:1] == "/" and right.endswith(left)) or (other[:1] == "/" and left.endswith(right))
