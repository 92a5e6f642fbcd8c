"""Which private hosts may be fetched: none, unless the operator of a development machine names them."""

import re
from ipaddress import IPv6Address
from typing import Annotated

from pydantic import Field, field_validator
from pydantic_settings import NoDecode

from engineo.infra.settings import EnvironmentSettings, Settings
from engineo.kernel.errors import BootError

_ENTRY = re.compile(r"(?:\[(?P<v6>[0-9a-f:.]+)\]|[a-z0-9_-]+(?:\.[a-z0-9_-]+)*):(?P<port>[1-9][0-9]{0,4})")
_TEACHING = "write host:port pairs separated by commas, for example localhost:8080,127.0.0.1:8080,[::1]:8080"


class FetchSettings(Settings):
    """`CRAWL_ALLOW_PRIVATE_HOSTS`: comma-separated host:port pairs, matched literally against the URL; empty: none."""

    crawl_allow_private_hosts: Annotated[tuple[str, ...], NoDecode] = Field(default=())

    @field_validator("crawl_allow_private_hosts", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        return tuple(entry.strip() for entry in value.split(",") if entry.strip())

    @field_validator("crawl_allow_private_hosts")
    @classmethod
    def _check(cls, entries: tuple[str, ...]) -> tuple[str, ...]:
        lowered = tuple(entry.lower() for entry in entries)
        for position, entry in enumerate(lowered, start=1):
            if not _is_endpoint(entry):
                raise ValueError(f"entry {position} is not host:port; {_TEACHING}")
        return lowered


def _is_endpoint(entry: str) -> bool:
    match = _ENTRY.fullmatch(entry)
    if match is None or int(match["port"]) > 65535:  # noqa: PLR2004 - the highest TCP port
        return False
    if match["v6"] is None:
        return True
    try:
        IPv6Address(match["v6"])
    except ValueError:
        return False
    return True


def refuse_in_production(environment: EnvironmentSettings, fetching: FetchSettings) -> None:
    """Raise `BootError` where private hosts are allowed in production: anyone's project could then read them."""
    if environment.engineo_env == "production" and fetching.crawl_allow_private_hosts:
        raise BootError(
            "CRAWL_ALLOW_PRIVATE_HOSTS is refused in production, where it would let any project read private servers; "
            "unset it, or use ENGINEO_ENV=development or staging"
        )
