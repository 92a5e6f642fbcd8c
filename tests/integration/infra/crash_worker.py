"""A worker of the bare engine that writes down what it runs and hangs where it is told to, to be killed there.

`python -m tests.integration.infra.crash_worker '{"redis_url": ..., "prefix": ..., "lease": 1500, "hangs": true}'`
"""

import json
import sys
import threading
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

import dramatiq
import redis
from dramatiq.middleware import Middleware

from engineo.infra.broker import JobQueue
from engineo.infra.broker.broker import EngineOBroker
from engineo.infra.broker.leased import LeasedMessage
from engineo.infra.broker.store import State
from engineo.infra.broker.worker import Worker
from engineo.infra.redis import RedisSettings
from engineo.kernel.jobs import JobMessage

KIND, QUEUE = "crash.job", "crashes"


def job(job_id: str, hangs_at: str = "") -> JobMessage:
    """`hangs_at`: "fetched", "running", "ended" (before its acknowledgement) or "told" (after it)."""
    return JobMessage(KIND, QUEUE, {"id": job_id, "hangs_at": hangs_at}, job_id)


class Hang(Middleware):
    """Says "reached" and waits for its end, at the step that a job names."""

    def __init__(self, queue: JobQueue) -> None:
        self._queue = queue

    def before_process_message(self, _broker: dramatiq.Broker, message: dramatiq.MessageProxy) -> None:
        self.at("fetched", message)

    def before_ack(self, _broker: dramatiq.Broker, message: dramatiq.MessageProxy) -> None:
        self.at("ended", message)

    def after_ack(self, _broker: dramatiq.Broker, message: dramatiq.MessageProxy) -> None:
        if message.args[0]["hangs_at"] == "told":
            pause = threading.Event()
            while self.state(message.message_id) is not State.COMPLETED:
                pause.wait(0.01)
            self.at("told", message)

    def state(self, job_id: str) -> State | None:
        (stored,) = self._queue.store.find([job_id])
        return stored.state if stored is not None else None

    @staticmethod
    def at(step: str, message: dramatiq.MessageProxy) -> None:
        if message.args[0]["hangs_at"] == step:
            hang()


def hang() -> None:
    sys.stdout.write("reached\n")
    sys.stdout.flush()
    threading.Event().wait(600)


class Keep(Middleware):
    """Keeps what a job returns, as our own workers do."""

    def after_process_message(
        self,
        _broker: dramatiq.Broker,
        message: dramatiq.MessageProxy,
        *,
        result: object = None,
        exception: BaseException | None = None,
    ) -> None:
        if isinstance(message, LeasedMessage) and exception is None:
            message.result = result


class CrashWorker:
    """`note` is told `<id> <name>` when an execution begins; by default it adds that to a list in Redis, `runs`."""

    def __init__(
        self,
        redis_url: str,
        prefix: str,
        *,
        lease: int,
        name: str,
        hangs: bool,
        threads: int = 1,
        note: Callable[[str], object] | None = None,
    ) -> None:
        self.closing = ExitStack()
        self.queue = JobQueue.on_redis(redis_url, RedisSettings(redis_prefix=prefix))
        self.closing.callback(self.queue.close)
        self.client = self.closing.enter_context(redis.Redis.from_url(redis_url, protocol=2, socket_timeout=30))
        self.runs = f"{prefix}:crash:runs"
        self.release = f"{prefix}:crash:release"
        self.name = name
        self.note = note or (lambda run: self.client.rpush(self.runs, run))
        self._hangs = hangs
        middleware: list[Middleware] = [Keep(), Hang(self.queue)] if hangs else [Keep()]
        self.broker = EngineOBroker(
            self.queue.store.another(), middleware, fail_fast_default=False, lease_ms=lease, name=name
        )  # fmt: skip
        dramatiq.actor(actor_name=KIND, queue_name=QUEUE, broker=self.broker)(self.run)
        self.worker = Worker(self.broker, worker_threads=threads)

    def run(self, payload: dict[str, Any]) -> str:
        self.note(f"{payload['id']} {self.name}")
        if payload["hangs_at"] == "running" and self._hangs:
            hang()
        if payload["hangs_at"] == "released" and self._hangs:
            hang_until_released(self.client, self.release)
        return self.name

    def start(self) -> "CrashWorker":
        self.worker.start()
        assert self.broker.hub.wait_connected(20)
        return self

    def close(self) -> None:
        self.worker.stop(5000)
        self.broker.close()
        self.closing.close()


def hang_until_released(client: "redis.Redis", key: str) -> None:
    sys.stdout.write("reached\n")
    sys.stdout.flush()
    client.blpop([key], timeout=25)


if __name__ == "__main__":
    CrashWorker(**json.loads(sys.argv[1])).start()
    threading.Event().wait(600)
