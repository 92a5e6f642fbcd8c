"""Rows, jobs and events leave together, and nothing that was promised is lost."""

from collections.abc import Callable
from contextlib import ExitStack
from datetime import timedelta
from typing import Any, ClassVar

import pytest
import sqlalchemy as sa
from tests.services import RedisService

from engineo.infra.broker.store import State
from engineo.infra.outbox import OutboxRow
from engineo.kernel.errors import UnavailableError
from engineo.kernel.jobs import JobMessage
from engineo.kernel.policies import Limit

Eventually = Callable[..., None]


def send(world: Any, note: Any, *texts: str, delay: timedelta = timedelta(0)) -> list[str]:
    with world.uow() as work:
        return [work.send(note(text=text), delay=delay) for text in texts]


def test_a_commit_sends(world: Any, note: Any, eventually: Eventually) -> None:
    world.relay.start()
    ids = send(world, note, "a", "b")
    eventually(lambda: world.queued() == sorted(ids))
    eventually(lambda: world.rows() == dict.fromkeys(ids, True))
    messages = world.messages()
    assert [messages[job_id].args for job_id in ids] == [({"text": "a"},), ({"text": "b"},)]
    assert all(message.options["stored"] for message in messages.values())


def test_a_rollback_sends_nothing(world: Any, note: Any) -> None:
    world.relay.start()
    with pytest.raises(ZeroDivisionError), world.uow() as work:
        work.send(note(text=str(1 / len(work.send(note(text="a"))[:0]))))
    assert (world.queued(), world.rows()) == ([], {})


def test_a_commit_that_fails_sends_nothing(world: Any, note: Any) -> None:
    ids = send(world, note, "a")
    queued = world.queued()
    with pytest.raises(sa.exc.IntegrityError), world.uow() as work:
        work.send(note(text="other"), job_id=ids[0])
    assert (world.queued(), list(world.rows())) == (queued, ids)


def test_the_first_job_of_a_new_queue_is_sent_once(world: Any, note: Any, eventually: Eventually) -> None:
    ids = send(world, note, "a")
    world.relay.start()
    eventually(lambda: world.rows() == {ids[0]: True})
    assert list(world.messages()) == ids
    assert len(world.added()) == 1


def test_redis_away_then_back(
    make_world: Any, own_redis: RedisService, database_url: str, note: Any, eventually: Eventually
) -> None:
    world = make_world(database_url, own_redis.url, "away")
    world.relay.start()
    before = send(world, note, "before")
    eventually(lambda: world.rows() == {before[0]: True})
    own_redis.stop()
    ids = send(world, note, "a", "b")
    assert [world.rows()[job_id] for job_id in ids] == [False, False]
    own_redis.start()
    eventually(lambda: world.queued() == sorted(before + ids), within=30)
    eventually(lambda: all(world.rows().values()))
    with world.client() as client:
        client.flushall()
    later = send(world, note, "later")
    eventually(lambda: world.queued() == sorted(before + ids + later))
    eventually(lambda: all(world.rows().values()))


def test_a_boot_relays_what_is_left(make_world: Any, world: Any, note: Any, eventually: Eventually) -> None:
    # the other process's Redis is a closed port: it can only promise
    url = world.database.url.render_as_string(hide_password=False)
    other = make_world(url, "redis://127.0.0.1:1", world.prefix)
    ids = send(other, note, *map(str, range(7)))
    assert world.queued() == []
    world.relay.start()
    eventually(lambda: world.queued() == sorted(ids))
    eventually(lambda: all(world.rows().values()))


def test_more_rows_than_one_batch(make_world: Any, world: Any, note: Any, eventually: Eventually) -> None:
    url = world.database.url.render_as_string(hide_password=False)
    other = make_world(url, "redis://127.0.0.1:1", world.prefix)
    ids = send(other, note, *map(str, range(1201)))
    world.relay.start()
    eventually(lambda: all(world.rows().values()), within=30)
    assert world.queued() == sorted(ids)


def test_a_boot_after_a_flush_relays_every_open_job(
    make_world: Any, own_redis: RedisService, sqlite_url: str, note: Any, eventually: Eventually
) -> None:
    first = make_world(sqlite_url, own_redis.url, "flush")
    first.relay.start()
    ids = send(first, note, "a", "b")
    eventually(lambda: all(first.rows().values()))
    first.relay.stop(10.0)
    with first.client() as client:
        client.flushall()
    second = make_world(sqlite_url, own_redis.url, "flush")
    second.relay.start()
    eventually(lambda: second.queued() == sorted(ids))


def test_a_row_relayed_twice_is_one_job(world: Any, note: Any, eventually: Eventually) -> None:
    world.relay.start()
    ids = send(world, note, "a", "b")
    eventually(lambda: world.rows() == dict.fromkeys(ids, True))
    with world.client() as client:
        client.delete(f"{world.prefix}:{{q}}:epoch")
    ids += send(world, note, "notices")
    eventually(lambda: world.queued() == sorted(ids))
    eventually(lambda: all(world.rows().values()))
    assert sorted(world.added()) == sorted(ids)


def test_options_survive_an_outage(make_world: Any, world: Any, note: Any, eventually: Eventually) -> None:
    class Urgent(note):  # type: ignore[misc] # a class that a fixture gives
        kind: ClassVar[str] = "tests.urgent"
        priority: ClassVar[int] = -7
        limits: ClassVar[tuple[Limit, ...]] = (Limit(concurrency=1, key="text"),)

    url = world.database.url.render_as_string(hide_password=False)
    other = make_world(url, "redis://127.0.0.1:1", world.prefix)
    ids = send(other, Urgent, "mine")
    world.relay.start()
    eventually(lambda: world.rows() == {ids[0]: True})
    (stored,) = world.jobs.store.find(ids)
    place = stored.record.place
    assert (place.priority, place.key, stored.state) == (-7, "mine", State.WAITING)


def test_the_delay_is_kept_over_an_outage(make_world: Any, world: Any, note: Any, eventually: Eventually) -> None:
    url = world.database.url.render_as_string(hide_password=False)
    other = make_world(url, "redis://127.0.0.1:1", world.prefix)
    send(other, note, "later", delay=timedelta(hours=1))
    world.relay.start()
    eventually(lambda: all(world.rows().values()))
    (stored,) = world.jobs.store.find(list(world.messages()))
    assert stored.state is State.DELAYED
    assert 3_590_000 < stored.at - world.jobs.store.now() <= 3_600_000


def test_relaying_never_raises_whatever_is_away(make_world: Any, sqlite_url: str, note: Any) -> None:
    world = make_world(sqlite_url, "redis://127.0.0.1:1", "nowhere")
    world.relay.relay([JobMessage.of(note(text="a"))])
    with pytest.raises(UnavailableError):
        world.jobs.enqueue(JobMessage.of(note(text="a")))


def test_the_relay_stops_and_starts_again(world: Any, note: Any, eventually: Eventually) -> None:
    world.relay.stop(1.0)
    world.relay.start()
    world.relay.start()
    world.relay.stop(10.0)
    world.relay.stop(10.0)
    ids = send(world, note, "a")
    world.relay.start()
    eventually(lambda: world.queued() == ids)
    world.relay.stop(10.0)
    assert world.rows() == {ids[0]: True}


def test_threads_that_send_at_once(world: Any, note: Any, eventually: Eventually, in_threads: Any) -> None:
    world.relay.start()
    ids = [job_id for found in in_threads(8, lambda: send(world, note, "a", "b")) for job_id in found]
    assert len(set(ids)) == 16
    eventually(lambda: world.rows() == dict.fromkeys(world.rows(), True))
    assert set(world.queued()) == set(ids)


def test_rows_hold_what_the_job_says(world: Any, note: Any) -> None:
    text = 'Ünï\u2028code 😀 "quoted"'
    ids = send(world, note, text)
    with ExitStack() as stack:
        session = stack.enter_context(world.database.session(read_only=True))
        row = session.get(OutboxRow, ids[0])
        assert (row.kind, row.queue, row.payload, row.due_at) == ("tests.note", "notes", {"text": text}, None)
        assert row.created_at.utcoffset() == timedelta(0)
