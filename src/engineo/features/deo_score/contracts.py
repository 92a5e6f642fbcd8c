"""What other features may know of the score."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, ClassVar, Literal, Protocol, runtime_checkable

from engineo.features.projects.contracts import ProjectView
from engineo.kernel.jobs import Event
from engineo.kernel.ports import Work

Reason = Literal["manual", "scheduled", "after_import", "webhook"]
"""Why a score is recomputed."""


class DeoScoreRecomputed(Event):
    """A snapshot was saved. `overall` is in [0, 100]; None where the data did not suffice."""

    kind: ClassVar[str] = "deo_score.recomputed"

    project_id: str
    snapshot_id: str
    overall: int | None
    reason: Reason


class ScoreDropped(Event):
    """A snapshot was saved that is worse than the one before by SCORE_DROP_ALERT points or more, has no score any more,
    or has a component that fell below SCORE_COMPONENT_ALERT. Leaves in the transaction of the snapshot, beside
    `DeoScoreRecomputed`. `lines` tell the largest changes in sentences; `overall` is None where there is no score.
    """

    kind: ClassVar[str] = "deo_score.dropped"

    project_id: str
    snapshot_id: str
    previous_snapshot_id: str
    overall: int | None
    previous_overall: int
    points: int
    components: tuple[str, ...]
    lines: tuple[str, ...]


@runtime_checkable
class ScoreRequester(Protocol):
    """Takes requests for recomputes that belong to somebody else's transaction."""

    def request_within(self, work: Work, project: ProjectView, reason: Reason) -> str:
        """Join the project's waiting recompute, or promise one, with a crawl where the last is stale: the job's id."""


@runtime_checkable
class FolderServer(Protocol):
    """Serves folders of HTML on this machine, so that they can be crawled like a site."""

    def serve(self, folder: Path) -> AbstractContextManager[str]:
        """For the block: the origin, such as `http://127.0.0.1:PORT`, the same for the same folder where it is free."""


@runtime_checkable
class ScoreRenderer(Protocol):
    """Shows a report of a score to a person."""

    def render(self, report: Mapping[str, Any]) -> None:
        """`report` has `project`, `crawl`, `score`, `fixes` and `jobId`, as `engineo score --json` prints them."""
