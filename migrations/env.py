"""Alembic's entry: one transaction for all revisions, one process at a time."""

import sqlalchemy as sa
from alembic import context

from engineo.bootstrap import metadata
from engineo.infra.database import Database

# any number that no other program of the same database uses
ADVISORY_LOCK = 7_305_001_946


def run() -> None:
    database = Database(context.config.attributes["url"])
    try:
        with database.engine.connect() as connection:
            context.configure(
                connection=connection,
                target_metadata=metadata(),
                render_as_batch=connection.dialect.name == "sqlite",
                transaction_per_migration=False,
                compare_type=True,
            )
            with context.begin_transaction():
                if connection.dialect.name == "postgresql":
                    connection.execute(sa.text("SELECT pg_advisory_xact_lock(:key)"), {"key": ADVISORY_LOCK})
                context.run_migrations()
    finally:
        database.close()


run()
