"""What the queue costs in Redis commands, inner ones of scripts counted: figures that no machine changes."""

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from typing import Any, ClassVar

import pytest
import redis

from engineo.infra.broker import Handler, JobQueue, JobWorker
from engineo.infra.broker.hub import Hub
from engineo.infra.broker.lanes import Lane
from engineo.infra.redis import RedisSettings
from engineo.kernel.jobs import Job, JobContext, JobMessage
from engineo.kernel.policies import Dedup, Retention, RetryPolicy

DAY = 86_400
SWEEPS_A_DAY = DAY // 900
WITHIN = 20.0


class Cheap(Job):
    kind: ClassVar[str] = "budget.cheap"
    queue: ClassVar[str] = "cheap"

    text: str = "x" * 100


class Single(Cheap):
    kind: ClassVar[str] = "budget.single"
    dedup: ClassVar[Dedup | None] = Dedup("done")


class Meter:
    """Counts commands as the server does: those of scripts too."""

    def __init__(self, client: "redis.Redis") -> None:
        self._client = client

    def total(self) -> int:
        stats: dict[str, Any] = self._client.info("commandstats")
        own = {"cmdstat_info", "cmdstat_monitor", "cmdstat_client|kill", "cmdstat_config|set"}
        return sum(entry["calls"] for name, entry in stats.items() if name not in own)

    def of(self, act: Callable[[], object]) -> int:
        before = self.total()
        act()
        return self.total() - before


class Bench:
    """A private server, a queue, and workers that count what they ran."""

    def __init__(self, own_redis: Any, closing: ExitStack) -> None:
        self.url = own_redis.url
        self.client: redis.Redis = own_redis.client()
        self.meter = Meter(self.client)
        self.closing = closing
        self.ran = threading.Semaphore(0)
        self.jobs = self.new_queue()

    def new_queue(self) -> JobQueue:
        jobs = JobQueue.on_redis(self.url, RedisSettings(redis_prefix="budget"))
        self.closing.callback(jobs.close)
        return jobs

    def worker(self, *queues: str, threads: int = 8, run: Callable[..., Any] | None = None) -> JobWorker:
        handlers = [
            Handler(kind, queue, run or self._run, lambda *_: None, RetryPolicy(), timedelta(minutes=1), Retention())
            for queue in queues
            for kind in ((f"budget.{queue}", Single.kind) if queue == "cheap" else (f"budget.{queue}",))
        ]
        worker = JobWorker(
            self.new_queue(), handlers, queues=None, threads=threads, lease=timedelta(seconds=15), ended=lambda _: None
        )
        self.closing.callback(worker.stop, 5.0)
        worker.start()
        broker = worker.broker
        assert broker is not None
        assert broker.hub.wait_connected(WITHIN)
        return worker

    def _run(self, _payload: Any, _context: JobContext) -> None:
        self.ran.release()

    def wait(self, number: int) -> None:
        for _ in range(number):
            assert self.ran.acquire(timeout=WITHIN)

    def settle(self, queue: str = "cheap") -> None:
        pause = threading.Event()
        while self.client.zcard(f"budget:{{q}}:{queue}:ready") or self.client.zcard("budget:{q}:leased"):
            pause.wait(0.01)


@pytest.fixture
def bench(own_redis: Any) -> Iterator[Bench]:
    with ExitStack() as closing:
        yield Bench(own_redis, closing)


def idle(seconds: float) -> None:
    threading.Event().wait(seconds)


@pytest.mark.parametrize("queues", [1, 10])
def test_an_idle_worker_sends_nothing(bench: Bench, queues: int) -> None:
    bench.worker(*(f"q{number}" for number in range(queues)))
    idle(0.5)
    assert bench.meter.of(lambda: idle(3.0)) == 0


@pytest.mark.parametrize("queues", [1, 10])
def test_the_safety_sweep_fits_the_idle_budget(bench: Bench, queues: int) -> None:
    """800 a day: 96 sweeps, each on a connection that the server has cut meanwhile."""
    store = bench.new_queue().store
    hub = Hub(store.another(), sweep=1.0)
    bench.closing.callback(hub.close)
    for number in range(queues):
        hub.register(Lane(f"q{number}", 8, lambda: 8, lambda *_: None), start=False)
    hub.start()
    assert hub.wait_connected(WITHIN)
    idle(0.3)
    bench.client.client_kill_filter(_type="normal", skipme=True)  # as a server with a time limit for idle ones does
    sweep = bench.meter.of(lambda: idle(1.0))
    assert 0 < sweep * SWEEPS_A_DAY <= 800


def test_starting_a_worker_costs_little(bench: Bench) -> None:
    def start() -> None:
        bench.worker(*(f"q{number}" for number in range(10)))
        idle(0.5)

    assert bench.meter.of(start) <= 60


@pytest.mark.parametrize("count", [1, 10, 1000])
def test_enqueueing_is_one_script(bench: Bench, count: int) -> None:
    bench.jobs.enqueue(JobMessage.of(Cheap()))  # connects, and loads the script
    messages = [JobMessage.of(Cheap()) for _ in range(count)]
    with bench.client.monitor() as monitor:  # type: ignore[no-untyped-call] # redis-py has no types here
        cost = bench.meter.of(lambda: bench.jobs.enqueue(*messages))
        bench.client.ping()
        seen = []
        for command in monitor.listen():
            if command["command"] == "PING":
                break
            seen.append(command)
    assert cost <= 4 + 1  # the event stream
    assert sum(1 for command in seen if command["client_type"] != "lua" and "EVALSHA" in command["command"]) == 1


@pytest.mark.parametrize(
    "message", [JobMessage.of(Cheap(), job_id="mine"), JobMessage.of(Single())], ids=["own id", "dedup"]
)
def test_an_own_id_or_dedup_costs_at_most_four_more(bench: Bench, message: JobMessage) -> None:
    bench.jobs.enqueue(JobMessage.of(Cheap(), job_id="first"))
    assert bench.meter.of(lambda: bench.jobs.enqueue(message)) <= 5 + 4


def test_a_cold_job_costs_at_most_sixteen(bench: Bench) -> None:
    bench.worker("cheap")
    for _ in range(2):  # scripts are loaded, ages looked at
        bench.jobs.enqueue(JobMessage.of(Cheap()))
        bench.wait(1)
        idle(0.1)

    def cold() -> None:
        bench.jobs.enqueue(JobMessage.of(Cheap()))
        bench.wait(1)
        idle(0.3)

    assert bench.meter.of(cold) <= 16


def test_a_busy_worker_needs_at_most_five_commands_per_job(bench: Bench) -> None:
    number = 2000
    bench.worker("cheap")
    bench.jobs.enqueue(JobMessage.of(Cheap()))
    bench.wait(1)

    def busy() -> None:
        bench.jobs.enqueue(*(JobMessage.of(Cheap()) for _ in range(number)))
        bench.wait(number)
        bench.settle()

    looks = 200  # of `settle` itself, at most
    assert bench.meter.of(busy) <= 5 * number + looks


def test_leases_are_renewed_in_one_command_per_half_lease(bench: Bench) -> None:
    release = threading.Event()

    def run(_payload: Any, _context: JobContext) -> None:
        bench.ran.release()
        assert release.wait(WITHIN)

    jobs = bench.new_queue()
    handler = Handler("budget.cheap", "cheap", run, lambda *_: None, RetryPolicy(), timedelta(minutes=1), Retention())
    worker = JobWorker(jobs, [handler], queues=None, threads=8, lease=timedelta(seconds=2), ended=lambda _: None)
    bench.closing.callback(worker.stop, 5.0)
    worker.start()
    jobs.enqueue(*(JobMessage.of(Cheap()) for _ in range(8)))
    bench.wait(8)
    idle(0.3)
    cost = bench.meter.of(lambda: idle(4.0))
    release.set()
    assert 3 <= cost <= 5


def test_a_million_waiting_jobs_fit_their_memory(bench: Bench) -> None:
    """Per job 1.3 times its payload and 250 bytes; measured on 20,000, whose tables are as full as a million's."""
    payload = '{"text":"' + "x" * 500 + '"}'
    bench.jobs.enqueue(JobMessage.of(Cheap()))
    before = int(bench.client.info("memory")["used_memory"])
    number = 20_000
    for _ in range(number // 1000):
        bench.jobs.enqueue(*(JobMessage.of(Cheap(text="x" * 500)) for _ in range(1000)))
    used = int(bench.client.info("memory")["used_memory"]) - before
    assert used / number <= 1.3 * len(payload) + 250
