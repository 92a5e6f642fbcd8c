"""EngineO's queue as the platform uses it, without modules and without a database."""

from collections.abc import Callable
from datetime import timedelta

import harness

from engineo import __version__
from engineo.infra import logging as logging_infra
from engineo.infra.broker import Handler, JobQueue, JobWorker
from engineo.infra.redis import RedisSettings
from engineo.kernel.jobs import JobMessage
from engineo.kernel.policies import RetryPolicy

LEASE = timedelta(seconds=15)


def _queue(options: harness.Options) -> JobQueue:
    logging_infra.configure(logging_infra.LogSettings(log_level="error"), local=True)
    return JobQueue.on_redis(options.url, RedisSettings())


def sender(options: harness.Options) -> harness.Sender:
    jobs, queue = _queue(options), options.queues[0]

    def each(payloads: harness.Payloads) -> None:
        for payload in payloads:
            jobs.enqueue(JobMessage(f"on_{queue}", queue, payload))

    def bulk(chunks: harness.Chunks) -> None:
        for chunk in chunks:
            jobs.enqueue(*(JobMessage(f"on_{queue}", queue, payload) for payload in chunk))

    return harness.Sender(each, bulk)


def work(options: harness.Options, ready: Callable[[], None]) -> None:
    handlers = [
        Handler(
            name=f"on_{queue}",
            queue=queue,
            run=lambda payload, _context: harness.handle(payload),
            gave_up=lambda _payload, _context, _error: None,
            retry=RetryPolicy(),
            time_limit=timedelta(minutes=10),
        )
        for queue in options.queues
    ]
    worker = JobWorker(
        _queue(options),
        handlers,
        queues=None,
        threads=options.concurrency,
        lease=LEASE,
        ended=lambda _job_id: None,
    )
    worker.start()
    ready()
    harness.wait()


if __name__ == "__main__":
    harness.run(__version__, sender, work)
