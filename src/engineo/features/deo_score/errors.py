"""Expected failures of the score."""

from engineo.kernel.errors import ConflictError, EngineOError, NotFoundError


class NoFinishedCrawlError(ConflictError):
    """There is no finished crawl to score; crawl the project first, or send `"crawl": "if_stale"`."""


class CrawlFailedError(EngineOError):
    """The crawl that this score waited for failed, and there is no earlier one."""

    retryable = False


class FindingNotFoundError(NotFoundError):
    """The current score has no such finding; GET /projects/{id}/findings lists those it has."""


class SnapshotNotFoundError(NotFoundError):
    """There is no such score in this project; GET /projects/{id}/deo-score/history lists them."""
