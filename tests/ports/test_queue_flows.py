"""Parents that wait for children."""

import pytest
from tests.ports.queue_world import MINUTE, World, ids_of

from engineo.infra.broker.store import DedupKey, NewJob, Outcome, State

CHILDREN = ["a", "b", "c"]


def flow(world: World, policy: str = "f", children: list[str] | None = None, queue: str = "q") -> list[NewJob]:
    names = CHILDREN if children is None else children
    parent = world.job("parent", queue=queue, waits_for=names)
    return [parent, *(world.job(name, parent=f"{policy}~{queue}~parent") for name in names)]


def run(world: World, job_id: str, outcome: Outcome = Outcome.COMPLETED) -> None:
    """The job must be the first in line."""
    (lease,) = world.take()
    assert lease.place.job_id == job_id
    assert world.end(lease, outcome=outcome) == []


def test_a_parent_waits_for_all_its_children(world: World) -> None:
    world.send(*flow(world))
    assert world.counts() == {State.BLOCKED: 1, State.WAITING: 3}
    assert world.state("parent") is State.BLOCKED
    assert world.ids(State.BLOCKED) == ["parent"]
    for name in CHILDREN:
        assert world.state("parent") is State.BLOCKED
        run(world, name)
    run(world, "parent")
    assert world.counts() == {State.COMPLETED: 4}


def test_the_order_within_a_call_does_not_matter(world: World) -> None:
    world.send(*reversed(flow(world)))
    assert world.counts() == {State.BLOCKED: 1, State.WAITING: 3}


def test_a_parent_in_another_queue_is_announced_there(world: World) -> None:
    world.send(*flow(world, children=["a"], queue="other"))
    listening = world.store.listen(["other"])
    run(world, "a")
    assert world.heard(listening) == [("wake:other", "")]
    listening.close()
    assert world.taken(queue="other") == ["parent"]


def test_a_failed_child_dooms_its_parent_at_once(world: World) -> None:
    world.send(*flow(world))
    run(world, "a", Outcome.FAILED)
    assert world.state("parent") is State.WAITING
    assert world.record("parent").doom == "child a failed"
    run(world, "parent", Outcome.FAILED)  # what a hub does with a doomed one
    run(world, "b")
    run(world, "c", Outcome.FAILED)  # nobody waits for them any more
    assert world.record("parent").doom == "child a failed"
    assert world.counts() == {State.COMPLETED: 1, State.FAILED: 3}


def test_a_failed_child_may_count_as_done(world: World) -> None:
    world.send(*flow(world, "i"))
    for name in CHILDREN:
        run(world, name, Outcome.FAILED)
    assert world.record("parent").doom == ""
    run(world, "parent")


def test_a_child_that_ends_twice_counts_once(world: World) -> None:
    world.send(*flow(world, "i"))
    run(world, "a", Outcome.FAILED)
    world.store.move(world.record("a").place, State.WAITING, [State.FAILED])
    run(world, "a")
    assert world.state("parent") is State.BLOCKED
    run(world, "b")
    run(world, "c")
    assert world.state("parent") is State.WAITING


def test_a_retried_child_has_not_ended(world: World) -> None:
    world.send(*flow(world, children=["a"]))
    (lease,) = world.take()
    world.again(lease, world.clock() + MINUTE)
    assert world.state("parent") is State.BLOCKED
    world.clock.pass_time(MINUTE)
    world.promote_due()
    run(world, "a")
    run(world, "parent")


def test_a_child_named_twice_counts_once(world: World) -> None:
    world.send(*flow(world, children=["a", "a"])[:2])
    run(world, "a")
    assert world.state("parent") is State.WAITING


def test_chains_go_on_link_by_link(world: World) -> None:
    world.send(
        world.job("third", waits_for=["second"]),
        world.job("second", waits_for=["first"], parent="f~q~third"),
        world.job("first", parent="f~q~second"),
    )
    assert world.counts() == {State.BLOCKED: 2, State.WAITING: 1}
    assert world.ids(State.BLOCKED) == ["second", "third"]
    for name in ("first", "second", "third"):
        run(world, name)


def test_a_failed_link_dooms_the_next_and_so_on(world: World) -> None:
    world.send(
        world.job("second", waits_for=["first"], parent="f~q~third"),
        world.job("third", waits_for=["second"]),
        world.job("first", parent="f~q~second"),
    )
    run(world, "first", Outcome.FAILED)
    run(world, "second", Outcome.FAILED)
    assert world.record("third").doom == "child second failed"


@pytest.mark.parametrize("policy", ["f", "i"])
@pytest.mark.parametrize("how", ["removed", "cancelled", "drained", "flushed"])
def test_no_parent_waits_for_a_child_that_will_never_run(world: World, policy: str, how: str) -> None:
    world.send(*flow(world, policy, ["a"], "other"))
    place = world.record("a").place
    if how == "drained":
        assert world.store.drain("q") == ["a"]
    elif how == "flushed":
        world.store.flush("q")
    else:
        world.store.move(place, State.FAILED if how == "cancelled" else None, [State.WAITING])
    assert world.state("parent") is State.WAITING
    assert world.record("parent").doom == ("child a failed" if policy == "f" else "")


def test_a_removed_parent_leaves_its_children_alone(world: World) -> None:
    world.send(*flow(world))
    assert world.store.move(world.record("parent").place, None, [State.BLOCKED]) is State.BLOCKED
    for name in CHILDREN:
        run(world, name)
    assert world.counts() == {State.COMPLETED: 3}
    world.send(*flow(world, children=["d"]))
    assert world.state("parent") is State.BLOCKED
    run(world, "d")
    run(world, "parent")


def test_a_blocked_parent_can_be_let_go(world: World) -> None:
    world.send(*flow(world, children=["a"]))
    assert world.store.move(world.record("parent").place, State.WAITING, [State.BLOCKED]) is State.BLOCKED
    assert world.taken(5) == ["parent", "a"]


# children that stand for others


def test_sending_a_flow_again_changes_nothing(world: World) -> None:
    world.send(*flow(world))
    run(world, "a")
    assert [answer.added for answer in world.send(*flow(world))] == [False] * 4
    assert world.counts() == {State.BLOCKED: 1, State.WAITING: 2, State.COMPLETED: 1}
    run(world, "b")
    run(world, "c")
    run(world, "parent")


@pytest.mark.parametrize("failed", [False, True])
def test_a_flow_sent_again_knows_of_children_that_ended(world: World, failed: bool) -> None:
    """The parent is gone already, its children are still kept."""
    world.send(*flow(world, "i", ["a"]))
    run(world, "a", Outcome.FAILED if failed else Outcome.COMPLETED)
    run(world, "parent")
    world.store.move(world.record("parent").place, None, [State.COMPLETED])
    world.send(*flow(world, "f", ["a"]) if failed else flow(world, "i", ["a"]))
    assert world.state("parent") is State.WAITING
    assert world.record("parent").doom == ("child a failed" if failed else "")


def test_a_child_that_exists_already_is_not_waited_for(world: World) -> None:
    world.add("a")
    assert [answer.added for answer in world.send(*flow(world))] == [True, False, True, True]
    (other,) = world.take()
    run(world, "b")
    run(world, "c")
    assert world.state("parent") is State.WAITING
    assert world.end(other) == []
    run(world, "parent")


def test_a_child_for_which_another_stands_is_not_waited_for(world: World) -> None:
    dedup = DedupKey("d", "key")
    world.add("other", dedup=dedup)
    parent, _child = flow(world, children=["a"])
    answers = world.send(parent, world.job("a", parent="f~q~parent", dedup=dedup))
    assert [answer.added for answer in answers] == [True, False]
    assert world.ids(State.WAITING) == ["other", "parent"]


def test_a_flow_of_thousands_is_whole(world: World) -> None:
    names = [f"c{number}" for number in range(4500)]
    jobs = flow(world, "i", names)
    world.send(*jobs[1:], jobs[0])
    assert world.counts() == {State.BLOCKED: 1, State.WAITING: 4500}
    while leases := world.take(1000):
        if leases[0].place.job_id == "parent":
            break
        world.end(*leases)
    assert ids_of(leases) == ["parent"]
