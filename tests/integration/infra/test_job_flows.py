"""Jobs that wait for each other, through the outbox and a real store."""

import queue
from typing import Any, ClassVar

import pytest
from tests.integration.infra.recording import WITHIN, Eventually

from engineo.infra.broker.store import State
from engineo.kernel.errors import JobDoomedError
from engineo.kernel.flows import chain, group, tree
from engineo.kernel.jobs import Actor, Job, JobContext
from engineo.kernel.policies import RetryPolicy


class Part(Job):
    kind: ClassVar[str] = "flows.part"
    queue: ClassVar[str] = "flow_parts"
    retry: ClassVar[RetryPolicy] = RetryPolicy(attempts=1)

    name: str
    fails: bool = False


class PartActor(Actor[Part]):
    """Runs twice like once: it writes down its name."""

    job = Part

    def __init__(self) -> None:
        self.ran: queue.SimpleQueue[str] = queue.SimpleQueue()
        self.ends: queue.SimpleQueue[tuple[str, BaseException]] = queue.SimpleQueue()

    def perform(self, job: Part, _context: JobContext) -> None:
        if job.fails:
            raise ValueError(job.name)
        self.ran.put(job.name)

    def gave_up(self, job: Part, _context: JobContext, error: BaseException) -> None:
        self.ends.put((job.name, error))


@pytest.fixture(autouse=True)
def relay(world: Any) -> None:
    world.relay.start()


def parts(names: str) -> list[Part]:
    return [Part(name=name) for name in names]


def test_a_chain_runs_in_order(world: Any, eventually: Eventually) -> None:
    actor = PartActor()
    with world.uow() as work:
        last = work.send_flow(chain(*parts("abcd")))
    eventually(lambda: len(world.ids(State.BLOCKED)) == 3)
    assert last in world.ids(State.BLOCKED)
    world.processors(actor).start()
    assert [actor.ran.get(timeout=WITHIN) for _ in range(4)] == list("abcd")
    eventually(lambda: world.rows() == {})


def test_a_callback_waits_for_its_group(world: Any, eventually: Eventually) -> None:
    actor = PartActor()
    world.processors(actor, threads=4).start()
    with world.uow() as work:
        work.send_flow(group(parts("abcdefgh"), then=Part(name="then")))
    ran = [actor.ran.get(timeout=WITHIN) for _ in range(9)]
    assert sorted(ran[:8]) == list("abcdefgh")
    assert ran[8] == "then"
    eventually(lambda: world.rows() == {})


def test_a_failed_child_fails_all_that_wait_for_it(world: Any, eventually: Eventually) -> None:
    actor = PartActor()
    world.processors(actor).start()
    with world.uow() as work:
        work.send_flow(chain(Part(name="a", fails=True), *parts("bc")))
    ends = [actor.ends.get(timeout=WITHIN) for _ in range(3)]
    assert [name for name, _error in ends] == list("abc")
    assert isinstance(ends[1][1], JobDoomedError)
    assert actor.ran.empty()
    eventually(lambda: world.rows() == {})
    eventually(lambda: len(world.ids(State.FAILED)) == 3)


def test_a_parent_may_go_on_without_a_failed_child(world: Any) -> None:
    actor = PartActor()
    world.processors(actor).start()
    with world.uow() as work:
        children = Part(name="bad", fails=True), Part(name="good")
        work.send_flow(tree(Part(name="root"), *children, when_child_fails="goes_on"))
    assert {actor.ran.get(timeout=WITHIN) for _ in range(2)} == {"good", "root"}


def test_a_flow_survives_a_flush(world: Any, eventually: Eventually) -> None:
    """Children that have ended are not waited for again."""
    actor = PartActor()
    processors = world.processors(actor, queues=[Part.queue])
    world.relay.start()
    with world.uow() as work:
        work.send_flow(group(parts("ab"), then=Part(name="then")))
    with world.client() as client:
        for key in client.scan_iter(f"{world.prefix}:*"):
            client.delete(key)
    with world.uow() as work:  # whoever sends next finds out
        work.send(Part(name="other"))
    processors.start()
    assert sorted(actor.ran.get(timeout=WITHIN) for _ in range(4)) == ["a", "b", "other", "then"]
    eventually(lambda: world.rows() == {})


def test_an_empty_chain_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one job"):
        chain()
