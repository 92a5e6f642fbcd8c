"""Expected failures of the catalogue."""

from typing import ClassVar

from engineo.kernel.errors import EngineOError, InvalidInputError, NotFoundError


class InvalidCatalogueError(InvalidInputError):
    """The catalogue cannot be imported; nothing was changed."""


class ProductNotFoundError(NotFoundError):
    """There is no such product in this project."""


class UnknownFormatError(EngineOError):
    """Send the catalogue as text/csv, text/tab-separated-values or application/json."""

    status: ClassVar[int] = 415
    retryable: ClassVar[bool] = False
