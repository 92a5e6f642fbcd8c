"""The services that the suite starts are real, separate, restartable, and gone with the process that started them."""

import shutil
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
import redis
from tests.services import PostgresService, RedisService

ORPHANS = """
import sys
from tests.services import PostgresService, RedisService
cache, database = RedisService(), PostgresService()
cache.start()
database.start()
print(cache.url, database.create_database(), flush=True)
sys.stdin.read()
"""


def test_each_test_has_keys_of_its_own(redis_url: str, redis_prefix: str) -> None:
    with redis.Redis.from_url(redis_url, protocol=2) as client:
        assert list(client.scan_iter(f"{redis_prefix}:*")) == []
        client.set(f"{redis_prefix}:key", "value")


@pytest.mark.parametrize("end", ["stop", "kill"])
def test_an_own_redis_keeps_url_and_data_over_a_restart(own_redis: RedisService, end: str) -> None:
    with own_redis.client() as client:
        client.set("key", "value")
        getattr(own_redis, end)()
        with pytest.raises(redis.ConnectionError):
            client.ping()
        own_redis.start()
        assert client.get("key") == b"value"


def test_a_template_is_copied(postgres_server: PostgresService, postgres_url: str) -> None:
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute("CREATE TABLE copied (id int)")
    copy = postgres_server.create_database(template=postgres_url.rsplit("/", 1)[1])
    try:
        with psycopg.connect(copy) as connection:
            assert connection.execute("SELECT count(*) FROM copied").fetchone() == (0,)
    finally:
        postgres_server.drop_database(copy)
    with pytest.raises(psycopg.OperationalError, match="does not exist"):
        psycopg.connect(copy)


def test_nothing_outlives_a_killed_suite() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", ORPHANS],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[3],
    ) as suite:
        assert suite.stdout
        cache, database = suite.stdout.readline().split()
        with redis.Redis.from_url(cache, protocol=2) as client, psycopg.connect(database) as connection:
            data = connection.execute("SHOW data_directory").fetchone()
            assert data
            folders = [Path(client.config_get("dir")["dir"]), Path(data[0]).parent]
            waiting = client.connection_pool.get_connection()
            waiting.connect()
            suite.kill()
            # both connections end when their servers do
            with pytest.raises(redis.ConnectionError):
                waiting.read_response(timeout=30)
            with pytest.raises(psycopg.OperationalError):
                connection.execute("SELECT pg_sleep(30)")
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)
