"""Products as entities: of the catalogue and of the markup, with what is said of them in different places."""

from collections.abc import Iterable

from engineo.features.crawling.contracts import PageFacts
from engineo.features.entity_extraction.domain.entity import Entity, Evidence, Index
from engineo.features.entity_extraction.domain.names import name_key, place, plain, same_company, same_title
from engineo.features.products.contracts import Agreement, MarkedProduct, Product

_SAME_PRICE = 0.005


class ProductEntities:
    """Fills the indexes of products, their brands and the topics of their catalogue's categories."""

    def __init__(self, products: Index, brands: Index, topics: Index) -> None:
        self._products = products
        self._brands = brands
        self._topics = topics

    def add(
        self,
        url: str,
        facts: PageFacts,
        marked: Iterable[MarkedProduct],
        agreements: Iterable[tuple[Product | None, Agreement]],
    ) -> None:
        items = list(marked)
        alone = len([item for item in items if item.top_level]) == 1
        for product, agreement in agreements:
            self._add_page_of(url, facts, product, agreement)
        for item in items:
            entity = self._products.find_or_add(_aliases(item, url if alone and item.top_level else ""), item.name)
            if entity is not None:
                self._say_marked(entity, url, item)
            if item.brand:
                self._brand(Evidence(url, item.syntax, "Product.brand", item.brand))

    def add_unseen(self, products: Iterable[Product]) -> None:
        """Products of the catalogue that no page is of."""
        for product in products:
            entity = self._products.find_or_add(_catalogue_aliases(product), product.name)
            if entity is not None:
                self._say_catalogue(entity, product)

    def _add_page_of(self, url: str, facts: PageFacts, product: Product | None, agreement: Agreement) -> None:
        """What the page shows to people, beside its markup and the catalogue."""
        marked = agreement.marked
        aliases = [*(_catalogue_aliases(product) if product else ()), *(_aliases(marked, url) if marked else ())]
        name = product.name if product else (marked.name if marked else "")
        entity = self._products.find_or_add(aliases or [f"url:{place(url)}"], name)
        if entity is None:
            return
        entity.properties.setdefault("url", url)
        if product is not None:
            self._say_catalogue(entity, product)
        heading = next((found.text for found in facts.headings if found.level == 1 and found.in_main), "")
        shown = Evidence(url, "text", "page", heading)
        entity.prove(shown)
        price = agreement.statements.get("price")
        if price is not None and price.visible:
            entity.say("price", _range(price.visible), shown, _same_prices)
        state = agreement.statements.get("availability")
        if state is not None and state.visible:
            entity.say("availability", state.visible[0], shown, _same_state)

    def _say_marked(self, entity: Entity, url: str, item: MarkedProduct) -> None:
        evidence = Evidence(url, item.syntax, "Product", item.name)
        entity.prove(evidence)
        entity.say("name", item.name, evidence, same_title)
        entity.say("price", _range(item.prices), evidence, _same_prices)
        entity.say("currency", item.currency or "", evidence, str.__eq__)
        entity.say("availability", item.availability or "", evidence, _same_state)
        entity.say("brand", item.brand, evidence, same_company)
        for field, codes in (("gtin", item.gtins), ("sku", item.skus)):
            if len(codes) == 1:  # of several, each is a variant's
                entity.say(field, codes[0], evidence, _same_code)

    def _say_catalogue(self, entity: Entity, product: Product) -> None:
        evidence = Evidence("", "catalogue", product.external_id, product.name)
        if any(known.source == "catalogue" and known.path == product.external_id for known in entity.evidence):
            return
        entity.prove(evidence)
        entity.properties.setdefault("externalId", product.external_id)
        entity.say("name", product.name, evidence, same_title)
        entity.say("price", _range(product.prices), evidence, _same_prices)
        entity.say("currency", product.currency or "", evidence, str.__eq__)
        entity.say("availability", product.availability or "", evidence, _same_state)
        entity.say("brand", product.brand or "", evidence, same_company)
        entity.say("gtin", product.gtin or "", evidence, _same_code)
        entity.say("sku", product.sku or "", evidence, _same_code)
        if product.brand:
            self._brand(Evidence("", "catalogue", "brand", product.brand))
        for part in (product.category or "").split(" > "):
            topic = self._topics.find_or_add((f"name:{plain(part)}" if plain(part) else "",), part)
            if topic is not None:
                topic.prove(Evidence("", "catalogue", "category", part))

    def _brand(self, evidence: Evidence) -> None:
        entity = self._brands.find_or_add((f"name:{name_key(evidence.value)}",), evidence.value)
        if entity is not None:
            entity.prove(evidence)


def _aliases(item: MarkedProduct, page: str) -> list[str]:
    """What tells a product apart, surest first. A name alone does so only where the page says nothing better."""
    found = [f"gtin:{code.zfill(14)}" for code in item.gtins] + [f"sku:{name_key(code)}" for code in item.skus]
    found += [f"url:{at}" for at in (place(item.url), place(page)) if at]
    return found or ([f"name:{plain(item.name)}"] if plain(item.name) else [])


def _catalogue_aliases(product: Product) -> list[str]:
    found = [f"catalogue:{product.id}"]
    found += [f"gtin:{product.gtin.zfill(14)}"] if product.gtin else []
    found += [f"sku:{name_key(product.sku)}"] if product.sku else []
    return found + ([f"url:{place(product.url)}"] if product.url and place(product.url) else [])


def _range(prices: Iterable[str]) -> str:
    """Several prices as one text: "19.00 - 29.00 - 39.00"."""
    return " - ".join(sorted(set(prices), key=float))


def _same_prices(one: str, other: str) -> bool:
    """Some price of the one is some price of the other, within half a per cent."""
    left, right = ([float(price) for price in text.split(" - ")] for text in (one, other))
    return any(abs(a - b) <= _SAME_PRICE * max(a, b) for a in left for b in right)


def _same_state(one: str, other: str) -> bool:
    """Only in stock and out of stock (or discontinued) contradict each other."""
    gone = {"out_of_stock", "discontinued"}
    return not ((one == "in_stock" and other in gone) or (other == "in_stock" and one in gone))


def _same_code(one: str, other: str) -> bool:
    return name_key(one).lstrip("0") == name_key(other).lstrip("0")
