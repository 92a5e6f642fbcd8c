"""How long ended jobs stay."""

import pytest
from tests.ports.queue_world import MINUTE, World

from engineo.infra.broker.store import Finish, Keep, Outcome, State

HOUR = 60 * MINUTE
ALL = Keep(completed_age=HOUR, completed_count=-1, failed_age=2 * HOUR)


def complete(world: World, keep: Keep, *job_ids: str, outcome: Outcome = Outcome.COMPLETED, queue: str = "q") -> None:
    for job_id in job_ids:
        world.add(job_id, queue=queue)
        (lease,) = world.take(queue=queue)
        assert world.end(lease, outcome=outcome, keep=keep) == []


def test_one_more_than_the_count_evicts_the_oldest(world: World) -> None:
    keep = Keep(completed_count=1000)
    ids = [f"j{number:04}" for number in range(1000)]
    world.send(*(world.job(job_id) for job_id in ids))
    for _ in range(10):
        world.end(*world.take(100), keep=keep)
        world.clock.pass_time(1)
    assert world.counts() == {State.COMPLETED: 1000}
    complete(world, keep, "one more")
    assert world.counts() == {State.COMPLETED: 1000}
    assert world.ids(State.COMPLETED) == [*ids[1:], "one more"]
    assert world.state("j0000") is None
    assert world.send(world.job("j0000"))[0].added


def test_records_and_notes_go_with_the_jobs(world: World) -> None:
    keep = Keep(completed_count=1)
    for job_id in ("first", "second"):
        world.add(job_id)
        (lease,) = world.take()
        world.store.annotate(lease.place, "kind", b"note")
        world.end(lease, keep=keep)
    assert world.store.find(["first"]) == [None]
    world.add("first")
    assert world.stored("first").info is None
    assert world.stored("second").info == b"note"


def test_a_count_of_none_keeps_none_and_failed_ones_stay(world: World) -> None:
    complete(world, Keep(completed_count=0), "good")
    complete(world, Keep(completed_count=0), "bad", outcome=Outcome.FAILED)
    assert world.counts() == {State.FAILED: 1}


def test_what_is_too_old_goes_with_the_next_end(world: World) -> None:
    complete(world, ALL, "a", "b")
    complete(world, ALL, "x", outcome=Outcome.FAILED)
    world.clock.pass_time(HOUR // 2)
    complete(world, ALL, "c")
    assert world.ids(State.COMPLETED) == ["a", "b", "c"]
    world.clock.pass_time(HOUR // 2)
    assert world.ids(State.COMPLETED) == ["a", "b", "c"]  # nobody ended
    complete(world, ALL, "d")
    assert world.ids(State.COMPLETED) == ["c", "d"]
    assert world.ids(State.FAILED) == ["x"]
    world.clock.pass_time(HOUR)
    complete(world, ALL, "y", outcome=Outcome.FAILED)
    assert world.ids(State.FAILED) == ["y"]
    assert world.ids(State.COMPLETED) == []
    assert world.state("x") is None


def test_a_queue_prunes_its_own_past_only(world: World) -> None:
    complete(world, ALL, "a", queue="one")
    world.clock.pass_time(2 * HOUR)
    complete(world, ALL, "b", queue="two")
    assert world.ids(State.COMPLETED, "one") == ["a"]
    assert world.ids(State.COMPLETED, "two") == ["b"]


def test_several_ends_in_one_step(world: World) -> None:
    ids = [world.add() for _ in range(7)]
    world.end(*world.take(7), keep=Keep(completed_count=3))
    assert world.ids(State.COMPLETED) == sorted(ids)[4:]
    assert world.counts() == {State.COMPLETED: 3}


def test_another_hub_prunes_what_it_has_not_seen(world: World) -> None:
    complete(world, ALL, "a")
    world.clock.pass_time(2 * HOUR)
    other = World(world.store.another(), world.clock)
    complete(other, ALL, "b")
    assert world.ids(State.COMPLETED) == ["b"]
    other.store.close()


@pytest.mark.parametrize("outcome", [Outcome.COMPLETED, Outcome.FAILED])
def test_a_job_that_runs_again_is_not_pruned(world: World, outcome: Outcome) -> None:
    complete(world, ALL, "a", outcome=outcome)
    world.store.move(world.record("a").place, State.WAITING, [State.COMPLETED, State.FAILED])
    world.clock.pass_time(3 * HOUR)
    world.add("b", priority=-1)
    world.end(*world.take(1), keep=ALL)
    assert world.ids(State.WAITING) == ["a"]


def test_a_lowered_count_drops_thousands_at_once(world: World) -> None:
    world.send(*(world.job() for _ in range(9000)))
    while leases := world.take(3000):
        world.step(finishes=[Finish(lease, Outcome.COMPLETED) for lease in leases], keep=ALL)
    assert world.counts() == {State.COMPLETED: 9000}
    complete(world, Keep(completed_count=2), "last")
    assert world.counts() == {State.COMPLETED: 2}
