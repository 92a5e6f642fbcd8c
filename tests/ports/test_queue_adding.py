"""Adding jobs: ids, order, delays, slots."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from tests.ports.queue_world import MINUTE, NOWHERE, World

from engineo.infra.broker.store import JobStore, Slot, State
from engineo.kernel.ids import new_id
from engineo.kernel.jobs import Added


def test_a_fresh_job_waits_with_all_it_was_given(world: World) -> None:
    job = world.job(priority=-3, body=b"\x00\xff\nanything")
    assert world.send(job) == [Added(job.record.place.job_id, added=True)]
    assert world.store.counts("q") == {**NOWHERE, State.WAITING: 1}
    stored = world.stored(job.record.place.job_id)
    assert (stored.record, stored.state, stored.info, stored.at) == (job.record, State.WAITING, None, None)
    assert world.step(world.want(1)).jobs[0][1] == job.record.encode()


@pytest.mark.parametrize("state", list(State))
def test_an_id_that_exists_is_not_added_again(world: World, state: State) -> None:
    world.bring_to(state, "mine")
    before = world.stored("mine"), world.counts()
    assert world.send(world.job("mine", body=b"other")) == [Added("mine", added=False)]
    assert world.send(world.job("mine", delay=MINUTE)) == [Added("mine", added=False)]
    assert (world.stored("mine"), world.counts()) == before


def test_an_id_twice_in_one_call_is_added_once(world: World) -> None:
    answers = world.send(world.job("mine", body=b"1"), world.job("mine", body=b"2"), world.job("other"))
    assert [answer.added for answer in answers] == [True, False, True]
    assert world.record("mine").body == b"1"


@pytest.mark.parametrize("job_id", ["!", "x", "a,b", "a:b", "x>", "0123456789ABCDEF@k", "~", "\u00fc\u2028", "i" * 200])
def test_ids_of_any_shape(world: World, job_id: str) -> None:
    world.add(job_id)
    assert world.send(world.job(job_id)) == [Added(job_id, added=False)]
    assert world.ids(State.WAITING) == [job_id]
    (lease,) = world.take()
    assert lease.place.job_id == job_id
    world.end(lease)
    assert [event.job_id for event in world.store.events("", 10, None)] == [job_id] * 3
    assert world.state(job_id) is State.COMPLETED


def test_order_is_priority_then_first_in_first_out(world: World) -> None:
    late = world.add(priority=7)
    first, own = world.add(), world.add("zzz")
    urgent = world.add("urgent", priority=-1)
    last = world.add("aaa")
    expected = [urgent, first, own, last, late]
    assert world.ids(State.WAITING) == expected
    assert world.taken(5) == expected


def test_ids_of_another_time_stand_where_they_were_added(world: World) -> None:
    first = world.add("b")
    ahead = new_id().replace("0", "7", 1)  # a time far ahead
    world.add(ahead)
    last = world.add()
    assert world.taken(3) == [first, ahead, last]


def test_a_bulk_keeps_its_order_and_its_queues_apart(world: World) -> None:
    jobs = [world.job(queue=f"q{number % 3}") for number in range(30)]
    answers = world.send(*jobs)
    assert [answer.job_id for answer in answers] == [job.record.place.job_id for job in jobs]
    assert world.taken(20, "q1") == [job.record.place.job_id for job in jobs[1::3]]
    assert world.counts("q2") == {State.WAITING: 10}


def test_a_bulk_of_thousands_keeps_its_order(world: World) -> None:
    jobs = [world.job(None if number % 2 else f"own{number}") for number in range(2500)]
    answers = world.send(*jobs)
    ids = [job.record.place.job_id for job in jobs]
    assert answers == [Added(job_id, added=True) for job_id in ids]
    assert world.taken(3000) == ids
    assert world.counts() == {State.ACTIVE: 2500}


def test_nothing_is_added_for_nothing(store: JobStore) -> None:
    assert store.add([]) == []
    assert store.find([]) == []
    assert store.promote([]) == 0
    assert store.recover([], stalled=True) == []
    assert store.renew([], 1000) == []
    assert store.consumers([]) == {}
    assert not store.has_waiting([])


# delays


def test_a_delayed_job_waits_for_its_time(world: World) -> None:
    later, soon = world.add(delay=2 * MINUTE), world.add("soon", delay=MINUTE)
    now = world.add(delay=0)
    assert world.counts() == {State.WAITING: 1, State.DELAYED: 2}
    assert world.ids(State.DELAYED) == [soon, later]
    assert world.stored(soon).at == world.clock() - 1 + MINUTE
    assert world.taken(5) == [now]
    (entry, due), _ = world.store.delayed()
    assert due == world.stored(soon).at
    assert world.store.delayed(limit=1) == [(entry, due)]
    assert world.promote_due() == 0
    world.clock.pass_time(MINUTE)
    assert world.promote_due() == 1
    assert world.taken(5) == [soon]
    assert world.store.promote([entry]) == 0  # somebody else was quicker
    assert world.counts() == {State.ACTIVE: 2, State.DELAYED: 1}


def test_a_due_job_stands_where_it_was_added(world: World) -> None:
    first = world.add("first", delay=MINUTE)
    second = world.add()
    world.clock.pass_time(MINUTE)
    world.promote_due()
    assert world.taken(2) == [first, second]


# schedules


def test_a_slot_is_taken_once_and_never_backwards(world: World) -> None:
    assert world.store.last_slots() == {}
    assert [answer.added for answer in world.send(world.job("a"), slot=Slot("nightly", 100))] == [True]
    assert world.send(world.job("b"), slot=Slot("nightly", 100)) == []
    assert world.send(world.job("c"), slot=Slot("nightly", 99)) == []
    assert world.send(world.job("d"), slot=Slot("hourly", 5))
    assert world.send(world.job("e"), slot=Slot("nightly", 101))
    assert world.ids(State.WAITING) == ["a", "d", "e"]
    assert world.store.last_slots() == {"nightly": 101, "hourly": 5}


def test_a_slot_may_have_thousands_of_jobs(world: World) -> None:
    answers = world.send(*(world.job() for _ in range(4500)), slot=Slot("nightly", 1))
    assert len(answers) == 4500
    assert len(world.store.events("", 100, None)) == 4500
    assert len(world.take(9000)) == 4500


def test_slots_that_are_known_are_not_marked_again(world: World) -> None:
    world.send(world.job("a"), slot=Slot("nightly", 100))
    world.store.mark_slots([Slot("nightly", 500), Slot("new", 7)])
    world.store.mark_slots([])
    assert world.store.last_slots() == {"nightly": 100, "new": 7}


def test_one_of_many_threads_gets_a_slot(world: World) -> None:
    stores = [world.store.another() for _ in range(8)]
    jobs = [world.job() for _ in stores]
    with ThreadPoolExecutor(len(stores)) as pool:
        answers = list(pool.map(lambda store, job: store.add([job], Slot("s", 1)), stores, jobs))
    assert sum(1 for answer in answers if answer) == 1
    assert world.counts() == {State.WAITING: 1}
    for store in stores:
        store.close()


def test_the_epoch_is_claimed_once(store: JobStore) -> None:
    other = store.another()
    assert store.claim_epoch()
    assert not other.claim_epoch()
    store.flush()
    assert other.claim_epoch()
    assert not store.claim_epoch()
    other.close()
