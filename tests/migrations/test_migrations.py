"""One set of migrations for SQLite and Postgres: up, down, up; no drift from the models; concurrent deploys."""

import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.script import ScriptDirectory

from engineo.infra import migrations
from engineo.infra.database import Database, parse_url
from engineo.kernel.errors import BootError

REVISIONS = [
    script.revision
    for script in ScriptDirectory.from_config(migrations.config_for(parse_url("sqlite://"))).walk_revisions()
][::-1]


@pytest.fixture
def database(database_url: str) -> Database:
    return Database(parse_url(database_url))


def test_every_revision_goes_up_down_and_up(database: Database) -> None:
    for number, revision in enumerate(REVISIONS):
        migrations.upgrade(database.url, revision)
        assert migrations.current(database) == revision
        before = REVISIONS[number - 1] if number else "base"
        command.downgrade(migrations.config_for(database.url), before)
        assert migrations.current(database) == (REVISIONS[number - 1] if number else None)
        migrations.upgrade(database.url, revision)
    assert migrations.current(database) == migrations.head()
    database.close()


def test_the_models_hold_nothing_that_the_migrations_lack(database: Database) -> None:
    migrations.upgrade(database.url)
    command.check(migrations.config_for(database.url))
    database.close()


def test_deploys_at_the_same_time_take_turns(database_url: str, tmp_path: Path) -> None:
    code = (
        "import sys; from engineo.infra import migrations; from engineo.infra.database import parse_url;"
        "migrations.upgrade(parse_url(sys.argv[1]))"
    )
    deploys = [
        subprocess.Popen([sys.executable, "-c", code, database_url], cwd=tmp_path, stderr=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    errors = [deploy.communicate(timeout=60)[1] for deploy in deploys]
    assert [deploy.returncode for deploy in deploys] == [0, 0, 0], errors
    database = Database(parse_url(database_url))
    migrations.verify(database)
    database.close()


def test_a_database_behind_is_refused_and_one_ahead_accepted(database: Database) -> None:
    with pytest.raises(BootError, match="run `engineo migrate`"):
        migrations.verify(database)
    migrations.upgrade(database.url)
    migrations.verify(database)
    with database.session() as session, session.begin():
        session.execute(sa.text("UPDATE alembic_version SET version_num = 'of_a_newer_release'"))
    migrations.verify(database)
    database.close()
