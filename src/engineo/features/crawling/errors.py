"""What can go wrong with runs, beyond what every feature knows."""

from engineo.kernel.errors import ConflictError, EngineOError, InvalidInputError, NotFoundError


class CrawlNotFoundError(NotFoundError):
    """There is no such crawl in this project."""


class SiteNotReadError(ConflictError):
    """The crawl has not read the site's robots.txt and home page yet; wait until it runs."""


class CrawlEndedError(ConflictError):
    """The crawl has ended already; there is nothing to cancel."""


class CannotInspectError(InvalidInputError):
    """There is no page to read there."""


class LeaseLostError(EngineOError):
    """The run was cancelled, deleted or taken over by another worker; this one stops and writes nothing more."""

    retryable = False
