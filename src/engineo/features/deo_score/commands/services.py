"""What the commands of the score use."""

from dataclasses import dataclass

from engineo.features.crawling.contracts import Crawler
from engineo.features.deo_score.service.history import ScoreHistories
from engineo.features.deo_score.service.recompute import Recompute
from engineo.features.deo_score.service.report import ScoreReports
from engineo.features.deo_score.service.requests import ScoreRequests
from engineo.features.projects.contracts import LocalProjects, ProjectReader


@dataclass(frozen=True, slots=True)
class ScoreServices:
    """What the commands use; built once the runtime is open."""

    requests: ScoreRequests
    recompute: Recompute
    reports: ScoreReports
    history: ScoreHistories
    crawler: Crawler
    local: LocalProjects
    projects: ProjectReader
