"""`python -m engineo.worker_main`: the application without HTTP.

Exit codes: 0 after SIGTERM or SIGINT, 1 when it could not start.
"""

import argparse
import os
import signal
import sys
import threading
from collections.abc import Sequence
from types import FrameType

import structlog

from engineo import bootstrap
from engineo.infra.broker import QueueSettings
from engineo.kernel.errors import BootError, UnavailableError

log = structlog.get_logger(__name__)

EXAMPLES = """examples:
  python -m engineo.worker_main                       work every queue
  python -m engineo.worker_main --queues crawl        work one queue only
  python -m engineo.worker_main --processes 2 --threads 4
"""
LOOK_SECONDS = 1.0  # for a parent that is gone, and for a signal that the system gave to another thread


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m engineo.worker_main",
        description="Run background work as the ENABLE_* flags say, until SIGTERM.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--queues", type=_names, help="comma-separated queues to work (default: all)")
    parser.add_argument("--processes", type=_positive, default=1, help="worker processes (default: 1)")
    parser.add_argument("--threads", type=_positive, help="threads per process (default: WORKER_THREADS)")
    # what a supervisor tells its children: its own pid, the name of their leases, their number and how many they are
    parser.add_argument("--parent", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--name", help=argparse.SUPPRESS)
    parser.add_argument("--share", type=_share, default=(0, 1), help=argparse.SUPPRESS)
    return parser.parse_args(arguments)


class Hurried(BaseException):
    """A second signal; raised in the main thread, wherever that waits."""


def main(arguments: Sequence[str] | None = None) -> int:
    try:
        return _run(parse(arguments))
    except Hurried:
        os._exit(0)  # on the way here what ran was handed back; its threads may not have heard yet


def _run(options: argparse.Namespace) -> int:
    stopping = threading.Event()
    _stop_on_signals(stopping)
    try:
        application = bootstrap.build(
            "worker",
            queues=options.queues,
            threads=options.threads,
            processes=options.processes,
            share=options.share,
            name=options.name,
        )
    except BootError as error:
        return _refuse(error.message)
    timeout = application.settings[QueueSettings].shutdown_timeout
    try:
        application.open()
        application.start()
    except (BootError, UnavailableError) as error:
        application.stop(timeout)
        return _refuse(error.message)
    log.info("worker.process.ready", pid=os.getpid(), queues=options.queues or "all", processes=options.processes)
    while not stopping.wait(LOOK_SECONDS):
        if options.parent and os.getppid() != options.parent:
            log.warning("worker.parent.gone")
            break
    log.info("worker.process.stopping", within_seconds=timeout)
    application.stop(timeout)
    log.info("worker.process.stopped")
    return 0


def _stop_on_signals(stopping: threading.Event) -> None:
    """The first signal stops softly; a second one hands back what runs, and leaves."""

    def on_signal(_number: int, _frame: FrameType | None) -> None:
        if stopping.is_set():
            raise Hurried
        stopping.set()

    signal.signal(signal.SIGTERM, on_signal)
    signal.signal(signal.SIGINT, on_signal)


def _refuse(message: str) -> int:
    sys.stderr.write(f"engineo worker cannot start: {message}\n")
    return 1


def _names(text: str) -> list[str]:
    names = [name.strip() for name in text.split(",") if name.strip()]
    if not names:
        raise argparse.ArgumentTypeError("name at least one queue")
    return names


def _share(text: str) -> tuple[int, int]:
    number, of = text.split("/")
    return int(number), int(of)


def _positive(text: str) -> int:
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError("must be a whole number of at least 1")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
