"""Redis: where it is, and one bounded client per role."""

import re
from collections.abc import Callable
from ipaddress import IPv6Address
from typing import Annotated, Any, Self
from urllib.parse import quote, urlsplit

import redis
from pydantic import Field, SecretStr, field_validator, model_validator
from redis.backoff import ExponentialWithJitterBackoff
from redis.cluster import RedisCluster
from redis.exceptions import AuthenticationError, RedisError
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.retry import Retry

from engineo.infra.settings import Settings
from engineo.kernel.errors import BootError, UnavailableError

QUEUE_TAG = "{q}"  # the constant hash tag of all queue keys
_SCHEMES = {"redis", "rediss", "unix"}
_HOST_NAME = re.compile(r"[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*\.?")
DatabaseNumber = Annotated[int, Field(ge=0, le=15)]


class RedisSettings(Settings):
    """Redis by one URL, or key by key. Unset in development and test: a server of the checkout's own is started."""

    redis_url: SecretStr | None = None
    redis_prefix: str = "engineo"
    redis_host: str | None = None
    redis_port: Annotated[int, Field(ge=1, le=65535)] = 6379
    redis_password: SecretStr | None = None
    redis_tls_enabled: bool = False
    redis_cache_db: DatabaseNumber = 0
    redis_queue_db: DatabaseNumber = 1
    redis_webhook_db: DatabaseNumber = 2
    redis_separate_dbs: bool = False
    redis_cluster: bool = False
    redis_max_retries_per_request: Annotated[int, Field(ge=0, le=20)] = 3
    redis_connect_timeout_ms: Annotated[int, Field(ge=1)] = 2000
    redis_command_timeout_ms: Annotated[int, Field(ge=1)] = 5000

    @field_validator("redis_url")
    @classmethod
    def _known_scheme(cls, value: SecretStr | None) -> SecretStr | None:
        if value is None:
            return None
        try:
            parts = urlsplit(value.get_secret_value())
            _ = parts.port
        except ValueError:
            raise ValueError("not a URL; expected redis://[user:password@]host:port") from None
        if parts.scheme in {"http", "https"}:
            raise ValueError(
                "that is the Upstash REST URL, which cannot carry a queue; use the TCP URL, which begins with rediss://"
            )
        if parts.scheme not in _SCHEMES or not (parts.path if parts.scheme == "unix" else parts.hostname):
            raise ValueError("expected redis:// or rediss:// (TLS) with a host, or unix:// with a path")
        try:
            redis.ConnectionPool.from_url(value.get_secret_value()).make_connection()  # which connects nowhere yet
        except (TypeError, ValueError, redis.RedisError):
            raise ValueError("its options (what follows the '?') are not those of redis-py") from None
        return value

    @field_validator("redis_host")
    @classmethod
    def _plain_host(cls, value: str | None) -> str | None:
        if value is not None and ":" in value:
            try:
                return f"[{IPv6Address(value).compressed}]"
            except ValueError:
                raise ValueError("is a host name or an address only; the port stands in REDIS_PORT") from None
        if value is not None and not _HOST_NAME.fullmatch(value):
            raise ValueError("is a host name or an address only; a URL goes into REDIS_URL")
        return value

    @field_validator("redis_prefix")
    @classmethod
    def _plain_prefix(cls, value: str) -> str:
        if not value or not all(c.isalnum() or c in "_-." for c in value):
            raise ValueError("may hold letters, digits, '_', '-' and '.' only")
        return value

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if self.redis_url is not None and self.redis_host is not None:
            host = urlsplit(self.redis_url.get_secret_value()).hostname
            if host != self.redis_host.strip("[]"):
                raise ValueError(
                    f"REDIS_URL and REDIS_HOST name different servers ({host} and {self.redis_host}); set one"
                )
        return self

    @property
    def configured(self) -> bool:
        return self.redis_url is not None or self.redis_host is not None

    def queue_url(self) -> str | None:
        """The URL of the role "queue"; None when nothing is set."""
        if self.redis_url is not None:
            url = self.redis_url.get_secret_value()
            return _with_database(url, self.redis_queue_db) if self.redis_separate_dbs else url
        if self.redis_host is None:
            return None
        password = self.redis_password.get_secret_value() if self.redis_password else ""
        credentials = f":{quote(password, safe='')}@" if password else ""
        scheme = "rediss" if self.redis_tls_enabled else "redis"
        return f"{scheme}://{credentials}{self.redis_host}:{self.redis_port}/{self.redis_queue_db}"


def _with_database(url: str, number: int) -> str:
    parts = urlsplit(url)
    if parts.scheme == "unix":
        return f"{url}{'&' if parts.query else '?'}db={number}"
    return parts._replace(path=f"/{number}").geturl()


def connect(url: str, settings: RedisSettings) -> redis.Redis:
    """A client with explicit time limits: redis-py's own defaults wait seconds where a request has none to spare.

    RESP2 and no CLIENT SETINFO, so that every server back to 6.2, and ACL users with few rights, accept it.
    """
    retries = Retry(ExponentialWithJitterBackoff(base=0.05, cap=0.5), settings.redis_max_retries_per_request)
    # a dead peer is noticed without a command; a unix socket has none
    keepalive: dict[str, Any] = {} if urlsplit(url).scheme == "unix" else {"socket_keepalive": True}
    return redis.Redis.from_url(
        url,
        **keepalive,
        protocol=2,
        driver_info=None,
        socket_timeout=settings.redis_command_timeout_ms / 1000,
        socket_connect_timeout=settings.redis_connect_timeout_ms / 1000,
        retry=retries,
        health_check_interval=0,
    )


def queue_clients(url: str, settings: RedisSettings) -> Callable[[], redis.Redis]:
    """Clients of the server that holds the queue: of a cluster the one with its slot, looked up at each connect."""
    if not settings.redis_cluster:
        client = connect(url, settings)
        return lambda: client

    def owner() -> redis.Redis:
        cluster = RedisCluster.from_url(url, protocol=2, socket_timeout=settings.redis_command_timeout_ms / 1000)
        node = cluster.get_node_from_key(QUEUE_TAG)  # type: ignore[no-untyped-call] # redis-py has no types here
        if node is None:
            raise RedisConnectionError("the cluster has no server for the queue's slot")
        parts = urlsplit(url)
        credentials = f"{parts.netloc.rpartition('@')[0]}@" if "@" in parts.netloc else ""
        return connect(parts._replace(netloc=f"{credentials}{node.host}:{node.port}", path="").geturl(), settings)

    return owner


def explain(error: RedisError, url: str) -> str:
    """What a Redis error means and what to do about it; names host and port, never the password."""
    parts = urlsplit(url)
    where = parts.path if parts.scheme == "unix" else f"{parts.hostname}:{parts.port or 6379}"
    text = str(error)
    if isinstance(error, AuthenticationError) or "NOAUTH" in text or "WRONGPASS" in text:
        return f"Redis at {where} refused the login: check user (often 'default') and password in REDIS_URL"
    if "DB index" in text or "SELECT" in text:
        return (
            f"Redis at {where} has only database 0 (Upstash, Cluster): set REDIS_SEPARATE_DBS=false with REDIS_URL, "
            "REDIS_QUEUE_DB=0 with REDIS_HOST; key prefixes keep roles apart"
        )
    if "maxmemory" in text:
        return f"Redis at {where} is out of memory: raise maxmemory, or clean finished jobs"
    hint = "check host, port and firewall, and whether the server wants TLS (rediss://)"
    return f"Redis at {where} cannot be reached ({text.split(chr(10), maxsplit=1)[0]}): {hint}"


def unavailable(error: RedisError, url: str) -> UnavailableError:
    return UnavailableError(explain(error, url))


def require_redis(settings: RedisSettings, *, local: bool) -> None:
    """Raise `BootError` where nothing may be embedded and no server is named."""
    if not local and not settings.configured:
        raise BootError(
            "neither REDIS_URL nor REDIS_HOST is set: staging and production never start a Redis of their own"
        )
