"""The bell on Redis: what it costs, and connections that go."""

import threading
from collections.abc import Iterator

import pytest
from tests.journeys.stack import eventually
from tests.services import RedisService

from engineo.infra.bell import RedisBell
from engineo.infra.redis import RedisSettings


class Heard:
    def __init__(self) -> None:
        self._rings = threading.Semaphore(0)

    def __call__(self) -> None:
        self._rings.release()

    def wait(self) -> None:
        assert self._rings.acquire(timeout=15)


@pytest.fixture
def bell(own_redis: RedisService) -> Iterator[RedisBell]:
    opened = RedisBell(own_redis.url, RedisSettings(redis_prefix="bells", redis_max_retries_per_request=0))
    yield opened
    opened.close()


def bell_threads() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "bell"]


def test_a_listener_sends_one_command_when_it_connects_and_none_after(own_redis: RedisService, bell: RedisBell) -> None:
    heard = Heard()
    with own_redis.client() as client:
        client.config_resetstat()
        bell.listen("topic", heard)
        heard.wait()
        for _ in range(5):
            bell.ring("topic")
            heard.wait()
        sent = {name.removeprefix("cmdstat_"): each["calls"] for name, each in client.info("commandstats").items()}
    assert (sent["subscribe"], sent["publish"]) == (1, 5)
    assert sent.keys() <= {"auth", "select", "subscribe", "publish", "config|resetstat", "config", "info", "hello"}


def test_a_connection_that_the_server_cuts_is_made_again_and_wakes(own_redis: RedisService, bell: RedisBell) -> None:
    heard = Heard()
    bell.listen("topic", heard)
    heard.wait()
    with own_redis.client() as client:
        client.client_kill_filter(_type="pubsub")
        heard.wait()
        bell.ring("topic")
        heard.wait()


def test_nobody_waits_for_a_bell_that_is_closed(own_redis: RedisService, bell: RedisBell) -> None:
    heard = Heard()
    bell.listen("topic", heard)
    bell.listen("other", heard)
    heard.wait()
    heard.wait()
    assert len(bell_threads()) == 2
    bell.close()
    bell.close()
    assert bell_threads() == []
    with own_redis.client() as client:
        eventually(lambda: client.info("clients")["connected_clients"] == 1, what="only we are left")


def test_a_server_that_refuses_the_login_is_waited_for(own_redis: RedisService) -> None:
    wrong = own_redis.url.replace("redis://:", "redis://:x")
    bell = RedisBell(wrong, RedisSettings(redis_prefix="bells", redis_max_retries_per_request=0))
    heard = Heard()
    bell.listen("topic", heard)
    bell.ring("topic")
    bell.close()
    assert bell_threads() == []
