"""What only Redis can get wrong: clusters, rights, prefixes, memory, cut connections, sizes."""

import socket
from contextlib import ExitStack, closing, suppress
from pathlib import Path

import pytest
import redis
from tests.ports.queue_world import MINUTE, Clock, World, eventually, redis_store
from tests.services import RedisService

from engineo.infra.broker.store import DedupKey, Keep, LimitRule, Outcome, Slot, State
from engineo.infra.embedded import find_servers
from engineo.kernel.errors import UnavailableError

SLOTS = 16_384


def every_script(world: World) -> None:
    """Each script at least once, with jobs of several queues, limited keys and a flow in each."""
    store = world.store
    world.send(*(world.job() for _ in range(3)))
    world.send(
        world.job("parent", queue="p", waits_for=["a", "b"]),
        world.job("a", parent="f~p~parent", key="k"),
        world.job("b", parent="f~p~parent", key="k"),
        world.job("late", delay=MINUTE, dedup=DedupKey("b", "debounce", MINUTE)),
        world.job("later", delay=MINUTE, dedup=DedupKey("b", "debounce", 5)),
        world.job("once", dedup=DedupKey("t", "throttle", MINUTE)),
        world.job("one", dedup=DedupKey("s", "started")),
        world.job("a", parent="f~p~parent", dedup=DedupKey("d", "done")),
        slot=Slot("nightly", 1),
    )
    whole, by_key = LimitRule(concurrency=5), LimitRule(rate=1, per=MINUTE)
    leases = world.take(5, whole=whole, by_key=by_key)
    assert store.cancel(leases[0].place.job_id)
    world.again(leases[0], world.clock() + MINUTE)
    store.annotate(leases[1].place, "kind", b"{}")
    world.end(leases[1], outcome=Outcome.HANDED_BACK)
    world.end(*leases[2:4], keep=Keep(0, 1, 0))
    assert store.recover([leases[4]], stalled=True, expired_only=False)
    world.clock.pass_time(2 * MINUTE)
    assert world.promote_due()
    assert sum(store.counts("q").values())
    assert store.unfinished("q")
    assert store.find(["a", "b", "parent", "nobody"])[3] is None
    assert store.replace("parent", world.record("parent").encode())
    for state in State:
        world.ids(state)
    place = world.record("b").place
    assert store.move(place, State.FAILED, list(State)) is not None
    assert store.move(place, State.WAITING, list(State)) is not None
    assert store.move(place, None, list(State)) is not None
    world.send(world.job("c", queue="p2", waits_for=["d"]), world.job("d", parent="i~p2~c", key="k"))
    assert "d" in store.drain("q")
    world.end(*world.take(9, "p"), outcome=Outcome.FAILED)
    store.forget("p", State.FAILED, world.clock() + 1)
    store.pause("q")
    store.resume("q")
    store.renew(leases, MINUTE)
    store.has_waiting(["q", "p"])
    store.flush("q")
    store.flush()


@pytest.mark.parametrize("binary", find_servers(), ids=lambda path: path.name)
def test_every_server_runs_every_script(binary: Path, redis_prefix: str) -> None:
    service, clock = RedisService(binary), Clock()
    with closing(service):
        service.start()
        with closing(redis_store(service.url, redis_prefix, clock)) as store:
            every_script(World(store, clock))


def test_scripts_keep_to_the_keys_they_declare(own_redis: RedisService, redis_prefix: str) -> None:
    """None is made up inside a script, and all are in one slot of a cluster."""
    clock = Clock()
    declared: set[str] = set()
    used: set[str] = set()
    scripts = 0
    with closing(redis_store(own_redis.url, redis_prefix, clock)) as store, own_redis.client() as client:
        with client.monitor() as monitor:
            every_script(World(store, clock))
            client.echo("the end")
            for command in monitor.listen():
                words = _words(command["command"])
                if words[0] == "ECHO":
                    break
                if words[0] == "EVALSHA":
                    scripts += 1
                    declared = set(words[3 : 3 + int(words[2])])
                elif command["client_type"] == "lua" and words[0] != "PUBLISH":
                    used.add(words[1])
                    assert words[1] in declared, command["command"]
        assert scripts > 30
        assert len(used) > 10
        assert all(key.startswith(f"{redis_prefix}:{{q}}:") for key in used)


def _words(command: str) -> list[str]:
    """The arguments of a command as MONITOR shows them, quoted or not."""
    return [word.strip('"') for word in command.split(" ")]


def cluster_service() -> RedisService:
    """On a port whose bus, 10,000 ports higher, is free as well."""
    while True:
        service = RedisService(options={"cluster-enabled": "yes"})
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", service.port + 10_000))
            return service
        service.close()


def test_a_cluster_of_one_runs_every_script(redis_prefix: str) -> None:
    service, clock = cluster_service(), Clock()
    with closing(service):
        service.start()
        with service.client() as client:
            for first in range(0, SLOTS, 4096):
                client.execute_command("CLUSTER ADDSLOTS", *range(first, first + 4096))
            eventually(lambda: client.execute_command("CLUSTER INFO")["cluster_state"] == "ok")
        with closing(redis_store(service.url, redis_prefix, clock)) as store:
            every_script(World(store, clock))
            listening = store.listen(["q"])
            World(store, clock).add()
            assert listening.wait(10) == [("wake:q", "")]
            assert store.consumers(["q"]) == {"q": 1}
            listening.close()


def test_a_user_with_few_rights_can_work(own_redis: RedisService, redis_prefix: str) -> None:
    with own_redis.client() as client:
        client.execute_command(
            "ACL", "SETUSER", "worker", "on", ">secret", f"~{redis_prefix}:*", f"&{redis_prefix}:*", "+@all",
            "-flushall", "-flushdb", "-config", "-keys", "-@admin", "-debug", "-client",
        )  # fmt: skip
    url = f"redis://worker:secret@127.0.0.1:{own_redis.port}/0"
    clock = Clock()
    with closing(redis_store(url, redis_prefix, clock)) as store:
        every_script(World(store, clock))
        listening = store.listen(["q"])
        store.tell("hello")
        assert listening.wait(10) == [("ctl", "hello")]
        listening.close()
        assert store.events("$", 1, 5) == []
        store.ping()


def test_two_prefixes_on_one_server_never_meet(redis_url: str, redis_prefix: str) -> None:
    clock = Clock()
    with ExitStack() as stack:
        worlds = [
            World(stack.enter_context(closing(redis_store(redis_url, prefix, clock))), clock)
            for prefix in (redis_prefix, f"{redis_prefix}2")
        ]
        one, two = worlds
        heard = [world.store.listen(["q"]) for world in worlds]
        one.add("job")
        one.store.pause("q")
        one.store.introduce("me", {})
        assert one.store.claim_epoch()
        assert (heard[0].wait(10), heard[1].wait(0.02)) == ([("wake:q", "")], [])
        assert two.counts() == {}
        assert two.send(two.job("job"))[0].added
        assert two.taken() == ["job"]
        assert two.store.introduced() == {}
        assert two.store.consumers(["q"]) == {"q": 1}
        assert two.store.claim_epoch()
        one.store.flush()
        assert two.counts() == {State.ACTIVE: 1}
        assert one.counts() == {}
        two.store.flush()
        for listening in heard:
            listening.close()


def test_queues_with_the_names_of_indexes_never_meet(redis_url: str, redis_prefix: str) -> None:
    names = ["done", "dead", "ready", "held", "limits", "wake", "jobs", "q", "delayed", "events"]
    clock = Clock()
    with closing(redis_store(redis_url, redis_prefix, clock)) as store:
        world = World(store, clock)
        for name in names:
            for outcome in (Outcome.COMPLETED, Outcome.FAILED):
                world.add(queue=name)
                world.end(*world.take(queue=name), outcome=outcome)
            world.add(queue=name, key="k")
            world.add(queue=name)
        for name in names:
            assert world.counts(name) == {State.WAITING: 2, State.COMPLETED: 1, State.FAILED: 1}, name
        store.flush()


# memory


def test_out_of_memory_nothing_is_half_written(own_redis: RedisService, redis_prefix: str) -> None:
    clock = Clock()
    with closing(redis_store(own_redis.url, redis_prefix, clock)) as store, own_redis.client() as client:
        world = World(store, clock)
        ids = [world.add(), world.add("own")]
        late = world.add(delay=MINUTE)
        (running,) = world.take()
        client.config_set("maxmemory-policy", "noeviction")
        client.config_set("maxmemory", 1)
        before = _everything(client, redis_prefix)
        offers = [
            [world.job()],
            [world.job() for _ in range(50)],
            [world.job("mine")],
            [world.job(delay=MINUTE)],
            [world.job(key="k")],
            [world.job(dedup=DedupKey("t", "x", MINUTE))],
            [world.job(dedup=DedupKey("d", "x"))],
            [world.job("parent", waits_for=["child"]), world.job("child", parent="f~q~parent")],
        ]
        for jobs in offers:
            with pytest.raises(UnavailableError, match="maxmemory"):
                world.send(*jobs)
        with pytest.raises(UnavailableError, match="maxmemory"):
            world.send(world.job(), slot=Slot("nightly", 5))
        assert _everything(client, redis_prefix) == before
        # what is there is worked off all the same
        clock.pass_time(MINUTE)
        assert world.promote_due() == 1
        assert world.end(running) == []
        assert world.taken(5) == [ids[1], late]
        client.config_set("maxmemory", 0)
        assert world.send(world.job("mine"))[0].added
        assert world.counts() == {State.WAITING: 1, State.ACTIVE: 2, State.COMPLETED: 1}


def _everything(client: "redis.Redis", prefix: str) -> dict[bytes, bytes | None]:
    return {key: client.dump(key) for key in client.scan_iter(f"{prefix}:*")}


def test_a_key_used_once_under_a_rate_is_not_kept_for_ever(redis_url: str, redis_prefix: str) -> None:
    clock = Clock()
    with closing(redis_store(redis_url, redis_prefix, clock)) as store, redis.Redis.from_url(redis_url) as client:
        world = World(store, clock)
        for number in range(300):
            world.add(key=f"key{number}")
            world.end(*world.take(by_key=LimitRule(rate=1, per=20)))
            clock.pass_time(2)
        assert client.hlen(f"{redis_prefix}:{{q}}:q:limits") < 60
        store.flush()
