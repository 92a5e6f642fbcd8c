"""An actor that writes down what happens to it, and its job."""

import queue
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any, ClassVar

from engineo.kernel.jobs import Actor, Job, JobContext
from engineo.kernel.policies import RetryPolicy

Eventually = Callable[..., None]
WITHIN = 15.0
BASE = timedelta(milliseconds=50)


class Task(Job):
    kind: ClassVar[str] = "broker.task"
    queue: ClassVar[str] = "broker_tasks"
    retry: ClassVar[RetryPolicy] = RetryPolicy(attempts=3, base=BASE)

    text: str = ""


class Recorder(Actor[Task]):
    """Does what it is told, and writes down every run and every end."""

    job = Task

    def __init__(self, does: Callable[[Task, JobContext], None] = lambda _job, _context: None) -> None:
        self.runs: queue.SimpleQueue[tuple[str, int, int, float]] = queue.SimpleQueue()
        self.ends: queue.SimpleQueue[tuple[str, int, BaseException]] = queue.SimpleQueue()
        self._does = does

    def perform(self, job: Task, context: JobContext) -> None:
        self.runs.put((context.job_id, context.attempt, context.postponed, time.monotonic()))
        self._does(job, context)

    def gave_up(self, job: Task, context: JobContext, error: BaseException) -> None:
        self.ends.put((job.text, context.attempt, error))


def fails(error: Exception) -> Callable[[Task, JobContext], None]:
    def run(_job: Task, _context: JobContext) -> None:
        raise error

    return run


def send(world: Any, text: str = "") -> str:
    with world.uow() as work:
        job_id: str = work.send(Task(text=text))
    return job_id
