"""Reading the entities of a site off its pages, one page at a time."""

from collections.abc import Iterable, Mapping
from urllib.parse import urlsplit

from engineo.features.crawling.contracts import CrawledPage, PageFacts
from engineo.features.entity_extraction.domain.brand import BrandSources
from engineo.features.entity_extraction.domain.entity import KINDS, Entity, Evidence, Extracted, Index
from engineo.features.entity_extraction.domain.names import digits, name_key, place, plain, same_company
from engineo.features.entity_extraction.domain.nodes import ORGANIZATIONS, Item, items_of
from engineo.features.entity_extraction.domain.product_entities import ProductEntities
from engineo.features.products.contracts import Agreement, MarkedProduct, Product

_MOST = {"brand": 2_000, "organization": 2_000, "product": 50_000, "person": 10_000, "topic": 5_000}
_CONFLICTING = {
    "brand": ("name",),
    "organization": ("name", "url", "logo", "telephone", "email"),
    "product": ("name", "price", "currency", "availability", "brand", "gtin", "sku"),
    "person": ("url", "jobTitle"),
    "topic": (),
}
_OF_ORGANIZATION = ("legalName", "url", "logo", "telephone", "email", "description", "foundingDate", "vatID")
_OF_PERSON = ("url", "jobTitle", "image", "email", "worksFor")
_TOPIC_PROPERTIES = ("about", "mentions", "knowsAbout", "articleSection", "category", "genre")
_PERSON_PROPERTIES = ("author", "creator", "editor", "reviewedBy", "founder", "employee", "contributor")
_LONGEST_TOPIC = 80
_MOST_KEYWORDS = 20
_FEWEST_CRUMBS = 3  # home, a topic, the page


class Extraction:
    """Pages are added in order of url_key. `home_key` is the url_key of the home page, `origin` the project's."""

    def __init__(self, origin: str, home_key: str) -> None:
        self._home_key = home_key
        self._host = (urlsplit(origin).hostname or "").removeprefix("www.")
        self._indexes = {kind: Index(kind, _MOST[kind]) for kind in KINDS}
        self._brand = BrandSources(origin)
        self._products = ProductEntities(self._indexes["product"], self._indexes["brand"], self._indexes["topic"])
        self.pages = 0

    def add(
        self,
        page: CrawledPage,
        facts: PageFacts,
        marked: Iterable[MarkedProduct],
        agreements: Iterable[tuple[Product | None, Agreement]],
    ) -> None:
        """`marked` are the page's products, `agreements` what it says of those that it is the page of."""
        self.pages += 1
        url, home = page.final_url or page.url, (page.final_key or page.url_key) == self._home_key
        self._brand.add(url, facts, is_home=home)
        for item in items_of(facts):
            if item.types & ORGANIZATIONS and item.role not in {"brand", "manufacturer"}:
                self._organization(url, item, is_home=home)
            elif "Person" in item.types:
                self._person(url, item.text("name"), item, f"{item.owner}.{item.role}".strip("."))
            elif "BreadcrumbList" in item.types:
                self._crumbs(url, item)
            if not item.reference:
                self._named_people(url, item)
                self._topics(url, item)
        self._products.add(url, facts, marked, agreements)

    def finish(self, unseen: Iterable[Product]) -> list[Extracted]:
        """All entities: the site's brand, then each kind with those of most pages first. `unseen` have no page."""
        self._products.add_unseen(unseen)
        site = self._brand.entity()
        brands = self._indexes["brand"].entities
        found = [_extracted(site, {"role": "site"})] if site is not None else []
        for kind in KINDS:
            for entity in sorted(self._indexes[kind].entities, key=lambda e: (-e.pages, plain(e.name), e.key)):
                if kind == "brand" and site is not None and same_company(entity.name, site.name):
                    continue  # the shop's own products
                found.append(_extracted(entity, {"role": "product"} if entity in brands else {}))
        return found

    @property
    def left_out(self) -> Mapping[str, int]:
        """Mentions of entities beyond those that are kept, by kind."""
        return {kind: index.left_out for kind, index in self._indexes.items() if index.left_out}

    def _organization(self, url: str, item: Item, *, is_home: bool) -> None:
        name = item.text("name")
        own = is_home and not item.role
        site = [place(address) for address in item.texts("url") if self._host and self._host in place(address)]
        aliases = ("site" if own or site else "", f"name:{name_key(name)}" if name else "", _absolute(item.id))
        entity = self._indexes["organization"].find_or_add(aliases, name or item.text("legalName") or self._host)
        if entity is None:
            return
        evidence = Evidence(url, item.syntax, f"{item.owner}.{item.role}".strip(".") or item.type, name)
        entity.prove(evidence)
        entity.say("name", name, evidence, same_company)
        for field in _OF_ORGANIZATION:
            same = {"telephone": _same_digits, "url": _same_place, "logo": _same_place}.get(field, _same_text)
            for text in item.texts(field)[:1]:
                entity.say(field, text, evidence, same)
        for text in item.texts("sameAs")[:20]:
            known = entity.properties.get("sameAs", "").split()
            if text not in known and " " not in text:
                entity.properties["sameAs"] = " ".join([*known, text][:20])

    def _named_people(self, url: str, item: Item) -> None:
        """People who are named by their name alone: `"author": "Ada Lovelace"`."""
        for role in _PERSON_PROPERTIES:
            for value in item.strings(role):
                if "://" not in value:
                    self._person(url, value, None, f"{item.type}.{role}", item.syntax)

    def _person(self, url: str, name: str, item: Item | None, path: str, syntax: str = "") -> None:
        if not plain(name) or len(name) > _LONGEST_TOPIC:
            return
        entity = self._indexes["person"].find_or_add((f"name:{plain(name)}",), name)
        if entity is None:
            return
        evidence = Evidence(url, item.syntax if item else syntax, path, name)
        entity.prove(evidence)
        entity.properties.setdefault("name", name)
        if item is not None:
            for field in _OF_PERSON:
                for text in item.texts(field)[:1]:
                    entity.say(field, text, evidence, _same_place if field in {"url", "image"} else _same_text)

    def _topics(self, url: str, item: Item) -> None:
        for name in _TOPIC_PROPERTIES:
            if name in item.properties:
                for text in item.texts(name):
                    for part in text.split(" > ") if name == "category" else (text,):
                        self._topic(url, part, item.syntax, f"{item.type}.{name}")
        words = [part for text in item.texts("keywords") for part in text.split(",")]
        for text in words[:_MOST_KEYWORDS]:
            self._topic(url, text, item.syntax, f"{item.type}.keywords")

    def _crumbs(self, url: str, item: Item) -> None:
        """What lies between home and the page itself."""
        steps = item.items("itemListElement")
        names = [step.text("name") or next((inner.text("name") for inner in step.items("item")), "") for step in steps]
        if len(names) >= _FEWEST_CRUMBS:
            for name in names[1:-1]:
                self._topic(url, name, item.syntax, "BreadcrumbList")

    def _topic(self, url: str, text: str, syntax: str, path: str) -> None:
        text = " ".join(text.split())
        if plain(text) and len(text) <= _LONGEST_TOPIC and "://" not in text:
            entity = self._indexes["topic"].find_or_add((f"name:{plain(text)}",), text)
            if entity is not None:
                entity.prove(Evidence(url, syntax, path, text))


def _extracted(entity: Entity, more: Mapping[str, str]) -> Extracted:
    return Extracted(
        kind=entity.kind,
        key=entity.key,
        name=entity.name,
        pages=entity.pages,
        properties={**entity.properties, **more},
        evidence=[evidence.as_json() for evidence in entity.evidence],
        conflicts=entity.conflicts(_CONFLICTING[entity.kind]),
    )


def _absolute(identity: str) -> str:
    return f"id:{identity}" if "://" in identity else ""


def _same_text(one: str, other: str) -> bool:
    return plain(one) == plain(other)


def _same_place(one: str, other: str) -> bool:
    return (place(one) or one) == (place(other) or other)


def _same_digits(one: str, other: str) -> bool:
    return digits(one)[-9:] == digits(other)[-9:]
