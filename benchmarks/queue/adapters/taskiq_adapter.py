"""taskiq with its list broker. It has no call that sends many: in bulk means that 100 sends are in flight at a time."""

import asyncio
import logging
from collections.abc import Callable
from importlib.metadata import version

import harness
from taskiq import AsyncTaskiqDecoratedTask
from taskiq.api import run_receiver_task
from taskiq_redis import ListQueueBroker

IN_FLIGHT = 100


def _task(options: harness.Options, queue: str) -> tuple[ListQueueBroker, AsyncTaskiqDecoratedTask]:
    logging.getLogger("taskiq").setLevel(logging.ERROR)
    # its blocking reads have no time limit, so the client must not have one either
    broker = ListQueueBroker(options.url, queue_name=queue, socket_timeout=None)
    return broker, broker.register_task(harness.handle_async, "handle")


def sender(options: harness.Options) -> harness.Sender:
    loop = asyncio.new_event_loop()
    _, task = _task(options, options.queues[0])

    async def one_by_one(payloads: harness.Payloads) -> None:
        for payload in payloads:
            await task.kiq(payload)

    async def together(chunks: harness.Chunks) -> None:
        for chunk in chunks:
            for at in range(0, len(chunk), IN_FLIGHT):
                await asyncio.gather(*(task.kiq(payload) for payload in chunk[at : at + IN_FLIGHT]))

    return harness.Sender(
        lambda payloads: loop.run_until_complete(one_by_one(payloads)),
        lambda chunks: loop.run_until_complete(together(chunks)),
    )


def work(options: harness.Options, ready: Callable[[], None]) -> None:
    async def main() -> None:
        brokers = [_task(options, queue)[0] for queue in options.queues]
        receivers = [
            asyncio.create_task(run_receiver_task(broker, max_async_tasks=options.concurrency, run_startup=True))
            for broker in brokers
        ]
        ready()
        await asyncio.gather(*receivers)

    asyncio.run(main())


if __name__ == "__main__":
    harness.run(version("taskiq"), sender, work)
