"""Pausing, moving, replacing, forgetting, draining, flushing."""

import pytest
from tests.ports.queue_world import MINUTE, NOWHERE, World

from engineo.infra.broker.places import Place
from engineo.infra.broker.store import JobStore, Outcome, State

NOT_RUNNING = [State.WAITING, State.DELAYED, State.COMPLETED, State.FAILED, State.BLOCKED]


# pausing


def test_nothing_is_taken_from_a_paused_queue(world: World) -> None:
    ids = [world.add(priority=-5), world.add()]
    assert not world.store.is_paused("q")
    assert world.store.pause("q")
    assert not world.store.pause("q")
    assert world.store.is_paused("q")
    assert world.taken(5) == []
    ids.insert(0, world.add(priority=-9))
    assert world.counts() == {State.WAITING: 3}
    assert world.ids(State.WAITING) == ids
    assert world.store.unfinished("q") == 3
    listening = world.store.listen(["q"])
    assert world.store.resume("q")
    assert world.heard(listening) == [("wake:q", "")]
    listening.close()
    assert not world.store.resume("q")
    assert world.taken(5) == ids


def test_a_pause_holds_for_every_store_and_one_queue_only(world: World) -> None:
    world.store.pause("q")
    other = World(world.store.another(), world.clock)
    assert other.store.is_paused("q")
    other.add()
    other.add(queue="other")
    assert other.taken(5) == []
    assert len(other.take(5, "other")) == 1
    other.store.close()


def test_what_runs_in_a_paused_queue_may_end(world: World) -> None:
    world.add("a")
    world.add("b")
    one, two = world.take(2)
    world.store.pause("q")
    world.end(one)
    world.again(two, 0)
    assert world.counts() == {State.COMPLETED: 1, State.WAITING: 1}
    assert world.taken(5) == []


def test_an_empty_paused_queue_counts_nothing(store: JobStore) -> None:
    store.pause("q")
    assert store.counts("q") == NOWHERE
    assert store.unfinished("q") == 0
    assert store.drain("q") == []
    assert store.is_paused("q")


# moving


@pytest.mark.parametrize("state", NOT_RUNNING)
def test_a_job_that_does_not_run_can_be_removed(world: World, state: State) -> None:
    place = world.bring_to(state, "job")
    assert world.store.move(place, None, [other for other in State if other is not state]) is None
    assert world.state("job") is state
    assert world.store.move(place, None, NOT_RUNNING) is state
    assert world.state("job") is None
    assert world.counts() == {}
    assert world.store.move(place, None, NOT_RUNNING) is None
    assert world.send(world.job("job"))[0].added
    assert world.taken(5) == ["job"]


@pytest.mark.parametrize("state", NOT_RUNNING)
def test_a_job_that_does_not_run_can_be_put_in_line(world: World, state: State) -> None:
    place = world.bring_to(state, "job")
    listening = world.store.listen(["q"])
    assert world.store.move(place, State.WAITING, [state]) is state
    assert world.heard(listening) == [("wake:q", "")]
    listening.close()
    assert world.counts() == {State.WAITING: 1}
    assert world.taken(5) == ["job"]


@pytest.mark.parametrize("state", [State.WAITING, State.DELAYED, State.BLOCKED])
def test_a_job_that_does_not_run_can_be_failed(world: World, state: State) -> None:
    place = world.bring_to(state, "job")
    assert world.store.move(place, State.FAILED, [state], info=b"why") is state
    assert world.counts() == {State.FAILED: 1}
    stored = world.stored("job")
    assert (stored.info, stored.at) == (b"why", world.clock())


@pytest.mark.parametrize("to", [State.WAITING, State.FAILED, None])
def test_a_running_job_cannot_be_moved(world: World, to: State | None) -> None:
    place = world.bring_to(State.ACTIVE, "job")
    assert world.store.move(place, to, list(State)) is None
    assert world.counts() == {State.ACTIVE: 1}


def test_a_retry_by_hand_starts_anew(world: World) -> None:
    world.add("job")
    for _ in range(2):
        world.store.recover(world.take(), stalled=True, expired_only=False)
    (lease,) = world.take()
    world.store.annotate(lease.place, "kind", b"note")
    world.end(lease, outcome=Outcome.FAILED)
    assert world.record("job").doom == "stalled"
    world.store.move(lease.place, State.WAITING, [State.FAILED])
    stored = world.stored("job")
    assert (stored.record.stalls, stored.record.doom, stored.info, stored.at) == (0, "", None, None)


def test_a_promoted_job_keeps_its_stalls(world: World) -> None:
    world.add("job")
    world.store.recover(world.take(), stalled=True, expired_only=False)
    (lease,) = world.take()
    world.again(lease, world.clock() + MINUTE)
    world.store.move(world.record("job").place, State.WAITING, [State.DELAYED])
    assert world.record("job").stalls == 1


def test_a_changed_job_stands_where_its_new_record_says(world: World) -> None:
    place = world.bring_to(State.FAILED, "job", key="a")
    urgent = Place("q", "job", -7, place.sort, "b")
    record = world.record("job").moved(place=urgent, body=b"changed")
    world.add()
    assert world.store.move(place, State.WAITING, [State.FAILED], record.encode()) is State.FAILED
    (lease,) = world.take()
    assert lease.place == urgent
    assert world.record("job") == record


# replacing, annotating


@pytest.mark.parametrize("state", list(State))
def test_a_body_is_replaced_and_nothing_else(world: World, state: State) -> None:
    world.bring_to(state, "job", key="a")
    before = world.stored("job")
    other = before.record.moved(place=Place("q", "job", 99, "", "other"), body=b"new\nbody")
    assert world.store.replace("job", other.encode())
    after = world.stored("job")
    assert after.record == before.record.moved(body=b"new\nbody")
    assert (after.state, after.at) == (before.state, before.at)


def test_what_is_not_there_is_not_replaced(world: World) -> None:
    record = world.job("job").record
    assert not world.store.replace("job", record.encode())
    assert world.send(world.job("job"))[0].added


def test_only_a_running_jobs_note_is_written(world: World) -> None:
    place = world.bring_to(State.ACTIVE, "job")
    world.store.annotate(place, "kind", b"one")
    world.store.annotate(place, "kind", b"two")
    assert world.stored("job").info == b"two"
    (lease,) = [lease for lease, _ends in world.store.leases()]
    world.end(lease)
    world.store.annotate(place, "kind", b"late")  # of an execution that lost its lease
    assert world.stored("job").info == b"two"
    world.store.move(place, None, [State.COMPLETED])
    world.store.annotate(place, "kind", b"later")
    world.add("job")
    assert world.stored("job").info is None
    assert [event.name for event in world.store.events("", 100, None)].count("progress") == 2


# forgetting


def test_ended_jobs_are_forgotten_by_age_and_in_parts(world: World) -> None:
    for number in range(5):
        world.bring_to(State.FAILED, f"f{number}")
        world.clock.pass_time(1000)
    world.bring_to(State.COMPLETED, "c")
    before = world.stored("f3").at
    assert before is not None
    assert world.store.forget("q", State.FAILED, before, 2) == ["f0", "f1"]
    assert world.store.forget("q", State.FAILED, before, 2) == ["f2"]
    assert world.store.forget("q", State.FAILED, before) == []
    assert world.counts() == {State.FAILED: 2, State.COMPLETED: 1}
    assert world.store.forget("q", State.COMPLETED, world.clock() + 1) == ["c"]
    assert world.store.find(["f0", "c"]) == [None, None]


def test_draining_drops_what_waits_in_parts(world: World) -> None:
    ids = [world.add() for _ in range(5)]
    (lease,) = world.take()
    late = world.add(delay=MINUTE)
    world.add(queue="other")
    world.store.pause("q")
    assert world.store.drain("q", 3) == ids[1:4]
    assert world.store.drain("q") == ids[4:]
    assert world.store.drain("q") == []
    assert world.counts() == {State.ACTIVE: 1, State.DELAYED: 1}
    assert world.counts("other") == {State.WAITING: 1}
    assert world.store.find(ids[1:]) == [None] * 4
    assert world.state(late) is State.DELAYED
    assert world.end(lease) == []


def test_draining_thousands(world: World) -> None:
    world.send(*(world.job(key="a" if number % 2 else "") for number in range(2600)))
    assert len(world.store.drain("q", 2500)) == 2500
    assert len(world.store.drain("q", 2500)) == 100
    assert world.counts() == {}
    assert world.store.unfinished("q") == 0


def test_flushing_a_queue_leaves_what_runs_and_the_others(world: World) -> None:
    for state in reversed(list(State)):
        world.bring_to(state, state.value)
        world.add(f"other {state.value}", queue="other", delay=MINUTE)
    world.add("held", key="a")
    world.store.flush("q")
    assert world.counts() == {State.ACTIVE: 1}
    assert world.counts("other") == {State.DELAYED: len(State)}
    world.end(*[lease for lease, _ends in world.store.leases()])
    assert world.counts() == {State.COMPLETED: 1}


def test_flushing_everything_leaves_nothing(world: World) -> None:
    for state in reversed(list(State)):
        world.bring_to(state, state.value)
    world.store.pause("q")
    world.store.introduce("me", {"host": "here"})
    world.store.save_event_position("listener", "1-1")
    world.store.flush()
    assert world.counts() == {}
    assert not world.store.is_paused("q")
    assert world.store.leases() == []
    assert world.store.delayed() == []
    assert world.store.events("", 100, None) == []
    assert world.store.introduced() == {}
    assert world.store.event_position("listener") is None
    assert world.store.last_slots() == {}
    assert world.add("waiting") == "waiting"
