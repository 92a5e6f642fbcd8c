"""Dramatiq on its own Redis broker. Tuned: it fetches more at once, and looks for crashed workers often and early."""

import logging
import os
import sys
from collections.abc import Callable

import harness

if '"variant": "tuned"' in sys.argv[-1]:
    os.environ["dramatiq_queue_prefetch"] = "100"  # noqa: SIM112 - its name; read when dramatiq is imported

import dramatiq
from dramatiq.brokers.redis import RedisBroker

TUNED = {"heartbeat_timeout": 15_000, "maintenance_chance": 100_000}  # of a million


def _actors(options: harness.Options) -> tuple[RedisBroker, list[dramatiq.Actor]]:
    logging.getLogger("dramatiq").setLevel(logging.ERROR)
    broker = RedisBroker(url=options.url, **(TUNED if options.variant == "tuned" else {}))
    actors = [
        dramatiq.actor(harness.handle, broker=broker, actor_name=f"on_{queue}", queue_name=queue)
        for queue in options.queues
    ]
    return broker, actors


def sender(options: harness.Options) -> harness.Sender:
    _, (actor, *_) = _actors(options)

    def each(payloads: harness.Payloads) -> None:
        for payload in payloads:
            actor.send(payload)

    return harness.Sender(each)


def work(options: harness.Options, ready: Callable[[], None]) -> None:
    broker, _ = _actors(options)
    broker.emit_after("process_boot")
    dramatiq.Worker(broker, worker_threads=options.concurrency).start()
    ready()
    harness.wait()


if __name__ == "__main__":
    harness.run(dramatiq.__version__, sender, work)
