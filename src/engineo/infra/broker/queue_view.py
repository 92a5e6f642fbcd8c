"""A queue as Dramatiq's tests look at it: like a `queue.Queue` of encoded messages."""

import threading
import time
from queue import Empty

import dramatiq

from engineo.infra.broker import wire
from engineo.infra.broker.leased import receive
from engineo.infra.broker.places import Record, stand
from engineo.infra.broker.store import Finish, JobStore, NewJob, Outcome, State, Step, Want

LOOK_EVERY = 0.005


class QueueView:
    """For tests and consoles; workers never touch it."""

    def __init__(self, store: JobStore, name: str) -> None:
        self._store = store
        self.name = name

    @property
    def unfinished_tasks(self) -> int:
        """Jobs that wait, run, or are delayed."""
        return self._store.unfinished(self.name)

    def qsize(self) -> int:
        return self._store.counts(self.name)[State.WAITING]

    def get(self, timeout: float = 1.0) -> bytes:
        """Take a message out of the queue, for good. Raise `queue.Empty` when none comes in time."""
        deadline = time.monotonic() + timeout
        while True:
            taken = self._store.step(Step(wants=[Want(self.name, 1)], owner="view.0.", lease=1000)).jobs
            if taken:
                lease, raw = taken[0]
                self._store.step(Step(finishes=[Finish(lease, Outcome.COMPLETED)]))
                return receive(lease, raw)._message.encode()  # noqa: SLF001 - the message that was sent
            if time.monotonic() >= deadline:
                raise Empty
            threading.Event().wait(LOOK_EVERY)

    def put(self, data: bytes) -> None:
        """Add an encoded message as it is."""
        message = dramatiq.Message.decode(data)
        place = stand(self.name, message.message_id, self._store.now())
        self._store.add([NewJob(Record(place, wire.encode(message)), message.actor_name)])

    def join(self) -> None:
        while self.unfinished_tasks:
            threading.Event().wait(LOOK_EVERY)
