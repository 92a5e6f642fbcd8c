"""huey as it comes: blocking reads, worker threads, one consumer per queue."""

import logging
from collections.abc import Callable
from importlib.metadata import version

import harness
from huey import RedisHuey


def _task(options: harness.Options, queue: str) -> tuple[RedisHuey, Callable[[harness.Payload], object]]:
    logging.getLogger("huey").setLevel(logging.ERROR)
    huey = RedisHuey(queue, url=options.url)
    return huey, huey.task(name="handle")(harness.handle)


def sender(options: harness.Options) -> harness.Sender:
    _, task = _task(options, options.queues[0])

    def each(payloads: harness.Payloads) -> None:
        for payload in payloads:
            task(payload)

    return harness.Sender(each)


def work(options: harness.Options, ready: Callable[[], None]) -> None:
    for queue in options.queues:
        huey, _ = _task(options, queue)
        huey.create_consumer(workers=options.concurrency, worker_type="thread").start()
    ready()
    harness.wait()


if __name__ == "__main__":
    harness.run(version("huey"), sender, work)
