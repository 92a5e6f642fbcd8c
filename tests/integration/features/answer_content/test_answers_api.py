"""Answers of a crawled site, on both databases."""

from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from tests.integration.features.crawling.static_site import Answer, StaticSite
from tests.integration.features.site_world import Here, SiteWorld

from engineo.features.answer_content.jobs import ExtractAnswers
from engineo.features.answer_content.models import AnswerPageRow
from engineo.kernel.errors import JobPostponedError
from engineo.kernel.jobs import JobMessage

KINDS = ("crawling.finished", "answer_content.extract")
ANSWER = "It is 40 cm high and its shade of linen is 20 cm wide, which is enough for a desk. " * 2


def product(name: str, text: str = "") -> Answer:
    markup = f'<script type=\'application/ld+json\'>{{"@type": "Product", "name": "{name}"}}</script>'
    return Answer(
        f"<html lang='en'><title>{name}</title>{markup}<main><h1>{name}</h1><p>{text}</p>"
        f"<h2>How high is it?</h2><p>{ANSWER}</p></main>"
    )


def shop() -> dict[str, Answer]:
    links = "".join(f'<a href="/{path}">{path} page</a>' for path in ("lamp", "vase", "about", "terms"))
    about = f"<title>About</title><main><h1>About</h1><h2>Where are you?</h2><p>{ANSWER}</p></main>"
    return {
        "/": Answer(f"<title>Acme</title><main>{links}</main>"),
        "/lamp": product("Lamp", "Made of steel. Two years of warranty. Shipping is free. Wipe clean."),
        "/vase": product("Vase"),
        "/about": Answer(about),
        "/terms": Answer("<title>Terms</title><main><p>Nothing is asked and nothing answered.</p></main>"),
    }


@pytest.fixture
def world(database_url: str) -> Iterator[SiteWorld]:
    with StaticSite(shop()) as site:
        opened = SiteWorld(database_url, site)
        yield opened
        opened.close()


def answers(world: SiteWorld, query: str = "") -> dict[str, Any]:
    return world.of_project(f"/answers{query}")


def paths(found: dict[str, Any]) -> list[str]:
    return ["/" + item["url"].rpartition("/")[2] for item in found["items"]]


def test_a_crawl_is_followed_by_its_answers(world: SiteWorld) -> None:
    assert (answers(world)["crawlId"], answers(world)["summary"], answers(world)["items"]) == (None, None, [])
    run_id = world.crawl()
    world.deliver(*KINDS)
    found = answers(world)
    assert found["crawlId"] == run_id
    assert paths(found) == ["/vase", "/lamp", "/about"]  # what leaves most open comes first; no answers: not listed
    summary = found["summary"]
    assert (summary["pages"], summary["productPages"], summary["strongAnswers"]) == (5, 2, 3)
    by_name = {row["name"]: (row["answered"], row["open"]) for row in summary["shopperQuestions"]}
    assert (by_name["size"], by_name["warranty"], by_name["compatibility"]) == ((2, 0), (1, 1), (0, 2))
    vase, lamp, about = found["items"]
    assert {"material", "care", "warranty", "shipping or returns"} <= set(lamp["answered"])
    assert "warranty" in vase["open"]
    assert (about["product"], about["answered"], about["open"]) == (False, [], [])
    (answer,) = about["answers"]
    assert (answer["question"], answer["form"], answer["fact"], answer["strength"]) == (
        "Where are you?", "question", True, 1.0,
    )  # fmt: skip
    assert answer["answer"].startswith("It is 40 cm high")


def test_filters_and_pages(world: SiteWorld) -> None:
    world.crawl()
    world.deliver(*KINDS)
    assert paths(answers(world, "?question=warranty")) == ["/vase"]
    assert paths(answers(world, "?question=size")) == []
    assert paths(answers(world, "?open=true")) == ["/vase", "/lamp"]
    assert paths(answers(world, "?products=true")) == ["/vase", "/lamp"]
    first = answers(world, "?limit=2")
    assert paths(first) + paths(answers(world, f"?limit=2&cursor={first['nextCursor']}")) == [
        "/vase",
        "/lamp",
        "/about",
    ]
    for wrong in ("?question=colour", "?limit=501", "?cursor=-5", "?open=maybe"):
        world.of_project(f"/answers{wrong}", expect=422)
    world.of_project("/answers", key=world.other, expect=404)


def test_a_page_of_the_catalogue_is_a_products_page(world: SiteWorld) -> None:
    world.import_products({"externalId": "A", "name": "About lamps", "url": f"{world.site.origin}/about"})
    world.crawl()
    world.deliver(*KINDS)
    about = next(item for item in answers(world)["items"] if item["url"].endswith("/about"))
    assert about["product"]
    assert about["open"]


def test_a_later_crawl_replaces_them_and_everything_may_run_twice(world: SiteWorld) -> None:
    first = world.crawl()
    world.deliver(*KINDS)
    before = answers(world)
    again = JobMessage.of(ExtractAnswers(project_id=world.project, run_id=first))
    world.sent.append(again)
    world.deliver(*KINDS)
    assert answers(world)["items"] == before["items"]
    world.site.pages["/vase"] = Answer("gone", status=404)
    second = world.crawl()
    world.deliver(*KINDS)
    world.sent.append(again)  # an old run does not replace a newer one
    world.deliver(*KINDS)
    assert (answers(world)["crawlId"], paths(answers(world))) == (second, ["/lamp", "/about"])
    with world.uow(read_only=True) as work:
        assert set(work.session.scalars(sa.select(AnswerPageRow.run_id))) == {second}


def test_a_stop_is_heard_and_what_was_written_is_not_shown(world: SiteWorld) -> None:
    run_id = world.crawl()
    (actor,) = [a for a in world.modules.collect("actors") if a.job is ExtractAnswers]

    class Stopping(Here):
        def should_stop(self) -> bool:
            return True

    with pytest.raises(JobPostponedError):
        actor.perform(ExtractAnswers(project_id=world.project, run_id=run_id), Stopping("1"))
    assert answers(world)["crawlId"] is None
    actor.perform(ExtractAnswers(project_id="gone", run_id=run_id), Here("2"))
    world.deliver(*KINDS)
    assert answers(world)["crawlId"] == run_id
