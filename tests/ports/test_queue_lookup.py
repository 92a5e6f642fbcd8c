"""Finding, listing and counting jobs; who works and who listens."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from tests.ports.queue_world import MINUTE, NOWHERE, World

from engineo.infra.broker.store import JobStore, Outcome, State


def fill(world: World, count: int = 6) -> dict[State, list[str]]:
    """So many jobs in each state, in the order in which they went there."""
    ids: dict[State, list[str]] = {}
    for state, outcome in ((State.COMPLETED, Outcome.COMPLETED), (State.FAILED, Outcome.FAILED)):
        ids[state] = []
        for _ in range(count):
            ids[state].append(world.add())
            world.end(*world.take(), outcome=outcome)
    ids[State.ACTIVE] = []
    for _ in range(count):
        ids[State.ACTIVE].append(world.add())
        world.take()
    ids[State.WAITING] = [world.add() for _ in range(count)]
    ids[State.DELAYED] = [world.add(delay=MINUTE + number) for number in range(count)]
    ids[State.BLOCKED] = [world.add(waits_for=["child"]) for _ in range(count)]
    return ids


def test_counts_are_exact_in_every_state(world: World) -> None:
    ids = fill(world)
    world.add(queue="other")
    assert world.store.counts("q") == dict.fromkeys(State, 6)
    assert world.store.counts("nothing") == NOWHERE
    assert world.store.unfinished("q") == 18
    for state, expected in ids.items():
        assert [world.state(job_id) for job_id in expected] == [state] * 6


@pytest.mark.parametrize("state", list(State))
def test_lists_go_both_ways_from_any_offset(world: World, state: State) -> None:
    expected = fill(world)[state]
    for ids, newest_first in ((expected, False), (expected[::-1], True)):
        for offset in (0, 1, 5, 6, 7):
            for limit in (0, 1, 3, 100):
                found = world.store.list_ids("q", state, offset, limit, newest_first=newest_first)
                assert list(found) == ids[offset : offset + limit], (offset, limit, newest_first)


@pytest.mark.parametrize("newest_first", [False, True])
def test_jobs_of_limited_keys_stand_after_those_in_line(world: World, newest_first: bool) -> None:
    held = [world.add(key="b", priority=-1), world.add(key="b"), world.add(key="a")]
    line = [world.add(priority=5), world.add(priority=6)]
    expected = [*line, held[2], *held[:2]]
    assert world.ids(State.WAITING, newest_first=newest_first) == (expected[::-1] if newest_first else expected)
    for offset in range(6):
        found = world.store.list_ids("q", State.WAITING, offset, 2, newest_first=newest_first)
        assert list(found) == (expected[::-1] if newest_first else expected)[offset : offset + 2]


def test_thousands_of_other_queues_hide_nothing(world: World) -> None:
    world.send(*(world.job(queue="other", delay=MINUTE) for _ in range(11_000)))
    last = world.add(delay=2 * MINUTE)
    assert world.counts() == {State.DELAYED: 1}
    assert world.ids(State.DELAYED) == [last]
    assert world.counts("other") == {State.DELAYED: 11_000}


def test_what_is_nowhere_is_found_as_such(world: World) -> None:
    ids = [world.add("a"), world.add("b", queue="other")]
    found = world.store.find(["x", *ids, "y", "a"])
    assert [stored.record.place.job_id if stored else None for stored in found] == [None, "a", "b", None, "a"]


def test_a_look_sees_every_job_in_one_state(world: World) -> None:
    """While workers move jobs about, none is missing and none is seen twice."""
    number = 60
    ids = [world.add() for _ in range(number)]
    store = world.store.another()
    mine = World(store, world.clock)

    def work() -> None:
        while leases := mine.take(3):
            mine.again(leases[0], 0)
            mine.end(*leases[1:])
            if len(leases) == 1:
                mine.end(*mine.take())

    with ThreadPoolExecutor(1) as pool:
        working = pool.submit(work)
        while not working.done():
            assert sum(world.store.counts("q").values()) == number
            assert None not in world.store.find(ids)
        working.result()
    assert world.counts() == {State.COMPLETED: number}
    store.close()


# who is there


def test_consumers_are_those_who_listen(store: JobStore) -> None:
    assert store.consumers(["a", "b"]) == {"a": 0, "b": 0}
    one, two = store.listen(["a", "b"]), store.another().listen(["a"])
    assert store.consumers(["a", "b", "c"]) == {"a": 2, "b": 1, "c": 0}
    one.close()
    two.close()


def test_processes_introduce_themselves(store: JobStore) -> None:
    store.introduce("one", {"host": "h", "queues": ["a", "b"], "pid": 5})
    store.introduce("two", {})
    assert store.another().introduced() == {"one": {"host": "h", "queues": ["a", "b"], "pid": 5}, "two": {}}
    store.introduce("one", {"host": "elsewhere"})
    store.introduce("two", None)
    store.introduce("nobody", None)
    assert store.introduced() == {"one": {"host": "elsewhere"}}


def test_a_store_answers_a_ping(store: JobStore) -> None:
    store.ping()


def test_something_waits_or_nothing_does(world: World) -> None:
    assert not world.store.has_waiting(["q", "other"])
    world.add(delay=MINUTE)
    assert not world.store.has_waiting(["q"])
    world.add(queue="other")
    assert world.store.has_waiting(["q", "other"])
    assert not world.store.has_waiting(["q"])
    world.take(queue="other")
    assert not world.store.has_waiting(["q", "other"])
