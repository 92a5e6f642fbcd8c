"""Expected failures of projects and keys."""

from engineo.kernel.errors import InvalidInputError, NotFoundError


class InvalidOriginError(InvalidInputError):
    """That is not a site's address; expected something like https://shop.example."""


class ProjectNotFoundError(NotFoundError):
    """There is no such project, or it is not yours."""


class KeyNotFoundError(NotFoundError):
    """There is no such key; `engineo keys list` shows them."""
