"""How large a catalogue may be."""

from typing import Annotated

from pydantic import Field

from engineo.infra.settings import Settings


class ProductSettings(Settings):
    """Limits of one import; also of the file that the command line reads."""

    products_max_import_bytes: Annotated[int, Field(ge=1024, le=1024**3)] = 64 * 1024**2
    products_max: Annotated[int, Field(ge=1, le=5_000_000)] = 250_000
