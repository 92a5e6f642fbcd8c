"""The store on Redis while the connection or the server goes away; and the clocks of both stores."""

import time
from contextlib import closing
from typing import Any

import pytest
import redis
from tests.ports.forgetful_wire import ForgetfulWire
from tests.ports.queue_world import MINUTE, Clock, World, eventually, ids_of, redis_store
from tests.services import RedisService

from engineo.infra.broker.memory_store import MemoryStore
from engineo.infra.broker.redis_store import RedisStore
from engineo.infra.broker.store import DedupKey, State
from engineo.kernel.errors import UnavailableError


def test_a_connection_that_was_cut_while_idle_is_made_anew(own_redis: RedisService, redis_prefix: str) -> None:
    store = redis_store(own_redis.url, redis_prefix, retries=0)
    with closing(store), own_redis.client() as client:
        store.ping()
        client.client_kill_filter(_type="normal", skipme=True)
        eventually(lambda: _pings(store))
        assert store.counts("q")[State.WAITING] == 0


def test_a_server_that_is_away_is_named(own_redis: RedisService, redis_prefix: str) -> None:
    store = redis_store(own_redis.url, redis_prefix, retries=0)
    with closing(store):
        store.ping()
        own_redis.stop()
        with pytest.raises(UnavailableError, match=str(own_redis.port)):
            store.counts("q")
        with pytest.raises(UnavailableError):
            store.listen(["q"])
        own_redis.start()
        eventually(lambda: _pings(store))


def _pings(store: RedisStore) -> bool:
    try:
        store.ping()
    except UnavailableError:
        return False
    return True


OFFERS: dict[str, dict[str, Any]] = {
    "plain": {},
    "limited key": {"key": "k"},
    "until started": {"dedup": DedupKey("s", "x")},
    "until done": {"dedup": DedupKey("d", "x")},
    "throttled": {"dedup": DedupKey("t", "x", MINUTE)},
    "child": {"parent": "f~q~parent"},
}


@pytest.mark.parametrize("options", OFFERS.values(), ids=OFFERS)
def test_a_job_whose_answer_was_lost_is_not_added_twice(
    redis_url: str, redis_prefix: str, options: dict[str, Any]
) -> None:  # fmt: skip
    clock = Clock()
    with (
        ForgetfulWire(redis_url) as wire,
        closing(redis_store(wire.url, redis_prefix, clock)) as store,
        closing(redis_store(redis_url, redis_prefix, clock)) as other,
    ):
        there, here = World(other, clock), World(store, clock)
        for warm in (here.job(), here.job("own")):  # loads the scripts
            here.send(warm)
        here.end(*there.take(5))
        job = here.job(**options)
        wire.lose_next_answer(lambda: there.take(5))
        here.send(job)
        assert wire.lost == 1
        assert there.counts() == {State.ACTIVE: 1, State.COMPLETED: 2}
        assert there.state(job.record.place.job_id) is State.ACTIVE
        other.flush()


def test_a_step_whose_answer_was_lost_is_told_and_found_again(redis_url: str, redis_prefix: str) -> None:
    clock = Clock()
    with (
        ForgetfulWire(redis_url) as wire,
        closing(redis_store(wire.url, redis_prefix, clock)) as store,
        closing(redis_store(redis_url, redis_prefix, clock)) as other,
    ):
        world = World(store, clock)
        ids = [world.add() for _ in range(3)]
        (first,) = world.take()
        finishes = world.finishes([first])
        wire.lose_next_answer(lambda: None)
        with pytest.raises(UnavailableError):
            world.step(world.want(1), finishes=finishes)
        assert world.step(finishes=finishes).lost == [0]  # it had arrived
        strays = [lease for lease, _ends in store.leases("me")]
        assert ids_of(strays) == ids[1:2]
        assert store.recover(strays, stalled=False, expired_only=False) == ids[1:2]
        assert world.counts() == {State.COMPLETED: 1, State.WAITING: 2}
        other.flush()


def test_a_restart_loses_nothing(own_redis: RedisService, redis_prefix: str) -> None:
    clock = Clock()
    with closing(redis_store(own_redis.url, redis_prefix, clock)) as store:
        world = World(store, clock)
        for state in (State.FAILED, State.COMPLETED, State.ACTIVE, State.DELAYED, State.BLOCKED, State.WAITING):
            world.bring_to(state, state.value, **({"key": "k"} if state is State.WAITING else {}))
        store.pause("q")
        own_redis.kill()
        own_redis.start()
        assert world.counts() == dict.fromkeys(State, 1)
        assert store.is_paused("q")
        ((lease, _ends),) = store.leases()
        assert world.end(lease) == []


def test_the_clock_is_the_servers_and_goes_on(redis_url: str, redis_prefix: str) -> None:
    with closing(redis_store(redis_url, redis_prefix)) as store, redis.Redis.from_url(redis_url) as client:
        seconds, microseconds = client.time()
        assert abs(store.now() - (seconds * 1000 + microseconds // 1000)) < 2000
        start = store.now()
        eventually(lambda: store.now() >= start + 5)
        store.flush()


def test_a_clock_of_the_memorys_own_goes_on() -> None:
    store = MemoryStore()
    assert abs(store.now() - time.time() * 1000) < 2000
    start = store.now()
    eventually(lambda: store.now() >= start + 5)
