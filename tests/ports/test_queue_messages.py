"""Wake-ups, control messages and the stream of events."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from redis.exceptions import ConnectionError as RedisConnectionError
from tests.ports.queue_world import MINUTE, PATIENCE, Clock, World

from engineo.infra.broker.store import Event, Finish, JobStore, Listening, Outcome, State
from engineo.kernel.errors import UnavailableError


@pytest.fixture
def listening(store: JobStore) -> Iterator[Listening]:
    opened = store.listen(["q", "two"])
    yield opened
    opened.close()


# listening


def test_adding_wakes_those_of_the_queue(world: World, listening: Listening) -> None:
    world.add()
    assert world.heard(listening) == [("wake:q", "")]
    world.add(queue="other")
    world.add(queue="two")
    assert world.heard(listening) == [("wake:two", "")]
    world.add(delay=MINUTE)
    assert world.heard(listening) == [("wake:q", str(world.clock() + MINUTE))]


def test_a_bulk_wakes_once_and_says_when_the_rest_is_due(world: World, listening: Listening) -> None:
    soon, later = world.job(delay=MINUTE), world.job(delay=2 * MINUTE)
    world.send(later, *(world.job() for _ in range(5)), soon)
    assert sorted(world.heard(listening)) == [("wake:q", ""), ("wake:q", str(world.clock() + MINUTE))]


def test_promoting_wakes_and_what_changes_nothing_does_not(world: World, listening: Listening) -> None:
    world.add("job", delay=MINUTE)
    world.heard(listening)
    world.store.promote([entry for entry, _due in world.store.delayed()])
    assert world.heard(listening) == [("wake:q", "")]
    world.add("job")
    world.store.promote(["q|0|||nobody"])
    world.take()
    world.take()
    assert world.heard(listening) == []


def test_everybody_hears_a_control_message(world: World, listening: Listening) -> None:
    other = world.store.another().listen([])
    world.store.tell("hello all")
    assert listening.wait(PATIENCE) == [("ctl", "hello all")]
    assert other.wait(PATIENCE) == [("ctl", "hello all")]
    other.close()


def test_a_wait_ends_with_its_time(listening: Listening) -> None:
    assert listening.wait(0.01) == []


def test_a_wait_is_woken_by_a_message_and_by_an_interrupt(world: World, listening: Listening) -> None:
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(listening.wait, None)
        world.add()
        assert waiting.result(PATIENCE) == [("wake:q", "")]
        waiting = pool.submit(listening.wait, None)
        listening.interrupt()
        assert waiting.result(PATIENCE) == []


def test_an_interrupt_counts_once_even_before_the_wait(world: World, listening: Listening) -> None:
    listening.interrupt()
    listening.interrupt()
    assert listening.wait(None) == []
    world.add()
    assert world.heard(listening) == [("wake:q", "")]
    assert world.heard(listening) == []


def test_a_closed_subscription_says_so(store: JobStore) -> None:
    listening = store.listen(["q"])
    listening.close()
    listening.close()
    with pytest.raises((UnavailableError, RedisConnectionError)):
        listening.wait(0)


# events


def told(events: object) -> list[tuple[str, str, str, str, str]]:
    assert isinstance(events, list)
    return [(event.name, event.queue, event.kind, event.job_id, event.detail) for event in events]


def test_events_tell_a_jobs_story_in_order(world: World) -> None:
    world.add("a", delay=MINUTE)
    world.store.promote([entry for entry, _due in world.store.delayed()])
    (lease,) = world.take()
    world.store.annotate(lease.place, "kind", b"{}")
    world.again(lease, 0)
    (lease,) = world.take()
    world.store.recover([lease], stalled=True, expired_only=False)
    (lease,) = world.take()
    world.step(finishes=[Finish(lease, Outcome.FAILED, "kind", event="failed", detail="a|b, c\td")])
    world.store.move(lease.place, None, [State.FAILED])
    assert told(world.store.events("", 100, None)) == [
        ("added", "q", "kind", "a", ""),
        ("active", "q", "", "a", ""),
        ("progress", "q", "kind", "a", ""),
        ("retrying", "q", "kind", "a", ""),
        ("active", "q", "", "a", ""),
        ("stalled", "q", "", "a", ""),
        ("active", "q", "", "a", ""),
        ("failed", "q", "kind", "a", "a|b, c\td"),
        ("removed", "q", "", "a", ""),
    ]


def test_a_bulk_tells_of_every_job(world: World) -> None:
    jobs = [world.job(None if number % 2 else f"own, {number}") for number in range(10)]
    plain = [world.job() for _ in range(10)]
    world.send(*jobs)
    world.send(*plain)
    events = world.store.events("", 100, None)
    assert [event.job_id for event in events] == [job.record.place.job_id for job in jobs + plain]
    assert {event.name for event in events} == {"added"}


def test_moves_and_drains_are_told(world: World) -> None:
    for job_id in ("a", "b", "c"):
        world.add(job_id)
    world.store.move(world.record("a").place, State.FAILED, [State.WAITING])
    world.store.drain("q")
    world.store.forget("q", State.FAILED, world.clock() + 1)
    names = [(event.name, event.job_id) for event in world.store.events("", 100, None)]
    assert names[3:] == [("failed", "a"), ("removed", "b"), ("removed", "c"), ("removed", "a")]


def test_a_listener_resumes_where_it_stopped(world: World) -> None:
    for job_id in ("a", "b", "c"):
        world.add(job_id)
    assert world.store.event_position("me") is None
    first = world.store.events("", 1, None)
    assert [event.job_id for event in first] == ["a"]
    world.store.save_event_position("me", first[-1].position)
    position = world.store.another().event_position("me")
    assert position == first[-1].position
    assert [event.job_id for event in world.store.events(position, 1, None)] == ["b"]
    rest = world.store.events(position, 100, None)
    assert [event.job_id for event in rest] == ["b", "c"]
    assert world.store.events(rest[-1].position, 100, None) == []
    assert world.store.events("$", 100, None) == []
    assert all(event.at > 0 for event in rest)


def test_the_stream_is_capped(make_store: Callable[..., JobStore], clock: Clock) -> None:
    world = World(make_store(events_kept=50), clock)
    for _ in range(400):
        world.add()
    assert 50 <= len(world.store.events("", 1000, None)) <= 250  # the server trims by the block


def test_a_store_may_keep_no_events(make_store: Callable[..., JobStore], clock: Clock) -> None:
    world = World(make_store(events_kept=0), clock)
    world.add()
    world.add("own")
    (one, two) = world.take(2)
    world.store.annotate(one.place, "kind", b"{}")
    world.end(one, two)
    assert world.store.events("", 100, None) == []


def test_a_block_ends_with_its_time_or_an_event(world: World) -> None:
    reader = world.store.another(1000)
    assert reader.events("$", 10, 20) == []
    assert reader.events("", 10, 0) == []
    world.add("old")
    (old,) = reader.events("", 10, 20_000)
    assert old.job_id == "old"
    started = threading.Event()

    def read() -> list[Event]:
        started.set()
        return list(reader.events(old.position, 10, 15_000))

    with ThreadPoolExecutor(1) as pool:
        reading = pool.submit(read)
        started.wait(PATIENCE)
        world.add("new")
        assert [event.job_id for event in reading.result(PATIENCE)] == ["new"]
    reader.close()


def test_a_blocked_reader_can_be_interrupted(store: JobStore) -> None:
    reader = store.another(60_000)
    started = threading.Event()

    def read() -> None:
        reader.events("", 10, None)
        started.set()
        reader.events("$", 10, 50_000)

    with ThreadPoolExecutor(1) as pool:
        reading = pool.submit(read)
        assert started.wait(PATIENCE)
        reader.interrupt()
        with pytest.raises(UnavailableError):
            reading.result(PATIENCE)
    with pytest.raises(UnavailableError):
        reader.counts("q")
    store.ping()
    reader.close()
