"""Rate and concurrency of a queue as a whole."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from tests.ports.queue_world import BY_EVERY_END, MINUTE, ONE, TWO_A_MINUTE, World, ids_of

from engineo.infra.broker.store import LimitRule, State


def test_a_rate_holds_for_all_who_take(world: World) -> None:
    for _ in range(5):
        world.add()
    first = world.step(world.want(1, whole=TWO_A_MINUTE))
    opened = world.clock()
    assert (len(first.jobs), first.short, first.blocked) == (1, [], {})
    world.clock.pass_time(1000)
    second = world.step(world.want(5, whole=TWO_A_MINUTE), owner="you")
    assert (len(second.jobs), second.short, second.blocked) == (1, ["q"], {"q": opened + MINUTE})
    third = world.step(world.want(5, whole=TWO_A_MINUTE))
    assert (third.jobs, third.short, third.blocked) == ([], ["q"], {"q": opened + MINUTE})
    assert world.counts() == {State.WAITING: 3, State.ACTIVE: 2}
    world.clock.pass_time(MINUTE - 1001)
    assert not world.take(5, whole=TWO_A_MINUTE)
    world.clock.pass_time(1)
    assert len(world.take(5, whole=TWO_A_MINUTE)) == 2


def test_a_window_starts_with_its_first_job(world: World) -> None:
    assert world.step(world.want(5, whole=TWO_A_MINUTE)).blocked == {}
    world.clock.pass_time(MINUTE - 1)
    for _ in range(5):
        world.add()
    assert len(world.take(5, whole=TWO_A_MINUTE)) == 2
    world.clock.pass_time(MINUTE - 1)
    assert not world.take(5, whole=TWO_A_MINUTE)


def test_a_rate_has_nothing_to_announce_when_the_line_is_empty(world: World) -> None:
    world.add()
    world.add()
    assert world.step(world.want(5, whole=TWO_A_MINUTE)).blocked == {}
    world.add()
    assert set(world.step(world.want(5, whole=TWO_A_MINUTE)).blocked) == {"q"}


@pytest.mark.parametrize("how", BY_EVERY_END)
def test_concurrency_is_given_back_by_every_end(world: World, how: str) -> None:
    world.add("first")
    world.add("second")
    (lease,) = world.take(5, whole=ONE)
    blocked = world.step(world.want(5, whole=ONE))
    assert (blocked.jobs, blocked.short, blocked.blocked) == ([], ["q"], {})
    listening = world.store.listen(["q"])
    world.finish_by(how, lease)
    assert ("wake:q", "") in world.heard(listening)
    listening.close()
    assert len(world.take(5, whole=ONE)) == 1
    assert not world.take(5, whole=ONE)
    assert world.counts()[State.ACTIVE] == 1


def test_a_lost_lease_gives_nothing_back_twice(world: World) -> None:
    for _ in range(3):
        world.add()
    (lease,) = world.take(5, whole=ONE)
    world.end(lease)
    assert world.end(lease) == [0]
    assert len(world.take(5, whole=ONE)) == 1
    assert not world.take(5, whole=ONE)


def test_many_threads_never_pass_a_limit(world: World) -> None:
    rule = LimitRule(concurrency=3)
    for _ in range(60):
        world.add()
    stores = [world.store.another() for _ in range(6)]
    running: Counter[str] = Counter()
    ran: list[str] = []

    def work(index: int) -> None:
        mine = World(stores[index], world.clock)
        while mine.counts().get(State.WAITING):
            leases = [lease for lease, _ in mine.step(mine.want(5, whole=rule), owner=f"w{index}").jobs]
            running.update(ids_of(leases))
            active = mine.counts().get(State.ACTIVE, 0)
            assert active <= 3
            ran.extend(ids_of(leases))
            mine.end(*leases)

    with ThreadPoolExecutor(len(stores)) as pool:
        list(pool.map(work, range(len(stores))))
    assert len(ran) == 60
    assert set(running.values()) == {1}
    for store in stores:
        store.close()
