"""Taking jobs and ending them: fences, retries, hand-backs, leases, recovery."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from tests.ports.queue_world import MINUTE, World, ids_of

from engineo.infra.broker.places import Lease
from engineo.infra.broker.store import Finish, Outcome, State, Step, Want

LEASE = MINUTE


# taking


def test_a_step_takes_from_several_queues_and_says_which_are_short(world: World) -> None:
    for queue, count in {"a": 3, "b": 1}.items():
        for _ in range(count):
            world.add(queue=queue)
    taken = world.step(world.want(2, "a"), world.want(2, "b"), world.want(2, "c"))
    assert [lease.place.queue for lease, _record in taken.jobs] == ["a", "a", "b"]
    assert taken.short == ["b", "c"]
    assert taken.lost == []
    assert taken.blocked == {}


def test_a_step_for_nothing_answers_nothing(world: World) -> None:
    world.add()
    taken = world.step(world.want(0))
    assert (taken.jobs, taken.lost, taken.short) == ([], [], [])
    assert world.store.step(Step()).jobs == []


def test_a_job_is_given_to_one_of_many(world: World) -> None:
    number = 200
    jobs = [world.job() for _ in range(number)]
    world.send(*jobs)
    stores = [world.store.another() for _ in range(8)]

    def take_all(index: int) -> list[str]:
        mine, got = World(stores[index], world.clock), []
        while leases := [lease for lease, _ in mine.step(mine.want(7), owner=f"w{index}").jobs]:
            got += ids_of(leases)
        return got

    with ThreadPoolExecutor(len(stores)) as pool:
        shares = list(pool.map(take_all, range(len(stores))))
    everything = [job_id for share in shares for job_id in share]
    assert sorted(everything) == sorted(job.record.place.job_id for job in jobs)
    assert world.counts() == {State.ACTIVE: number}
    for store in stores:
        store.close()


def test_a_lease_names_its_owner_and_its_end(world: World) -> None:
    world.add("first")
    world.add("second")
    (mine,) = world.take()
    world.clock.pass_time(1000)
    ((yours, _record),) = world.step(world.want(1), owner="you", lease=LEASE // 2).jobs
    assert (mine.owner, yours.owner) == ("me", "you")
    assert world.stored("second").at == world.clock() + LEASE // 2
    assert world.store.leases() == [(yours, world.clock() + LEASE // 2), (mine, world.clock() - 1000 + LEASE)]
    assert world.store.leases("me") == [(mine, world.clock() - 1000 + LEASE)]
    assert world.store.leases("nobody") == []
    assert world.store.leases(limit=1) == [(yours, world.clock() + LEASE // 2)]
    assert Lease.parse(mine.member) == mine


# ending


def test_completed_and_failed_jobs_stay_with_what_is_known_of_them(world: World) -> None:
    world.add("good")
    world.add("bad")
    good, bad = world.take(2)
    world.step(
        finishes=[
            Finish(good, Outcome.COMPLETED, "kind", info=b'{"result":1}', event="completed"),
            Finish(bad, Outcome.FAILED, "kind", info=b'{"error":"x"}', event="failed", detail="x"),
        ]
    )
    assert world.counts() == {State.COMPLETED: 1, State.FAILED: 1}
    assert world.stored("good").info == b'{"result":1}'
    assert (world.stored("bad").info, world.stored("bad").at) == (b'{"error":"x"}', world.clock())
    assert world.store.leases() == []


def test_one_round_trip_ends_and_takes(world: World) -> None:
    world.add("first")
    world.add("second")
    (lease,) = world.take()
    taken = world.step(world.want(5), finishes=world.finishes([lease]))
    assert [lease.place.job_id for lease, _record in taken.jobs] == ["second"]
    assert world.counts() == {State.ACTIVE: 1, State.COMPLETED: 1}


@pytest.mark.parametrize("outcome", list(Outcome))
def test_a_lost_lease_changes_nothing(world: World, outcome: Outcome) -> None:
    world.add("job", key="a")
    (old,) = world.take()
    world.clock.pass_time(LEASE)
    assert world.store.recover([old], stalled=True) == ["job"]
    (new,) = world.take()
    assert new.member != old.member
    record = world.record("job").moved(body=b"stale").encode()
    before = world.stored("job"), world.counts(), world.store.leases()
    finish = Finish(old, outcome, "kind", world.clock() + 5, record, b"stale", "stale", "stale")
    assert world.step(finishes=[finish]).lost == [0]
    assert (world.stored("job"), world.counts(), world.store.leases()) == before
    assert "stale" not in {event.name for event in world.store.events("", 100, None)}
    assert world.end(new) == []
    assert world.step(finishes=[finish]).lost == [0]
    assert world.counts() == {State.COMPLETED: 1}


def test_no_lease_is_like_an_earlier_one(world: World) -> None:
    """The same owner takes the same job again and again within a millisecond."""
    world.add("job")
    seen = set()
    for _ in range(20):
        (lease,) = world.take()
        seen.add(lease.member)
        world.end(lease, outcome=Outcome.HANDED_BACK)
    assert len(seen) == 20


def test_only_the_first_of_two_ends_counts(world: World) -> None:
    world.add("job")
    world.add("other")
    one, other = world.take(2)
    finishes = [
        Finish(one, Outcome.COMPLETED, event="completed"),
        Finish(one, Outcome.FAILED, event="failed"),
        Finish(other, Outcome.COMPLETED),
    ]
    assert world.step(finishes=finishes).lost == [1]
    assert world.counts() == {State.COMPLETED: 2}


def test_a_retry_is_one_step_from_active_to_delayed(world: World) -> None:
    world.add("job", priority=3)
    (lease,) = world.take()
    due = world.clock() + 5000
    listening = world.store.listen(["q"])
    assert world.again(lease, due, b"attempt 2").lost == []
    assert world.heard(listening) == [("wake:q", str(due))]
    listening.close()
    assert world.counts() == {State.DELAYED: 1}
    stored = world.stored("job")
    assert (stored.at, stored.record.body) == (due, b"attempt 2")
    world.clock.pass_time(5000)
    assert world.promote_due() == 1
    (lease,) = world.take()
    assert (lease.place.priority, lease.place.job_id) == (3, "job")


def test_a_retry_at_once_waits_where_it_was(world: World) -> None:
    world.add("first")
    world.add("second")
    (lease,) = world.take()
    world.again(lease, 0)
    assert world.ids(State.WAITING) == ["first", "second"]


@pytest.mark.parametrize("key", ["", "a"])
def test_what_is_handed_back_keeps_its_place(world: World, key: str) -> None:
    ids = [world.add(priority=number // 2, key=key) for number in range(4)]
    (first, second) = world.take(2)
    later = world.add(key=key)
    world.end(second, first, outcome=Outcome.HANDED_BACK)
    assert world.taken(10) == [*ids[:2], later, *ids[2:]]
    assert all(world.record(job_id).stalls == 0 for job_id in ids)


def test_wants_of_one_queue_twice_in_a_step(world: World) -> None:
    ids = [world.add() for _ in range(3)]
    taken = world.store.step(Step(wants=[Want("q", 1), Want("q", 5)], owner="me"))
    assert [lease.place.job_id for lease, _record in taken.jobs] == ids
