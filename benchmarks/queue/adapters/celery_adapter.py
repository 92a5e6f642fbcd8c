"""Celery as it comes, but with threads and without results."""

from collections.abc import Callable

import celery
import harness
from celery.signals import worker_ready
from kombu import Queue


def _app(options: harness.Options) -> tuple[celery.Celery, celery.Task]:
    app = celery.Celery("bench", broker=options.url, set_as_current=True)
    app.conf.update(
        task_ignore_result=True,
        task_queues=[Queue(name) for name in options.queues],
        task_default_queue=options.queues[0],
        broker_connection_retry_on_startup=True,
        worker_redirect_stdouts=False,  # stdout is for the runner
    )
    return app, app.task(harness.handle, name="handle")


def sender(options: harness.Options) -> harness.Sender:
    _, task = _app(options)

    def each(payloads: harness.Payloads) -> None:
        for payload in payloads:
            task.apply_async((payload,))

    return harness.Sender(each)


def work(options: harness.Options, ready: Callable[[], None]) -> None:
    app, _ = _app(options)
    worker_ready.connect(lambda **_: ready(), weak=False)
    app.Worker(pool="threads", concurrency=options.concurrency, loglevel="ERROR", quiet=True).start()


if __name__ == "__main__":
    harness.run(celery.__version__, sender, work)
