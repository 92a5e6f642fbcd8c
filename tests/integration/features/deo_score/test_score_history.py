"""From a site that becomes worse to what is said of it, on both databases."""

import json
from collections.abc import Iterator

import pytest
from structlog.testing import capture_logs
from tests.integration.features.crawling.static_site import Answer, StaticSite
from tests.integration.features.site_world import SiteWorld
from typer.testing import CliRunner

from engineo.features.deo_score.errors import SnapshotNotFoundError
from engineo.infra.outbox import OutboxRow

TEXT = " ".join(f"lamp{number} glows for {number} hours" for number in range(60))


def page(name: str, *, description: bool = True, noindex: bool = False) -> Answer:
    meta = f'<meta name="description" content="All about {name}">' if description else ""
    robots = '<meta name="robots" content="noindex">' if noindex else ""
    links = "".join(f'<a href="/products/lamp-{n}">Lamp number {n}</a>' for n in range(6))
    return Answer(
        f'<html lang="en"><head><title>{name}</title>{meta}{robots}</head>'
        f"<body><main><h1>{name}</h1><p>{name} {TEXT}</p>{links}</main></body></html>"
    )


def shop(**changes: bool) -> dict[str, Answer]:
    return {"/": page("Home of lamps"), **{f"/products/lamp-{n}": page(f"Lamp {n}", **changes) for n in range(6)}}


@pytest.fixture
def world(database_url: str) -> Iterator[SiteWorld]:
    with StaticSite(shop()) as site:
        opened = SiteWorld(database_url, site)
        yield opened
        opened.close()


def test_a_drop_is_explained_and_told(world: SiteWorld) -> None:
    nothing = world.get("/compare")
    assert (nothing["from"], nothing["to"], nothing["delta"], nothing["lines"]) == (None, None, None, [])
    first = world.score()
    alone = world.get("/compare")
    assert (alone["from"], alone["to"]["snapshotId"]) == (None, first["snapshotId"])
    assert alone["reason"] == "there are no two scores to compare"

    world.site.pages.update(shop(description=False, noindex=True))
    second = world.score()
    assert second["overall"] < first["overall"] - 5
    found = world.get("/compare")
    assert (found["from"]["snapshotId"], found["to"]["snapshotId"]) == (first["snapshotId"], second["snapshotId"])
    assert found["delta"] == second["overall"] - first["overall"]
    assert found["components"]["technical"]["after"] < found["components"]["technical"]["before"]
    indexing = next(signal for signal in found["signals"] if signal["signal"] == "indexability")
    (check,) = indexing["checks"]
    assert (check["check"], check["before"], check["after"], check["complete"]) == ("noindex", 0, 6, True)
    assert check["text"] == "6 product pages say noindex now"
    assert len(check["gained"]) == 6
    assert any("6 product pages say noindex now (indexability 1.00 to " in line for line in found["lines"])
    total = sum(signal["points"] for signal in found["signals"])
    assert total == pytest.approx(found["delta"], abs=1.0)

    (drop,) = world.events("deo_score.dropped")
    assert drop["project_id"] == world.project
    assert (drop["snapshot_id"], drop["previous_snapshot_id"]) == (second["snapshotId"], first["snapshotId"])
    assert (drop["overall"], drop["previous_overall"]) == (second["overall"], first["overall"])
    assert drop["points"] == -found["delta"]
    assert drop["lines"] == found["lines"][:5]
    with world.uow(read_only=True) as work:  # of the transaction that saved the snapshot
        kinds = [row.kind for row in work.session.query(OutboxRow).order_by(OutboxRow.created_at)]
    assert set(kinds[-2:]) == {"deo_score.recomputed", "deo_score.dropped"}

    world.site.pages.update(shop())
    third = world.score()
    assert third["overall"] == first["overall"]
    assert len(world.events("deo_score.dropped")) == 1  # getting better is no drop
    better = world.get("/compare")
    assert better["delta"] == -found["delta"]
    whole = world.get(f"/compare?from={first['snapshotId']}&to={third['snapshotId']}")
    assert (whole["delta"], whole["lines"]) == (0, ["nothing that shows in the score has changed"])
    assert len(world.get("/history")["items"]) == 3


def test_more_pages_than_are_shown_are_compared_one_by_one(world: SiteWorld) -> None:
    links = "".join(f'<a href="/products/lamp-{n}">Lamp number {n}</a>' for n in range(30))
    home = page("Home of lamps")
    world.site.pages["/"] = Answer(str(home.body).replace("</main>", f"{links}</main>"))
    lacking = {n: n < 25 for n in range(30)}
    world.site.pages.update({f"/products/lamp-{n}": page(f"Lamp {n}", description=not lacking[n]) for n in range(30)})
    world.score()
    lacking.update({0: False, 1: False, 2: False, 29: True})  # three are mended, one is broken
    world.site.pages.update({f"/products/lamp-{n}": page(f"Lamp {n}", description=not lacking[n]) for n in range(30)})
    world.score()
    changes = [check for signal in world.get("/compare")["signals"] for check in signal["checks"]]
    (check,) = [change for change in changes if change["check"] == "description-missing"]
    assert (check["before"], check["after"], check["complete"]) == (25, 23, True)
    assert check["gained"] == [f"{world.site.origin}/products/lamp-29"]
    assert check["left"] == [f"{world.site.origin}/products/lamp-{n}" for n in range(3)]
    assert check["text"] == (
        "1 product page lost its meta description and 3 product pages have a meta description now"
    )  # fmt: skip


def test_a_site_that_stays_is_no_drop(world: SiteWorld) -> None:
    world.score()
    world.score()
    assert world.events("deo_score.dropped") == []
    assert len(world.events("deo_score.recomputed")) == 2


def test_scores_that_there_are_not(world: SiteWorld) -> None:
    score = world.score()
    for query in ("?from=none", "?to=none", f"?from={score['snapshotId']}&to=none", "?from=%27%20OR%201=1"):
        assert "no such score" in world.get(f"/compare{query}", expect=404)["detail"]
    world.get(f"/compare?from={'x' * 65}", expect=422)
    world.get(f"/compare?from={score['snapshotId']}", key=world.other, expect=404)
    same = world.get(f"/compare?from={score['snapshotId']}&to={score['snapshotId']}")
    assert same["delta"] == 0


def test_alerts_can_be_off(sqlite_url: str) -> None:
    with StaticSite(shop()) as site:
        world = SiteWorld(sqlite_url, site, score_drop_alert=0, score_component_alert=0)
        world.score()
        site.pages.update(shop(noindex=True))
        world.score()
        assert world.events("deo_score.dropped") == []
        world.close()


def test_the_commands(sqlite_url: str) -> None:
    with StaticSite(shop()) as site:
        world = SiteWorld(sqlite_url, site)
        apps = world.modules.collect("commands")
        (app,) = [each for each in apps if "score" in {group.name for group in each.registered_groups}]

        def run(*arguments: str) -> str:
            with capture_logs():
                done = CliRunner().invoke(app, ["score", *arguments], env={"COLUMNS": "200"})
            assert done.exit_code == 0, done.output + repr(done.exception)
            return done.stdout

        assert run("history", site.origin).startswith("No scores yet")
        assert run("compare", world.project).startswith("There are no two scores")
        assert json.loads(run(site.origin, "--json"))["score"]["status"] == "scored"
        assert json.loads(run("--json", site.origin))["project"]["id"] == world.project
        site.pages.update(shop(description=False))
        world.score()
        items = json.loads(run("history", world.project, "--json"))["items"]
        assert len(items) == 3
        table = run("history", world.project, "--limit", "2")
        assert items[0]["snapshotId"] in table
        assert items[2]["snapshotId"] not in table
        told = run("compare", world.project)
        assert "6 product pages lost their meta description" in told
        assert f"description-missing: {site.origin}/products/lamp-0" in told
        shape = json.loads(run("compare", site.origin, "--from", items[0]["snapshotId"], "--json"))
        assert shape["delta"] == 0
        with capture_logs():
            missing = CliRunner().invoke(app, ["score", "compare", world.project, "--to", "none"])
        assert isinstance(missing.exception, SnapshotNotFoundError)
        world.close()
