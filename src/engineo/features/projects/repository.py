"""All SQL of users, keys and projects."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from engineo.features.projects.errors import KeyNotFoundError, ProjectNotFoundError
from engineo.features.projects.models import ApiKeyRow, ProjectRow, UserRow
from engineo.kernel.ports import Work


class ProjectRepository:
    """Projects. Reads for people name the owner in the query."""

    def add(self, work: Work, row: ProjectRow) -> None:
        work.session.add(row)
        work.session.flush()

    def get(self, work: Work, project_id: str, owner_id: str | None = None) -> ProjectRow:
        """Raise `ProjectNotFoundError`; `owner_id` None is for jobs, which act for the project itself."""
        query = sa.select(ProjectRow).where(ProjectRow.id == project_id)
        if owner_id is not None:
            query = query.where(ProjectRow.owner_id == owner_id)
        row = work.session.scalar(query)
        if not isinstance(row, ProjectRow):
            raise ProjectNotFoundError
        return row

    def find_by_origin(self, work: Work, owner_id: str, origin: str) -> ProjectRow | None:
        query = sa.select(ProjectRow).where(ProjectRow.owner_id == owner_id, ProjectRow.origin == origin)
        row: ProjectRow | None = work.session.scalar(query.order_by(ProjectRow.created_at, ProjectRow.id).limit(1))
        return row

    def list(self, work: Work, owner_id: str, limit: int, after: str | None = None) -> Sequence[ProjectRow]:
        """By id, from the one after `after`."""
        query = sa.select(ProjectRow).where(ProjectRow.owner_id == owner_id).order_by(ProjectRow.id).limit(limit)
        if after is not None:
            query = query.where(ProjectRow.id > after)
        rows: Sequence[ProjectRow] = work.session.scalars(query).all()
        return rows

    def delete(self, work: Work, project_id: str) -> None:
        work.session.execute(sa.delete(ProjectRow).where(ProjectRow.id == project_id))

    def lock(self, work: Work, project_id: str) -> None:
        """SQLite's writers are alone anyway; there the clause is dropped."""
        work.session.execute(sa.select(ProjectRow.id).where(ProjectRow.id == project_id).with_for_update())

    def set_score(self, work: Work, project_id: str, score: int | None, computed_at: datetime) -> None:
        work.session.execute(
            sa.update(ProjectRow)
            .where(ProjectRow.id == project_id)
            .values(current_deo_score=score, current_deo_score_computed_at=computed_at)
        )


class UserRepository:
    def find_or_add(self, work: Work, email: str) -> UserRow:
        """Two that add the same user at once get the same row."""
        query = sa.select(UserRow).where(UserRow.email == email)
        row: UserRow | None = work.session.scalar(query)
        if row is not None:
            return row
        row = UserRow(email=email)
        try:
            with work.session.begin_nested():
                work.session.add(row)
        except IntegrityError:
            other: UserRow = work.session.scalars(query).one()
            return other
        return row


class KeyRepository:
    def add(self, work: Work, row: ApiKeyRow) -> None:
        work.session.add(row)
        work.session.flush()

    def find_active(self, work: Work, sha256: str) -> ApiKeyRow | None:
        row: ApiKeyRow | None = work.session.scalar(
            sa.select(ApiKeyRow).where(ApiKeyRow.sha256 == sha256, ApiKeyRow.revoked_at.is_(None))
        )
        return row

    def list(self, work: Work) -> Sequence[tuple[ApiKeyRow, str]]:
        """Every key with its user's e-mail, oldest first."""
        query = sa.select(ApiKeyRow, UserRow.email).join(UserRow, UserRow.id == ApiKeyRow.user_id)
        return [(row[0], row[1]) for row in work.session.execute(query.order_by(ApiKeyRow.created_at))]

    def revoke(self, work: Work, key_id: str, at: datetime) -> None:
        """Revoking twice keeps the first time. Raise `KeyNotFoundError`."""
        row = work.session.get(ApiKeyRow, key_id)
        if row is None:
            raise KeyNotFoundError
        row.revoked_at = row.revoked_at or at
