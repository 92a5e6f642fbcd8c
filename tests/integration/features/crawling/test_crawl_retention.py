"""How long facts are kept, on both databases."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from tests.integration.features.crawling.crawl_world import World
from tests.integration.features.crawling.static_site import Answer, StaticSite

from engineo.features.crawling.models import CrawlPageRow, CrawlRunRow
from engineo.features.crawling.service.retention import FactsRetention
from engineo.features.crawling.settings import CrawlSettings
from engineo.features.projects.models import ProjectRow, UserRow
from engineo.kernel.errors import JobPostponedError

NOW = datetime(2026, 11, 20, tzinfo=UTC)
DAY = timedelta(days=1)


class Still:
    """A clock that stands."""

    def now(self) -> datetime:
        return NOW


def retention(world: World, days: int = 30) -> FactsRetention:
    return FactsRetention(
        world.uow, Still(), world.crawler._runs, CrawlSettings(crawl_facts_retention_days=days)
    )  # fmt: skip


def run(
    world: World, run_id: str, project_id: str, *, days_ago: float, status: str = "finished", pages: int = 3
) -> None:
    with world.uow() as work:
        work.session.add(
            CrawlRunRow(
                id=run_id, project_id=project_id, origin="https://x.example", status=status, reason="test",
                requested_at=NOW - days_ago * DAY, finished_at=None if status == "running" else NOW - days_ago * DAY,
                limits={}, restarts=0, pages_fetched=pages, pages_known=pages, bytes_fetched=0, elapsed_seconds=0.0,
            )
        )  # fmt: skip
        work.session.flush()
        for number in range(pages):
            work.session.add(
                CrawlPageRow(
                    run_id=run_id, url_key=str(number), url=str(number), state="done", position=number, outcome="html",
                    in_sitemap=False, linked=False, known=False, not_modified=False, blocked_agents=[],
                )
            )  # fmt: skip


def kept(world: World) -> dict[str, int]:
    query = sa.select(CrawlPageRow.run_id, sa.func.count()).group_by(CrawlPageRow.run_id)
    with world.uow(read_only=True) as work:
        return {row[0]: row[1] for row in work.session.execute(query)}


@pytest.fixture
def projects(any_world: World) -> tuple[str, str]:
    with any_world.uow() as work:
        work.session.add(UserRow(id="u", email="u@x.example"))
        work.session.flush()
        for name in ("a", "b"):
            work.session.add(ProjectRow(id=name, owner_id="u", name=name, origin="https://x.example"))
    return "a", "b"


def test_old_facts_go_and_the_latest_stay(any_world: World, projects: tuple[str, str]) -> None:
    one, other = projects
    run(any_world, "latest", one, days_ago=40)
    run(any_world, "older", one, days_ago=41)
    run(any_world, "failed", one, days_ago=35, status="failed")
    run(any_world, "failed lately", one, days_ago=29, status="failed")
    run(any_world, "running", one, days_ago=90, status="running")
    run(any_world, "of the other", other, days_ago=400)
    assert retention(any_world).delete_old(lambda: False) == 6
    assert kept(any_world) == {"latest": 3, "failed lately": 3, "running": 3, "of the other": 3}
    with any_world.uow(read_only=True) as work:
        assert work.session.scalar(sa.select(sa.func.count()).select_from(CrawlRunRow)) == 6  # the runs stay
    assert retention(any_world).delete_old(lambda: False) == 0


def test_the_setting_decides(any_world: World, projects: tuple[str, str]) -> None:
    run(any_world, "latest", projects[0], days_ago=1)
    run(any_world, "older", projects[0], days_ago=5)
    assert retention(any_world, days=6).delete_old(lambda: False) == 0
    assert retention(any_world, days=4).delete_old(lambda: False) == 3


def test_runs_that_ended_at_one_moment_keep_one(any_world: World, projects: tuple[str, str]) -> None:
    for name in ("x", "y", "z"):
        run(any_world, name, projects[0], days_ago=50)
    retention(any_world).delete_old(lambda: False)
    assert kept(any_world) == {"z": 3}


def test_many_pages_go_in_small_transactions_and_a_stop_is_heard(any_world: World, projects: tuple[str, str]) -> None:
    run(any_world, "latest", projects[0], days_ago=50)
    run(any_world, "older", projects[0], days_ago=60, pages=2500)
    with pytest.raises(JobPostponedError):
        retention(any_world).delete_old(lambda: True)
    assert kept(any_world) == {"latest": 3, "older": 1500}
    assert retention(any_world).delete_old(lambda: False) == 1500


def test_a_real_project_is_left_alone(world: World, site: StaticSite) -> None:
    site.pages["/"] = Answer("<title>Lamps</title>")
    first = world.crawl(site.origin)
    world.again(first)
    before = kept(world)
    assert len(before) == 2
    assert retention(world).delete_old(lambda: False) == 0
    assert kept(world) == before
