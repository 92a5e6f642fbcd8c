"""What other features may know of projects."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Protocol, runtime_checkable

from engineo.kernel.jobs import Event
from engineo.kernel.ports import Work


@dataclass(frozen=True, slots=True)
class ProjectView:
    """A site that someone owns. `origin` is scheme, host and, where it is not the default, port."""

    id: str
    owner_id: str
    name: str
    origin: str
    created_at: datetime
    current_deo_score: int | None = None
    current_deo_score_computed_at: datetime | None = None


@runtime_checkable
class ProjectReader(Protocol):
    """Every read names the owner, so that a project of someone else is not found."""

    def get_owned(self, work: Work, project_id: str, owner_id: str) -> ProjectView:
        """Raise `NotFoundError` when there is no such project or it belongs to someone else."""

    def get_any(self, work: Work, project_id: str) -> ProjectView:
        """For jobs, which act for the project itself. Raise `NotFoundError` when it was deleted."""

    def lock(self, work: Work, project_id: str) -> None:
        """Hold the project's row until the end of the transaction: what runs per project takes turns."""


@runtime_checkable
class ProjectScores(Protocol):
    """The project's current score, written in the transaction of whoever computed it."""

    def set_current_score(self, work: Work, project_id: str, score: int | None, computed_at: datetime) -> None: ...


@runtime_checkable
class LocalProjects(Protocol):
    """Projects of the local user, for commands that need no API key."""

    def find_or_create(self, work: Work, origin: str, name: str | None = None) -> ProjectView: ...


@dataclass(frozen=True, slots=True)
class IssuedKey:
    """A key at the only moment when it can be seen."""

    id: str
    email: str
    name: str
    token: str


LOCAL_USER = "local@engineo.invalid"


@runtime_checkable
class ApiKeys(Protocol):
    """Issues keys, for commands that set a machine up."""

    def create(self, email: str = LOCAL_USER, name: str = "default") -> IssuedKey: ...

    def any_exist(self) -> bool: ...

    def revoke(self, key_id: str) -> None: ...


class ProjectDeleted(Event):
    """A project and all that belonged to it are gone."""

    kind: ClassVar[str] = "projects.deleted"

    project_id: str
