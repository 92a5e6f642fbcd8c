"""Leases that are renewed, that end, and jobs that are cancelled while they run."""

import pytest
from tests.ports.queue_world import MINUTE, World

from engineo.infra.broker.store import Outcome, State

LEASE = MINUTE


def test_renewing_prolongs_and_reports_the_lost(world: World) -> None:
    for _ in range(3):
        world.add()
    one, two, three = world.take(3)
    world.clock.pass_time(LEASE // 2)
    assert world.store.renew([one, two], LEASE) == []
    assert world.stored(one.place.job_id).at == world.clock() + LEASE
    assert world.stored(three.place.job_id).at == world.clock() + LEASE // 2
    world.end(two)
    world.store.recover([three], stalled=False, expired_only=False)
    assert world.store.renew([one, two, three], LEASE) == [two, three]
    assert world.store.renew([one], LEASE) == []  # twice in a millisecond
    assert world.counts() == {State.ACTIVE: 1, State.COMPLETED: 1, State.WAITING: 1}


def test_a_renewal_never_shortens(world: World) -> None:
    world.add("job")
    (lease,) = world.take()
    assert world.store.renew([lease], 1) == []
    assert world.stored("job").at == world.clock() + LEASE


def test_only_what_expired_is_recovered(world: World) -> None:
    world.add("old")
    (old,) = world.take()
    world.clock.pass_time(LEASE - 1)
    assert world.store.recover([old], stalled=True) == []
    assert world.state("old") is State.ACTIVE
    world.add("young")
    (young,) = world.take()
    listening = world.store.listen(["q"])
    assert world.store.recover([old, young], stalled=True) == ["old"]
    assert world.heard(listening) == [("wake:q", "")]
    listening.close()
    assert world.counts() == {State.WAITING: 1, State.ACTIVE: 1}
    assert world.record("old").stalls == 1
    assert world.store.recover([old], stalled=True) == []  # somebody else was quicker


def test_an_owner_gives_back_at_once_without_a_stall(world: World) -> None:
    ids = [world.add() for _ in range(3)]
    leases = world.take(3)
    assert world.store.recover(leases, stalled=False, expired_only=False) == ids
    assert [world.record(job_id).stalls for job_id in ids] == [0, 0, 0]
    assert world.taken(3) == ids


def test_a_job_that_stalls_too_often_is_doomed(world: World) -> None:
    world.add("job")
    for stalls, doom in [(1, ""), (2, "stalled"), (3, "stalled")]:
        (lease,) = world.take()
        world.store.recover([lease], stalled=True, expired_only=False)
        record = world.record("job")
        assert (record.stalls, record.doom) == (stalls, doom)
    assert [event.name for event in world.store.events("", 100, None)].count("stalled") == 3
    ((_lease, raw),) = world.step(world.want(1)).jobs
    assert raw == world.record("job").encode()
    assert b"stalled" in raw


# cancelling


def test_a_cancelled_job_is_doomed_and_its_hub_is_told(world: World) -> None:
    world.add("job")
    assert not world.store.cancel("job")  # it does not run
    assert not world.store.cancel("nobody")
    (lease,) = world.take()
    listening = world.store.listen(["other"])
    assert world.store.cancel("job")
    assert world.heard(listening) == [("ctl", "cancel job")]
    listening.close()
    world.end(lease, outcome=Outcome.FAILED)
    assert world.counts() == {State.FAILED: 1}


@pytest.mark.parametrize("how", ["again", "later", "handed back", "given back", "stalled"])
def test_a_cancelled_job_never_runs_again(world: World, how: str) -> None:
    world.add("job", parent="f~q~parent")
    (lease,) = world.take()
    world.store.cancel("job")
    if how in {"again", "later"}:
        world.again(lease, world.clock() + MINUTE if how == "later" else 0)
    elif how == "handed back":
        world.end(lease, outcome=Outcome.HANDED_BACK)
    else:
        world.store.recover([lease], stalled=how == "stalled", expired_only=False)
    assert world.counts() == {State.WAITING: 1}  # for somebody to fail it
    record = world.record("job")
    assert (record.doom, record.parent) == ("cancelled", "f~q~parent")
    assert world.taken() == ["job"]


def test_a_cancellation_that_came_too_late_harms_no_later_job(world: World) -> None:
    world.add("job")
    (lease,) = world.take()
    world.store.cancel("job")
    world.end(lease)
    assert not world.store.cancel("job")
    world.store.move(world.record("job").place, State.WAITING, [State.COMPLETED])
    assert world.record("job").doom == ""
    (lease,) = world.take()
    world.again(lease, world.clock() + MINUTE)
    assert world.counts() == {State.DELAYED: 1}
    world.store.move(world.record("job").place, None, [State.DELAYED])
    world.add("job")
    (lease,) = world.take()
    world.end(lease, outcome=Outcome.HANDED_BACK)
    assert world.record("job").doom == ""
