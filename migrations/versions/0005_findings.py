"""Findings of snapshots, the URLs they affect, and the dates that pages were believed to be of."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0003"
branch_labels = None
depends_on = None

DOCUMENT = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    op.create_table(
        "deo_score_findings",
        sa.Column("snapshot_id", sa.String(length=36), nullable=False),
        sa.Column("check_id", sa.String(length=64), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("area", sa.String(length=32), nullable=False),
        sa.Column("severity", sa.String(length=16), nullable=False),
        sa.Column("share", sa.Double(), nullable=False),
        sa.Column("points", sa.Double(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("details", DOCUMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["snapshot_id"],
            ["deo_score_snapshots.id"],
            name=op.f("fk_deo_score_findings_snapshot_id_deo_score_snapshots"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("snapshot_id", "check_id", name=op.f("pk_deo_score_findings")),
    )
    op.create_table(
        "deo_score_finding_urls",
        sa.Column("snapshot_id", sa.String(length=36), nullable=False),
        sa.Column("check_id", sa.String(length=64), nullable=False),
        sa.Column("chunk", sa.Integer(), nullable=False),
        sa.Column("items", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["snapshot_id", "check_id"],
            ["deo_score_findings.snapshot_id", "deo_score_findings.check_id"],
            name=op.f("fk_deo_score_finding_urls_snapshot_id_check_id_deo_score_findings"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("snapshot_id", "check_id", "chunk", name=op.f("pk_deo_score_finding_urls")),
    )
    with op.batch_alter_table("deo_score_site_inputs") as table:
        table.add_column(sa.Column("priors", DOCUMENT, nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("deo_score_site_inputs") as table:
        table.drop_column("priors")
    op.drop_table("deo_score_finding_urls")
    op.drop_table("deo_score_findings")
