"""RQ with SimpleWorker, which forks nothing and runs one job at a time."""

import logging
from collections.abc import Callable
from importlib.metadata import version

import harness
from redis import Redis
from rq import Queue, SimpleWorker

HANDLER = "harness.handle"


class ReadyWorker(SimpleWorker):
    """Says when it listens."""

    ready: Callable[[], None]

    def bootstrap(self, *arguments: object, **options: object) -> None:
        super().bootstrap(*arguments, **options)
        self.ready()


def sender(options: harness.Options) -> harness.Sender:
    queue = Queue(options.queues[0], connection=Redis.from_url(options.url))

    def each(payloads: harness.Payloads) -> None:
        for payload in payloads:
            queue.enqueue(HANDLER, payload)

    def bulk(chunks: harness.Chunks) -> None:
        for chunk in chunks:
            queue.enqueue_many([Queue.prepare_data(HANDLER, (payload,)) for payload in chunk])

    return harness.Sender(each, bulk)


def work(options: harness.Options, ready: Callable[[], None]) -> None:
    logging.getLogger("rq").setLevel(logging.ERROR)
    ReadyWorker.ready = staticmethod(ready)
    ReadyWorker(options.queues, connection=Redis.from_url(options.url)).work(logging_level="ERROR")


if __name__ == "__main__":
    harness.run(version("rq"), sender, work)
