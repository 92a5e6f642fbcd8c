"""Where Redis is: by URL or key by key, and what errors mean. Nothing here connects."""

import ssl
from typing import Any

import pytest
import redis
from hypothesis import given
from hypothesis import strategies as st
from redis.exceptions import AuthenticationError, RedisError, ResponseError

from engineo.infra.redis import RedisSettings, connect, explain, require_redis
from engineo.infra.settings import SettingsError, load
from engineo.kernel.errors import BootError

SECRET = "hunter2-very-secret"


def settings(**values: Any) -> RedisSettings:
    return RedisSettings(**values)


def problem(monkeypatch: pytest.MonkeyPatch, **variables: str) -> str:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as caught:
        load([RedisSettings])
    assert "hunter2" not in str(caught.value)
    return caught.value.message


def where(url: str | None) -> dict[str, Any]:
    """What redis-py makes of the URL."""
    assert url is not None
    return dict(redis.ConnectionPool.from_url(url).connection_kwargs)


@pytest.mark.parametrize("scheme", ["https", "http", "HTTPS"])
def test_the_rest_url_is_refused_with_the_reason(monkeypatch: pytest.MonkeyPatch, scheme: str) -> None:
    message = problem(monkeypatch, REDIS_URL=f"{scheme}://default:{SECRET}@eu1-hunter2.upstash.io")
    assert "REDIS_URL: that is the Upstash REST URL" in message
    assert "rediss://" in message


@pytest.mark.parametrize(
    "url",
    [
        f"{SECRET}",
        f"redis:{SECRET}",
        f"redis://:{SECRET}@",
        f"redis://:{SECRET}@:6379",
        "redis://",
        "redis:///0",
        "unix://",
        f"ftp://:{SECRET}@host",
        f"redis://:{SECRET}@host:port",
        f"redis://:{SECRET}@host:99999",
        f"redis://:{SECRET}@[::1",
        f"redis://:{SECRET}/with/slashes@host:6379",
        f"redis://:{SECRET}@host:6379?family=0",
        f"redis://:{SECRET}@host:6379?db=hunter2",
        f"redis://:{SECRET}@host:6379/0?socket_timeout=hunter2",
    ],
)
def test_urls_that_no_client_could_use_are_refused(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    assert problem(monkeypatch, REDIS_URL=url).splitlines()[1].startswith("  - REDIS_URL: ")


@pytest.mark.parametrize(
    "url",
    [
        "redis://localhost:6379",
        "redis://localhost",
        f"rediss://default:{SECRET}@eu1.upstash.io:6380",
        f"redis://:{SECRET}@[::1]:6379/3",
        "unix:///tmp/redis.sock",
        f"unix://user:{SECRET}@/tmp/redis.sock?db=2",
        f"rediss://default:{SECRET}@host:6380?ssl_cert_reqs=none",
    ],
)
def test_a_url_is_used_as_it_is(url: str) -> None:
    found = settings(redis_url=url)
    assert found.configured
    assert found.queue_url() == url
    assert SECRET not in repr(found)


def test_nothing_set_is_nothing_configured() -> None:
    assert not settings().configured
    assert settings().queue_url() is None
    require_redis(settings(), local=True)
    require_redis(settings(redis_host="h"), local=False)
    with pytest.raises(BootError, match="neither REDIS_URL nor REDIS_HOST is set"):
        require_redis(settings(), local=False)


def test_two_ways_that_name_different_servers_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    message = problem(monkeypatch, REDIS_URL=f"redis://:{SECRET}@one:6379", REDIS_HOST="other")
    assert "REDIS_URL and REDIS_HOST name different servers (one and other); set one" in message


def test_two_ways_that_name_the_same_server_are_the_url() -> None:
    both = settings(redis_url="redis://one:7000/4", redis_host="one", redis_port=7000)
    assert both.queue_url() == "redis://one:7000/4"


@pytest.mark.parametrize(
    ("values", "url"),
    [
        ({}, "redis://host:6379/1"),
        ({"redis_port": 7000, "redis_queue_db": 5}, "redis://host:7000/5"),
        ({"redis_password": "p"}, "redis://:p@host:6379/1"),
        ({"redis_password": "p", "redis_tls_enabled": True}, "rediss://:p@host:6379/1"),
        ({"redis_password": ""}, "redis://host:6379/1"),
        ({"redis_password": "a b/c@d:e#f?g%20"}, "redis://:a%20b%2Fc%40d%3Ae%23f%3Fg%2520@host:6379/1"),
        ({"redis_host": "::1"}, "redis://[::1]:6379/1"),
    ],
)
def test_key_by_key(values: dict[str, Any], url: str) -> None:
    assert settings(**{"redis_host": "host", **values}).queue_url() == url


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40))
def test_every_password_arrives_as_it_was(password: str) -> None:
    found = where(settings(redis_host="host", redis_password=password, redis_queue_db=3).queue_url())
    assert (found["password"], found["host"], found["port"], found["db"]) == (password, "host", 6379, 3)


def test_tls_verifies_the_server() -> None:
    url = settings(redis_host="host", redis_tls_enabled=True).queue_url()
    assert url is not None
    connection = connect(url, settings()).connection_pool.make_connection()
    assert isinstance(connection, redis.SSLConnection)
    assert connection.cert_reqs == ssl.CERT_REQUIRED


@pytest.mark.parametrize("host", ["redis://host", "host:6379", "ho st", "host/0", "user@host", "[::1]"])
def test_a_host_is_a_host_and_nothing_more(monkeypatch: pytest.MonkeyPatch, host: str) -> None:
    assert "REDIS_HOST: " in problem(monkeypatch, REDIS_HOST=host)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("redis://:p%40@host:6379", "redis://:p%40@host:6379/1"),
        ("redis://:p@host:6379/7", "redis://:p@host:6379/1"),
        ("rediss://:p@host:6379/?ssl_cert_reqs=none", "rediss://:p@host:6379/1?ssl_cert_reqs=none"),
        ("unix:///tmp/redis.sock", "unix:///tmp/redis.sock?db=1"),
    ],
)
def test_separate_databases(url: str, expected: str) -> None:
    assert settings(redis_url=url, redis_separate_dbs=True).queue_url() == expected
    assert where(expected)["db"] == 1


@pytest.mark.parametrize("prefix", ["engineo", "engineo_staging", "a.b-c", "Ä1"])
def test_plain_prefixes(prefix: str) -> None:
    assert settings(redis_prefix=prefix).redis_prefix == prefix


@pytest.mark.parametrize("prefix", ["a:b", "a b", "{a}", "a*", "a\n", "../a"])
def test_prefixes_that_would_mix_with_keys_are_refused(monkeypatch: pytest.MonkeyPatch, prefix: str) -> None:
    assert "REDIS_PREFIX: may hold letters" in problem(monkeypatch, REDIS_PREFIX=prefix)


def test_clients_are_bounded() -> None:
    client = connect("redis://host", settings(redis_connect_timeout_ms=70, redis_command_timeout_ms=90))
    options = client.connection_pool.connection_kwargs
    assert (options["socket_connect_timeout"], options["socket_timeout"]) == (0.07, 0.09)


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (AuthenticationError("invalid"), "refused the login"),
        (ResponseError("WRONGPASS invalid username-password pair"), "refused the login"),
        (ResponseError("NOAUTH Authentication required."), "refused the login"),
        (ResponseError("DB index is out of range"), "REDIS_SEPARATE_DBS=false"),
        (ResponseError("OOM command not allowed when used memory > 'maxmemory'."), "out of memory"),
        (redis.ConnectionError("Connection refused"), r"cannot be reached \(Connection refused\)"),
    ],
)
def test_errors_say_what_to_do_and_name_no_password(error: RedisError, says: str) -> None:
    for url, place in ((f"redis://u:{SECRET}@host:7000/1", "host:7000"), ("unix:///tmp/r.sock", "/tmp/r.sock")):  # noqa: S108 - a name only
        message = explain(error, url)
        assert message.startswith(f"Redis at {place} ")
        assert SECRET not in message
        with pytest.raises(AssertionError, match=says):
            raise AssertionError(message)
