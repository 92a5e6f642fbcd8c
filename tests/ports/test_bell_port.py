"""What every bell promises: one suite, run on the one in memory and on Redis."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any, Protocol

import pytest
from tests.memory_bell import MemoryBell
from tests.services import RedisService

from engineo.infra.bell import RedisBell
from engineo.infra.redis import RedisSettings
from engineo.kernel.errors import UnavailableError
from engineo.kernel.ports import Bell

WITHIN = 15.0


class Heard:
    """A callback that counts."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self.times = 0

    def __call__(self) -> None:
        with self._changed:
            self.times += 1
            self._changed.notify_all()

    def wait_for(self, times: int) -> None:
        with self._changed:
            assert self._changed.wait_for(lambda: self.times >= times, WITHIN), f"heard {self.times}, not {times}"


class Tower(Protocol):
    """A server, and the bells of several processes on it."""

    def bell(self) -> Bell: ...

    def go_away(self) -> None: ...

    def come_back(self) -> None: ...


class MemoryTower:
    def __init__(self) -> None:
        self._bell = MemoryBell()
        self.go_away = self._bell.go_away
        self.come_back = self._bell.come_back

    def bell(self) -> Bell:
        return self._bell


class RedisTower:
    def __init__(self, closing: ExitStack, service: RedisService) -> None:
        self._closing = closing
        self._service = service
        self.go_away = service.stop
        self.come_back = service.start

    def bell(self) -> Bell:
        settings = RedisSettings(redis_prefix="bells", redis_max_retries_per_request=0)
        bell = RedisBell(self._service.url, settings)
        self._closing.callback(bell.close)
        return bell


@pytest.fixture(params=["memory", "redis"])
def tower(request: pytest.FixtureRequest) -> Iterator[Tower]:
    with ExitStack() as closing:
        if request.param == "memory":
            yield MemoryTower()
        else:
            yield RedisTower(closing, request.getfixturevalue("own_redis"))


def eventually(look: Callable[[], Any]) -> None:
    deadline, pause = time.monotonic() + WITHIN, threading.Event()
    while not look():
        assert time.monotonic() < deadline
        pause.wait(0.01)


def test_both_are_bells(tower: Tower) -> None:
    assert isinstance(tower.bell(), Bell)


def test_everyone_who_listens_is_woken_once_to_begin_with_and_at_each_ring(tower: Tower) -> None:
    ringing, ears = tower.bell(), [Heard(), Heard(), Heard()]
    for ear in ears:
        tower.bell().listen("topic", ear)
        ear.wait_for(1)
    for times in (2, 3):
        ringing.ring("topic")
        for ear in ears:
            ear.wait_for(times)
    assert [ear.times for ear in ears] == [3, 3, 3]


def test_topics_are_apart(tower: Tower) -> None:
    bell, one, other = tower.bell(), Heard(), Heard()
    bell.listen("one", one)
    bell.listen("other", other)
    one.wait_for(1)
    other.wait_for(1)
    bell.ring("nobody")
    bell.ring("other")
    other.wait_for(2)
    bell.ring("one")
    one.wait_for(2)
    assert (one.times, other.times) == (2, 2)


def test_whoever_listens_is_counted_until_he_stops(tower: Tower) -> None:
    bell, ears = tower.bell(), [Heard(), Heard()]
    assert bell.listeners("topic") == 0
    stops = [tower.bell().listen("topic", ear) for ear in ears]
    for ear in ears:
        ear.wait_for(1)
    assert bell.listeners("topic") == 2
    assert bell.listeners("topi") == 0
    stops[0]()
    stops[0]()
    eventually(lambda: bell.listeners("topic") == 1)
    stops[1]()
    eventually(lambda: bell.listeners("topic") == 0)
    bell.ring("topic")
    assert [ear.times for ear in ears] == [1, 1]


def test_a_ring_while_the_server_is_away_is_lost_and_its_return_wakes_everyone(tower: Tower) -> None:
    bell, ear = tower.bell(), Heard()
    bell.listen("topic", ear)
    ear.wait_for(1)
    tower.go_away()
    bell.ring("topic")
    with pytest.raises(UnavailableError):
        bell.listeners("topic")
    tower.come_back()
    ear.wait_for(2)
    before = ear.times
    bell.ring("topic")
    ear.wait_for(before + 1)


def test_one_may_begin_to_listen_while_the_server_is_away(tower: Tower) -> None:
    bell, ear = tower.bell(), Heard()
    tower.go_away()
    stop = bell.listen("topic", ear)
    assert ear.times == 0
    tower.come_back()
    ear.wait_for(1)
    assert bell.listeners("topic") == 1
    stop()


def test_one_may_stop_listening_while_the_server_is_away(tower: Tower) -> None:
    bell, ear = tower.bell(), Heard()
    stop = bell.listen("topic", ear)
    ear.wait_for(1)
    tower.go_away()
    stop()
    tower.come_back()
    assert bell.listeners("topic") == 0
