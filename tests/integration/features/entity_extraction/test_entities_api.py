"""Entities of a crawled site, on both databases."""

from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from tests.integration.features.crawling.static_site import Answer, StaticSite
from tests.integration.features.site_world import Here, SiteWorld

from engineo.features.crawling.contracts import CrawlFinished
from engineo.features.entity_extraction.jobs import ExtractEntities
from engineo.features.entity_extraction.models import EntityRow
from engineo.kernel.errors import JobPostponedError
from engineo.kernel.jobs import JobMessage

KINDS = ("crawling.finished", "entity_extraction.extract")


def page(name: str, price: str = "39.00") -> Answer:
    return Answer(
        f"<title>{name} | Acme</title><script type='application/ld+json'>"
        f'{{"@type": "Product", "name": "{name}", "sku": "{name}", "brand": "Lumen", '
        f'"offers": {{"@type": "Offer", "price": "{price}", "priceCurrency": "EUR"}}}}</script>'
        f"<main><h1>{name}</h1><p>{name}: 39.00 EUR</p></main>"
    )


def shop(count: int = 3, **changes: Answer) -> dict[str, Answer]:
    links = "".join(f'<a href="/p/{n}">Lamp {n}</a>' for n in range(count))
    organization = '{"@type": "Organization", "name": "Acme", "url": "/"}'
    home = Answer(f"<title>Acme</title><script type='application/ld+json'>{organization}</script><main>{links}</main>")
    return {"/": home, **{f"/p/{n}": page(f"Lamp {n}") for n in range(count)}, **changes}


@pytest.fixture
def site() -> Iterator[StaticSite]:
    with StaticSite(shop()) as running:
        yield running


@pytest.fixture
def world(database_url: str, site: StaticSite) -> Iterator[SiteWorld]:
    opened = SiteWorld(database_url, site)
    yield opened
    opened.close()


def entities(world: SiteWorld, query: str = "") -> dict[str, Any]:
    return world.of_project(f"/entities{query}")


def names(found: dict[str, Any]) -> list[tuple[str, str]]:
    return [(item["kind"], item["name"]) for item in found["items"]]


def test_a_crawl_is_followed_by_its_entities(world: SiteWorld) -> None:
    empty = entities(world)
    assert (empty["crawlId"], empty["computedAt"], empty["items"], empty["counts"]) == (None, None, [], {})
    run_id = world.crawl()
    assert world.deliver(*KINDS) == [
        "crawling.finished>entity_extraction", "crawling.finished>answer_content", "entity_extraction.extract",
    ]  # fmt: skip
    found = entities(world)
    assert (found["crawlId"], found["pageCount"]) == (run_id, 4)
    assert found["counts"] == {"brand": 2, "organization": 1, "product": 3}
    assert names(found) == [
        ("brand", "Acme"), ("brand", "Lumen"), ("organization", "Acme"), ("product", "Lamp 0"), ("product", "Lamp 1"),
        ("product", "Lamp 2"),
    ]  # fmt: skip
    lamp = found["items"][3]
    assert lamp["properties"]["price"] == "39.00"
    assert lamp["evidence"][0]["url"] == f"{world.site.origin}/p/0"


def test_conflicts_and_kinds_are_filters_and_pages_are_cut(world: SiteWorld) -> None:
    world.site.pages["/p/1"] = page("Lamp 1", price="45.00")
    world.import_products({"externalId": "A", "name": "Lamp 2", "sku": "Lamp 2", "price": "50.00"})
    world.crawl()
    world.deliver(*KINDS)
    assert names(entities(world, "?conflicts=true")) == [("product", "Lamp 1"), ("product", "Lamp 2")]
    (shown,) = entities(world, "?kind=organization")["items"]
    assert shown["kind"] == "organization"
    seen: list[tuple[str, str]] = []
    query = "?limit=2"
    while True:
        part = entities(world, query)
        seen += names(part)
        if part["nextCursor"] is None:
            break
        query = f"?limit=2&cursor={part['nextCursor']}"
    assert seen == names(entities(world))
    for wrong in ("?kind=car", "?limit=0", "?cursor=x", "?cursor=-2", f"?cursor={2**40}"):
        world.of_project(f"/entities{wrong}", expect=422)
    world.of_project("/entities", key=world.other, expect=404)


def test_a_later_crawl_replaces_them(world: SiteWorld) -> None:
    world.crawl()
    world.deliver(*KINDS)
    before = {item["name"]: item["id"] for item in entities(world)["items"]}
    world.site.pages = dict(shop(2))
    world.crawl()
    world.deliver(*KINDS)
    after = {item["name"]: item["id"] for item in entities(world)["items"]}
    assert set(before) - set(after) == {"Lamp 2"}
    assert after.items() <= before.items()  # what stays keeps its id
    with world.uow(read_only=True) as work:
        assert work.session.scalar(sa.select(sa.func.count()).select_from(EntityRow)) == 5


def test_everything_may_run_twice(world: SiteWorld) -> None:
    run_id = world.crawl()
    (finished,) = [message for message in world.sent if message.kind == "crawling.finished"]
    world.deliver("crawling.finished")
    world.sent.append(finished)
    world.deliver("crawling.finished")
    jobs = [message for message in world.sent if message.kind == "entity_extraction.extract"]
    assert [job.payload["run_id"] for job in jobs] == [run_id]
    assert [job.queue for job in jobs] == ["entity_queue"]
    world.deliver(*KINDS)
    first = entities(world)
    world.sent += jobs
    world.deliver(*KINDS)
    assert entities(world)["items"] == first["items"]


def test_an_old_run_does_not_replace_a_newer_one(world: SiteWorld) -> None:
    old = world.crawl()
    new = world.crawl()
    world.deliver(*KINDS)
    world.sent.append(JobMessage.of(ExtractEntities(project_id=world.project, run_id=old)))
    world.deliver(*KINDS)
    assert entities(world)["crawlId"] == new


def test_runs_that_failed_and_projects_that_are_gone_are_nothing_to_do(world: SiteWorld) -> None:
    (subscriber, *_) = [a for a in world.modules.collect("actors") if a.name == "crawling.finished>entity_extraction"]
    event = CrawlFinished(project_id=world.project, run_id="x", status="failed", pages=0)
    subscriber.perform(event, Here("1"))
    subscriber.perform(event.model_copy(update={"status": "finished", "project_id": "gone"}), Here("2"))
    assert world.events("entity_extraction.extract") == []
    (actor,) = [a for a in world.modules.collect("actors") if a.job is ExtractEntities]
    actor.perform(ExtractEntities(project_id="gone", run_id="x"), Here("3"))


def test_a_stop_is_heard(world: SiteWorld) -> None:
    run_id = world.crawl()
    (actor,) = [a for a in world.modules.collect("actors") if a.job is ExtractEntities]

    class Stopping(Here):
        def should_stop(self) -> bool:
            return True

    with pytest.raises(JobPostponedError):
        actor.perform(ExtractEntities(project_id=world.project, run_id=run_id), Stopping("1"))
    assert entities(world)["crawlId"] is None
