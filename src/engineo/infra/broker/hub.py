"""The hub of a process: every conversation with the store about running jobs goes through it.

Threads that end a job, or want one, gather here: one of them talks to the store for all (whoever finds nobody talking),
so that round trips are shared under load and nobody waits for company at rest. A thread of the hub's own sleeps on the
subscription until a wake-up, or until the next moment at which something is due: a delayed job, somebody's lease that
ends, our own leases that must be renewed. Nothing is asked for when nothing happens.
"""

import contextlib
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence

import structlog
from redis.exceptions import RedisError

from engineo.infra.broker.intake import Intake
from engineo.infra.broker.leased import LeasedMessage, finish, receive
from engineo.infra.broker.places import Lease
from engineo.infra.broker.store import Finish, JobStore, Listening, Step, Want
from engineo.kernel.errors import UnavailableError
from engineo.kernel.ids import new_id

log = structlog.get_logger(__name__)

MOST_FINISHES = 256
NOTE_EVERY = 1.0
FLUSH_AT, FLUSH_WITHIN = 64, 0.01
FIRST_PAUSE, LONGEST_PAUSE = 0.1, 1.0
NEWCOMER_PATIENCE = 1.5  # seconds in which owners that lost their connection with everyone else can renew first
SWEEP = 900.0  # seconds; a lost wake-up is made good by then
Away = (UnavailableError, RedisError, OSError)


class Hub:
    """One per worker process. `name` tells its leases from others'; a supervisor chooses it for its children."""

    def __init__(
        self, store: JobStore, *, lease: int = 15_000, name: str | None = None, sweep: float = SWEEP
    ) -> None:  # fmt: skip
        self.store = store
        self.name = name or new_id()[16:].lower()
        self.lease = lease
        self._sweep = sweep
        self.on_lost: Callable[[LeasedMessage], None] = _ignore
        self.on_cancel: Callable[[LeasedMessage], None] = _ignore
        self.on_renew: Callable[[], None] = _nothing
        self._intakes: dict[str, Intake] = {}
        self._dirty: dict[str, int] = {}  # queues that may hold jobs, and how often each was announced
        self._running: dict[str, LeasedMessage] = {}  # by job id
        self._finishes: deque[Finish] = deque()
        self._talking = threading.Lock()
        self._listening: Listening | None = None
        self._connected = threading.Event()
        self._stopping = threading.Event()
        self._taking = True
        self._changed = False  # other queues than subscribed
        self._steps = 0
        self._thread: threading.Thread | None = None
        self._next_due = self._next_expiry = self._renew_at = self._sweep_at = float("inf")  # steady seconds
        self._flush_at = float("inf")
        self._blocked: dict[str, float] = {}
        self._patient_until = 0.0
        self._was_connected = False
        self._company = False  # other hubs work on this store, or did

    # intakes

    def register(self, intake: Intake, *, start: bool = True) -> None:
        """Take jobs of its queue from now on; or, without `start`, from `start()` on."""
        self._intakes[intake.queue] = intake
        self._taking = self._changed = True
        if start:
            self.start()

    def start(self) -> None:
        """Subscribe to the queues that are registered, and take jobs."""
        if self._thread is None and not self._stopping.is_set():
            self._thread = threading.Thread(target=self._run, name="queue-hub", daemon=True)
            self._thread.start()
        self._interrupt()

    def unregister(self, queue: str) -> None:
        """Its jobs that run may still be ended."""
        self._intakes.pop(queue, None)
        self._dirty.pop(queue, None)

    def wait_connected(self, seconds: float) -> bool:
        return self._connected.wait(seconds)

    # what threads tell

    def end(self, message: LeasedMessage, *, flush: bool = True) -> None:
        """The execution of a message has ended, as its fields say.

        Without `flush` the store hears of it with the next conversation, some milliseconds later at most.
        """
        self._finishes.append(finish(message, self.store.now()))
        self._let_go(message)
        if flush or len(self._finishes) >= FLUSH_AT:
            self.pump()
        elif self._flush_at == float("inf"):
            self._flush_at = time.monotonic() + FLUSH_WITHIN
            self._interrupt()

    def note(self, message: LeasedMessage) -> None:
        """The job's progress or log has changed; it is written at most once a second, and with the job's end."""
        now = time.monotonic()
        if now - message.noted_at >= NOTE_EVERY and self._connected.is_set():
            message.noted_at = now
            try:
                self.store.annotate(message.lease.place, message.actor_name, message.note())
            except Away as error:
                log.warning("queue.note.lost", reason=str(error))

    def want_more(self, queue: str) -> None:
        """There is room again."""
        if queue in self._dirty:
            self.pump()

    def is_running(self, job_id: str) -> LeasedMessage | None:
        """The message of a job that runs here."""
        return self._running.get(job_id)

    def _let_go(self, message: LeasedMessage) -> None:
        job_id = message.lease.place.job_id
        if self._running.get(job_id) is message:  # not a later delivery of the same job
            del self._running[job_id]

    def stop_taking(self) -> None:
        """Running jobs are still renewed and ended."""
        self._taking = False

    def close(self, timeout: float = 5.0) -> None:
        """Send what has ended, and hand back what still runs, as far as the store can be reached; then let go."""
        self._taking = False
        for message in list(self._running.values()):  # its thread did not listen; it goes on as long as the process
            message.handed_back = True
            self.end(message, flush=False)
        self._stopping.set()
        self._interrupt()
        if self._thread is not None:
            self._thread.join(timeout)
        with contextlib.suppress(*Away):
            while self._finishes:
                self._talk()
        listening, self._listening = self._listening, None
        if listening is not None:
            listening.close()

    # talking to the store

    def pump(self) -> None:
        """Talk until there is nothing left to say; at once return when another thread is talking, which will."""
        while self._connected.is_set() and self._has_work():
            if not self._talking.acquire(blocking=False):
                return
            try:
                self._talk()
            except Away as error:
                self._lost_connection(error)
                return
            finally:
                self._talking.release()

    def _has_work(self) -> bool:
        return bool(self._finishes) or (self._taking and bool(self._dirty) and bool(self._wants()[0]))

    def _wants(self) -> tuple[list[Want], dict[str, int]]:
        wants, heard = [], {}
        for queue, count in list(self._dirty.items()):
            intake = self._intakes.get(queue)
            room = intake.room() if intake is not None else 0
            if intake is not None and room > 0:
                wants.append(Want(queue, room, intake.whole, intake.by_key))
                heard[queue] = count
        return wants, heard

    def _talk(self) -> None:
        wants, heard = self._wants() if self._taking else ([], {})
        finishes = [self._finishes.popleft() for _ in range(min(len(self._finishes), MOST_FINISHES))]
        if not wants and not finishes:
            return
        self._steps += 1
        keep = {queue: intake.keep for queue, intake in list(self._intakes.items())}
        step = Step(finishes, wants, f"{self.name}.{self._steps}.", self.lease, keep)
        try:
            taken = self.store.step(step)
        except BaseException:
            self._finishes.extendleft(reversed(finishes))
            raise
        for index in taken.lost:
            log.warning("queue.lease.lost", job_id=finishes[index].lease.place.job_id)
        self._deliver(taken.jobs)
        for queue, again_at in taken.blocked.items():
            self._blocked[queue] = time.monotonic() + max(0.0, (again_at - self.store.now()) / 1000)
            self._interrupt()
        for queue in taken.short:
            if self._dirty.get(queue) == heard[queue]:  # not announced again since we asked
                self._dirty.pop(queue, None)
        if wants and self._next_expiry == float("inf") and (self._company or not taken.jobs):
            # somebody else may have taken some, and die of it; a lease lasts as long, so none begins and ends unseen
            self._next_expiry = time.monotonic() + self.lease / 1000
            self._interrupt()

    def _deliver(self, jobs: Sequence[tuple[Lease, bytes]]) -> None:
        if not jobs:
            return
        by_queue: dict[str, list[LeasedMessage]] = {}
        for lease, raw in jobs:
            message = receive(lease, raw)
            self._running[lease.place.job_id] = message
            by_queue.setdefault(lease.place.queue, []).append(message)
        if self._renew_at == float("inf"):
            self._renew_at = time.monotonic() + self.lease / 2000
            self._interrupt()
        for queue, messages in by_queue.items():
            intake = self._intakes.get(queue)
            if intake is not None:
                intake.put(messages)
                continue
            for message in messages:  # unregistered meanwhile
                message.handed_back = True
                self._let_go(message)
                self._finishes.append(finish(message, self.store.now()))

    # the hub's thread

    def _run(self) -> None:
        pause = FIRST_PAUSE
        while not self._stopping.is_set():
            try:
                self._connect()
                pause = FIRST_PAUSE
                while not self._stopping.is_set() and not self._changed:
                    self._serve()
            except Away as error:
                self._lost_connection(error)
                self._stopping.wait(pause)
                pause = min(pause * 2, LONGEST_PAUSE)
            except Exception:
                log.exception("queue.hub.failed", meaning="a bug; the hub starts over")
                self._connected.clear()
                self._stopping.wait(LONGEST_PAUSE)

    def _connect(self) -> None:
        """Subscribe, then fetch: what is announced from here on is heard, what came before is found."""
        self._changed = False
        queues = list(self._intakes)
        old, self._listening = self._listening, None
        if old is not None:
            old.close()
        self._listening = self.store.listen(queues)
        if not self._connected.is_set():
            self._renew()  # before anybody reclaims
            if self._was_connected:
                self._give_back_strays()
                self._patient_until = time.monotonic() + self.lease / 1000
            else:
                self._patient_until = time.monotonic() + NEWCOMER_PATIENCE
                self.store.tell(f"hello {self.name}")
                self._company = any(number > 1 for number in self.store.consumers(queues).values())
            self._was_connected = True
            self._sweep_at = time.monotonic() + self._sweep
        self._look_for_due()  # what was announced between two subscriptions was heard by none of them
        self._look_for_expired()
        for queue in queues:
            self._mark(queue)
        self._connected.set()
        self.pump()

    def _give_back_strays(self) -> None:
        """Jobs that the store gave us in an answer that was lost on the way."""
        with self._talking:  # what another thread is just being given, or was about to tell, is known after it
            known = {message.lease.member for message in list(self._running.values())}
            known |= {end.lease.member for end in list(self._finishes)}
            strays = [lease for lease, _ends in self.store.leases(self.name) if lease.member not in known]
            self.store.recover(strays, stalled=False, expired_only=False)
        log.info("queue.connection.restored", running=len(self._running), given_back=len(strays))

    def _serve(self) -> None:
        listening = self._listening
        if listening is None or not self._connected.is_set():
            raise UnavailableError("the connection was lost")
        due = min(
            self._flush_at, self._next_due, self._next_expiry, self._renew_at, self._sweep_at, *self._blocked.values()
        )
        messages = listening.wait(None if due == float("inf") else max(0.0, due - time.monotonic()))
        for topic, text in messages:
            self._hear(topic, text)
        if not self._connected.is_set():
            raise UnavailableError("the connection was lost")
        now = time.monotonic()
        if now >= self._flush_at:
            self._flush_at = float("inf")
        if now >= self._renew_at:
            self._renew()
        if now >= self._sweep_at:
            self._sweep_at = now + self._sweep
            if self.store.has_waiting(list(self._intakes)):
                for queue in list(self._intakes):
                    self._mark(queue)
            self._next_due = self._next_expiry = now
        if now >= self._next_due:
            self._look_for_due()
        if now >= self._next_expiry:
            self._look_for_expired()
        for queue in [queue for queue, at in self._blocked.items() if now >= at]:
            del self._blocked[queue]
            self._mark(queue)
        self.pump()

    def _hear(self, topic: str, text: str) -> None:
        if topic.startswith("wake:"):
            if text:
                at = time.monotonic() + (float(text) - self.store.now()) / 1000
                self._next_due = min(self._next_due, at)
            else:
                self._mark(topic.removeprefix("wake:"))
        elif text.startswith("hello "):
            self._company = self._company or text != f"hello {self.name}"
        elif text.startswith("cancel "):
            message = self.is_running(text.removeprefix("cancel "))
            if message is not None:
                message.cancelled = True
                self.on_cancel(message)

    def _mark(self, queue: str) -> None:
        if queue in self._intakes:
            self._dirty[queue] = self._dirty.get(queue, 0) + 1

    def _look_for_due(self) -> None:
        """What is due, and when the next comes."""
        now, steady = self.store.now(), time.monotonic()
        delayed = self.store.delayed()
        due = [entry for entry, at in delayed if at <= now]
        later = [at for _entry, at in delayed if at > now]
        self._next_due = steady + (later[0] - now) / 1000 if later else float("inf")
        if due:
            self.store.promote(due)
            if not later:
                self._next_due = steady

    def _look_for_expired(self) -> None:
        """Whose lease is over, and when the next one's is."""
        now, steady = self.store.now(), time.monotonic()
        leases = self.store.leases(limit=len(self._running) + 100)
        ours = self.name
        over = [lease for lease, ends in leases if ends <= now and lease.owner != ours]
        running = [ends for lease, ends in leases if ends > now and lease.owner != ours]
        self._next_expiry = steady + (running[0] - now + 10) / 1000 if running else float("inf")
        if over and steady < self._patient_until:
            self._next_expiry = min(self._next_expiry, self._patient_until)
        elif over:
            back = self.store.recover(over, stalled=True)
            log.warning("queue.jobs.recovered", jobs=len(back))
            self._next_expiry = steady

    def _renew(self) -> None:
        running = list(self._running.values())
        if not running:
            self._renew_at = float("inf")
            return
        for lease in self.store.renew([message.lease for message in running], self.lease):
            message = self._running.get(lease.place.job_id)
            if message is not None and message.lease == lease:
                self._let_go(message)
                message.lost = True
                log.warning("queue.lease.lost", job_id=lease.place.job_id, meaning="it runs elsewhere now, or is gone")
                self.on_lost(message)
        self._renew_at = time.monotonic() + self.lease / 2000
        self.on_renew()

    def _lost_connection(self, error: BaseException) -> None:
        if self._connected.is_set():
            self._connected.clear()
            log.warning("queue.connection.lost", reason=str(error))
        self._interrupt()

    def _interrupt(self) -> None:
        listening = self._listening
        if listening is not None:
            listening.interrupt()


def _ignore(_message: LeasedMessage) -> None:
    return


def _nothing() -> None:
    return
