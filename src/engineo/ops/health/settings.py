"""Settings of health."""

from typing import Annotated

from pydantic import Field

from engineo.infra.settings import Settings


class HealthSettings(Settings):
    """Where a worker answers `/health`; unset: nowhere. The API answers on its own port."""

    health_port: Annotated[int, Field(ge=0, le=65535)] | None = None
    health_host: str = "0.0.0.0"  # noqa: S104 - probes come from outside the container; the answer holds no secret
