"""Entities and answers of a project's latest crawl."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)
DOCUMENT = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")


def of_project(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["project_id"], ["projects.id"], name=op.f(f"fk_{table}_project_id_projects"), ondelete="CASCADE"
    )


def upgrade() -> None:
    op.create_table(
        "entity_extractions",
        sa.Column("project_id", sa.String(length=36), nullable=False),
        sa.Column("requested_run_id", sa.String(length=36), nullable=False),
        sa.Column("run_id", sa.String(length=36), nullable=True),
        sa.Column("computed_at", TIME, nullable=True),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("counts", DOCUMENT, nullable=False),
        of_project("entity_extractions"),
        sa.PrimaryKeyConstraint("project_id", name=op.f("pk_entity_extractions")),
    )
    op.create_table(
        "entities",
        sa.Column("project_id", sa.String(length=36), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("properties", DOCUMENT, nullable=False),
        sa.Column("evidence", DOCUMENT, nullable=False),
        sa.Column("conflicts", DOCUMENT, nullable=False),
        sa.Column("conflicting", sa.Boolean(), nullable=False),
        of_project("entities"),
        sa.PrimaryKeyConstraint("project_id", "position", name=op.f("pk_entities")),
    )
    op.create_index(
        "ix_entities_project_id_kind_position", "entities", ["project_id", "kind", "position"], unique=False
    )
    op.create_table(
        "answer_extractions",
        sa.Column("project_id", sa.String(length=36), nullable=False),
        sa.Column("requested_run_id", sa.String(length=36), nullable=False),
        sa.Column("run_id", sa.String(length=36), nullable=True),
        sa.Column("computed_at", TIME, nullable=True),
        sa.Column("summary", DOCUMENT, nullable=False),
        of_project("answer_extractions"),
        sa.PrimaryKeyConstraint("project_id", name=op.f("pk_answer_extractions")),
    )
    op.create_table(
        "answer_pages",
        sa.Column("project_id", sa.String(length=36), nullable=False),
        sa.Column("run_id", sa.String(length=36), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("product", sa.Boolean(), nullable=False),
        sa.Column("answers", DOCUMENT, nullable=False),
        sa.Column("open_bits", sa.Integer(), nullable=False),
        of_project("answer_pages"),
        sa.PrimaryKeyConstraint("project_id", "run_id", "position", name=op.f("pk_answer_pages")),
    )


def downgrade() -> None:
    op.drop_table("answer_pages")
    op.drop_table("answer_extractions")
    op.drop_table("entities")
    op.drop_table("entity_extractions")
