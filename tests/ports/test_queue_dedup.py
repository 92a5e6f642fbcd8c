"""When a second job with the same key is not added."""

import pytest
from tests.ports.queue_world import MINUTE, World

from engineo.infra.broker.store import DedupKey, Outcome, State
from engineo.kernel.jobs import Added

STARTED = DedupKey("s", "key")
DONE = DedupKey("d", "key")
THROTTLE = DedupKey("t", "key", window=MINUTE)
DEBOUNCE = DedupKey("b", "key", window=10_000, max_wait=25_000)
MODES = {"started": STARTED, "done": DONE, "throttle": THROTTLE, "debounce": DEBOUNCE}


def offer(world: World, dedup: DedupKey, job_id: str | None = None, body: bytes = b"{}") -> Added:
    return world.send(world.job(job_id, dedup=dedup, body=body))[0]


@pytest.mark.parametrize("mode", MODES)
def test_the_answer_names_the_job_that_stands_for_it(world: World, mode: str) -> None:
    first = offer(world, MODES[mode], "first")
    assert first == Added("first", added=True)
    assert offer(world, MODES[mode], "second") == Added("first", added=False)
    assert world.state("second") is None
    assert sum(world.counts().values()) == 1
    assert offer(world, DedupKey(MODES[mode].mode, "another key", MINUTE)).added


@pytest.mark.parametrize("mode", MODES)
def test_within_one_call_too(world: World, mode: str) -> None:
    answers = world.send(*(world.job(f"j{number}", dedup=MODES[mode]) for number in range(3)))
    assert answers == [Added("j0", added=True), Added("j0", added=False), Added("j0", added=False)]


@pytest.mark.parametrize("mode", ["started", "done", "debounce"])
def test_removing_the_job_releases_the_key(world: World, mode: str) -> None:
    offer(world, MODES[mode], "first")
    place = world.record("first").place
    assert world.store.move(place, None, list(State)) is not None
    assert offer(world, MODES[mode], "second").added


@pytest.mark.parametrize("mode", ["started", "done"])
def test_draining_the_queue_releases_the_key(world: World, mode: str) -> None:
    offer(world, MODES[mode], "first")
    world.store.drain("q")
    world.send(world.job("first"))  # the same id again, without a key
    assert offer(world, MODES[mode], "second").added


# until started


def test_until_started_one_waits_beside_one_that_runs(world: World) -> None:
    offer(world, STARTED, "first")
    assert world.taken() == ["first"]
    assert offer(world, STARTED, "second").added
    assert offer(world, STARTED, "third") == Added("second", added=False)
    assert world.counts() == {State.ACTIVE: 1, State.WAITING: 1}


def test_a_retry_takes_no_newer_key_away(world: World) -> None:
    offer(world, STARTED, "first")
    (lease,) = world.take()
    offer(world, STARTED, "second")
    world.again(lease)
    assert world.taken() == ["first"]
    assert offer(world, STARTED, "third") == Added("second", added=False)


# until done


@pytest.mark.parametrize("outcome", [Outcome.COMPLETED, Outcome.FAILED])
def test_until_done_the_key_is_held_to_the_end(world: World, outcome: Outcome) -> None:
    offer(world, DONE, "first")
    (lease,) = world.take()
    assert offer(world, DONE, "second") == Added("first", added=False)
    world.again(lease, world.clock() + MINUTE)
    assert offer(world, DONE, "second") == Added("first", added=False)
    world.clock.pass_time(MINUTE)
    world.promote_due()
    (lease,) = world.take()
    world.end(lease, outcome=outcome)
    assert world.state("first") in {State.COMPLETED, State.FAILED}
    assert offer(world, DONE, "second").added


def test_a_job_that_was_retried_by_hand_gives_nobody_elses_key_back(world: World) -> None:
    offer(world, DONE, "first")
    world.end(*world.take(), outcome=Outcome.FAILED)
    offer(world, DONE, "second")
    assert world.store.move(world.record("first").place, State.WAITING, [State.FAILED]) is State.FAILED
    leases = {lease.place.job_id: lease for lease in world.take(2)}
    world.end(leases["first"])
    assert offer(world, DONE, "third") == Added("second", added=False)
    world.end(leases["second"])
    assert offer(world, DONE, "third").added


def test_a_job_that_was_retried_by_hand_holds_its_key_when_it_is_free(world: World) -> None:
    offer(world, DONE, "first")
    world.end(*world.take(), outcome=Outcome.FAILED)
    world.store.move(world.record("first").place, State.WAITING, [State.FAILED])
    assert offer(world, DONE, "second") == Added("first", added=False)


def test_a_job_that_failed_by_a_move_releases_its_key(world: World) -> None:
    offer(world, DONE, "first")
    world.store.move(world.record("first").place, State.FAILED, [State.WAITING])
    assert offer(world, DONE, "second").added


# throttle


def test_the_first_of_each_window_wins(world: World) -> None:
    offer(world, THROTTLE, "first")
    world.end(*world.take())  # that it is done does not matter
    world.clock.pass_time(MINUTE - 2)
    assert offer(world, THROTTLE, "second") == Added("first", added=False)
    world.clock.pass_time(2)
    assert offer(world, THROTTLE, "third").added
    assert offer(world, THROTTLE, "fourth") == Added("third", added=False)


def test_throttles_that_are_over_are_in_nobodys_way(world: World) -> None:
    for number in range(5):
        offer(world, DedupKey("t", f"old{number}", MINUTE), f"first{number}")
    world.clock.pass_time(2 * MINUTE)
    for number in range(5):
        assert offer(world, DedupKey("t", f"old{number}", MINUTE), f"second{number}").added


def test_a_throttled_id_that_exists_starts_no_window(world: World) -> None:
    world.add("mine")
    assert offer(world, THROTTLE, "mine") == Added("mine", added=False)
    assert offer(world, THROTTLE, "other").added


@pytest.mark.parametrize("mode", ["started", "done", "debounce"])
def test_a_key_may_change_its_mode(world: World, mode: str) -> None:
    offer(world, THROTTLE, "first")
    assert offer(world, MODES[mode], "second").added
    assert offer(world, MODES[mode], "third") == Added("second", added=False)


# debounce


def test_the_last_content_wins_after_a_quiet_window(world: World) -> None:
    offer(world, DEBOUNCE, "first", b"1")
    start = world.clock()
    assert world.stored("first").state is State.DELAYED
    assert world.stored("first").at == start + 10_000
    world.clock.pass_time(8_000)
    assert offer(world, DEBOUNCE, "second", b"2") == Added("first", added=False)
    assert world.stored("first").at == world.clock() + 10_000
    assert world.record("first").body == b"2"
    assert world.counts() == {State.DELAYED: 1}


def test_the_longest_wait_counts_from_the_first(world: World) -> None:
    offer(world, DEBOUNCE, "first")
    start = world.clock()
    for _ in range(4):
        world.clock.pass_time(7_000)
        offer(world, DEBOUNCE)
    assert world.stored("first").at == start + 25_000
    world.promote_due()
    assert world.taken(5) == ["first"]
    assert offer(world, DEBOUNCE, "next").added
    assert world.stored("next").at == world.clock() + 10_000


def test_the_longest_wait_bounds_the_first_window_too(world: World) -> None:
    offer(world, DedupKey("b", "key", window=10_000, max_wait=3_000), "first")
    assert world.stored("first").at == world.clock() + 3_000


def test_what_is_due_is_not_held_back_again(world: World) -> None:
    offer(world, DEBOUNCE, "first")
    world.clock.pass_time(10_000)
    world.promote_due()
    assert offer(world, DEBOUNCE, "second").added
    assert world.counts() == {State.WAITING: 1, State.DELAYED: 1}
    assert world.taken(5) == ["first"]
    assert offer(world, DEBOUNCE, "third") == Added("second", added=False)
