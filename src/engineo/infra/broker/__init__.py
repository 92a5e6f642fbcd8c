"""The queue's engine: the only package that knows Dramatiq. Others use `JobQueue` to send and `JobWorker` to work."""

from engineo.infra.broker.handlers import Handler
from engineo.infra.broker.job_worker import JobWorker
from engineo.infra.broker.queue import JobQueue, QueueSettings

__all__ = ["Handler", "JobQueue", "JobWorker", "QueueSettings"]
