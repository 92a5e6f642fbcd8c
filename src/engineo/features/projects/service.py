"""Use cases of projects and API keys."""

import hashlib
import hmac
import re
import secrets
from datetime import datetime

from engineo.features.projects.contracts import LOCAL_USER, IssuedKey, ProjectDeleted, ProjectView
from engineo.features.projects.domain.origin import parse_origin
from engineo.features.projects.models import ApiKeyRow, ProjectRow
from engineo.features.projects.repository import KeyRepository, ProjectRepository, UserRepository
from engineo.kernel.errors import InvalidInputError
from engineo.kernel.ports import Clock, Principal, UnitOfWork, Work

KEY_PREFIX = "eo_"
KEY_BYTES = 32
_KEY_LENGTHS = range(len(KEY_PREFIX) + KEY_BYTES, 128)
_EMAIL = re.compile(r"^[^@\s]{1,64}@[^@\s]{1,255}$")


class ProjectService:
    """Projects of their owners. Implements `ProjectReader`, `ProjectScores` and `LocalProjects`."""

    def __init__(self, uow: UnitOfWork, projects: ProjectRepository, users: UserRepository) -> None:
        self._uow = uow
        self._projects = projects
        self._users = users

    def create(self, owner_id: str, origin: str, name: str | None = None) -> ProjectView:
        origin = parse_origin(origin)
        with self._uow() as work:
            row = ProjectRow(owner_id=owner_id, origin=origin, name=_name(name, origin))
            self._projects.add(work, row)
            return view(row)

    def get(self, owner_id: str, project_id: str) -> ProjectView:
        with self._uow(read_only=True) as work:
            return self.get_owned(work, project_id, owner_id)

    def list_owned(self, owner_id: str, limit: int, after: str | None) -> list[ProjectView]:
        with self._uow(read_only=True) as work:
            return [view(row) for row in self._projects.list(work, owner_id, limit, after)]

    def update(self, owner_id: str, project_id: str, *, name: str | None, origin: str | None) -> ProjectView:
        with self._uow() as work:
            row = self._projects.get(work, project_id, owner_id)
            if origin is not None:
                row.origin = parse_origin(origin)
            if name is not None:
                row.name = _name(name, row.origin)
            work.session.flush()
            return view(row)

    def delete(self, owner_id: str, project_id: str) -> None:
        """Everything of the project goes with it; its jobs that still wait find nothing to do."""
        with self._uow() as work:
            self._projects.get(work, project_id, owner_id)
            self._projects.delete(work, project_id)
            work.emit(ProjectDeleted(project_id=project_id))

    def get_owned(self, work: Work, project_id: str, owner_id: str) -> ProjectView:
        return view(self._projects.get(work, project_id, owner_id))

    def get_any(self, work: Work, project_id: str) -> ProjectView:
        return view(self._projects.get(work, project_id))

    def lock(self, work: Work, project_id: str) -> None:
        self._projects.lock(work, project_id)

    def set_current_score(self, work: Work, project_id: str, score: int | None, computed_at: datetime) -> None:
        self._projects.set_score(work, project_id, score, computed_at)

    def list_local(self) -> list[ProjectView]:
        with self._uow() as work:
            owner = self._users.find_or_add(work, LOCAL_USER)
            return [view(row) for row in self._projects.list(work, owner.id, limit=10_000)]

    def delete_local(self, project_id: str) -> None:
        with self._uow() as work:
            owner = self._users.find_or_add(work, LOCAL_USER)
        self.delete(owner.id, project_id)

    def find_or_create(self, work: Work, origin: str, name: str | None = None) -> ProjectView:
        origin = parse_origin(origin)
        owner = self._users.find_or_add(work, LOCAL_USER)
        row = self._projects.find_by_origin(work, owner.id, origin)
        if row is None:
            row = ProjectRow(owner_id=owner.id, origin=origin, name=_name(name, origin))
            self._projects.add(work, row)
        return view(row)


class KeyService:
    """API keys: random 32 bytes, stored as their SHA-256. Implements `Authenticator` and `ApiKeys`."""

    def __init__(self, uow: UnitOfWork, clock: Clock, keys: KeyRepository, users: UserRepository) -> None:
        self._uow = uow
        self._clock = clock
        self._keys = keys
        self._users = users

    def create(self, email: str = LOCAL_USER, name: str = "default") -> IssuedKey:
        email = email.strip().lower()
        if not _EMAIL.match(email):
            raise InvalidInputError(f"{email[:80]!r} is not an e-mail address")
        token = KEY_PREFIX + secrets.token_urlsafe(KEY_BYTES)
        with self._uow() as work:
            user = self._users.find_or_add(work, email)
            hint = token[: len(KEY_PREFIX) + 6]
            row = ApiKeyRow(user_id=user.id, name=name[:120], hint=hint, sha256=_sha256(token))
            self._keys.add(work, row)
            return IssuedKey(row.id, email, row.name, token)

    def authenticate(self, token: str) -> Principal | None:
        if not token.startswith(KEY_PREFIX) or len(token) not in _KEY_LENGTHS:
            return None
        digest = _sha256(token)
        with self._uow(read_only=True) as work:
            row = self._keys.find_active(work, digest)
            if row is None or not hmac.compare_digest(row.sha256, digest):
                return None
            return Principal(user_id=row.user_id, key_id=row.id)

    def any_exist(self) -> bool:
        with self._uow(read_only=True) as work:
            return bool(self._keys.list(work))

    def list_keys(self) -> list[tuple[ApiKeyRow, str]]:
        with self._uow(read_only=True) as work:
            return list(self._keys.list(work))

    def revoke(self, key_id: str) -> None:
        with self._uow() as work:
            self._keys.revoke(work, key_id, self._clock.now())


def view(row: ProjectRow) -> ProjectView:
    return ProjectView(
        id=row.id,
        owner_id=row.owner_id,
        name=row.name,
        origin=row.origin,
        created_at=row.created_at,
        current_deo_score=row.current_deo_score,
        current_deo_score_computed_at=row.current_deo_score_computed_at,
    )


def _name(name: str | None, origin: str) -> str:
    return (name or "").strip()[:200] or origin.partition("://")[2][:200]


def _sha256(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
