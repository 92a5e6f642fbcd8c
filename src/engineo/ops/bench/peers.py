"""Who is measured: packages, adapter, and the worker settings that suit each on two cores."""

from dataclasses import dataclass
from pathlib import PurePath

ENGINEO = "engineo"


@dataclass(frozen=True, slots=True)
class Workers:
    """`concurrency` is per process: threads, or jobs in flight where the peer runs an event loop."""

    processes: int
    concurrency: int

    def __str__(self) -> str:
        return f"{self.processes} x {self.concurrency}"


@dataclass(frozen=True, slots=True)
class Peer:
    """A queue under test. `environment` is its folder under `.engineo/bench`; None is the current environment.

    `busy` works no-ops, idles and picks up; `sleeping` has a total concurrency of 16. `bulk` says that the peer can
    send many jobs at once.
    """

    name: str
    environment: str | None
    packages: tuple[str, ...]
    adapter: str
    busy: Workers
    sleeping: Workers
    bulk: bool
    variant: str = ""

    @property
    def on_node(self) -> bool:
        return PurePath(self.adapter).suffix == ".mjs"

    @property
    def any_version(self) -> tuple[str, ...]:
        """The packages without their pins, for an index that lacks the pinned ones."""
        cut = "@" if self.on_node else "="
        return tuple(package.split(cut)[0].rstrip("~=") for package in self.packages)


_BULLMQ = ("bullmq@6.7", "ioredis@5")
_DRAMATIQ = ("dramatiq[redis]==2.2.1",)
_TASKIQ = ("taskiq~=0.13.0", "taskiq-redis~=1.2")
_LISTED = (
    Peer("bullmq", "bullmq", _BULLMQ, "bullmq_adapter.mjs", Workers(1, 50), Workers(1, 16), bulk=True),
    Peer("dramatiq", "dramatiq", _DRAMATIQ, "dramatiq_adapter.py", Workers(2, 8), Workers(2, 8), bulk=False),
    Peer(
        "dramatiq-tuned", "dramatiq", _DRAMATIQ, "dramatiq_adapter.py", Workers(2, 8), Workers(2, 8),
        bulk=False, variant="tuned",
    ),
    Peer("celery", "celery", ("celery[redis]~=5.7.0",), "celery_adapter.py", Workers(2, 8), Workers(2, 8), bulk=False),
    Peer("taskiq", "taskiq", _TASKIQ, "taskiq_adapter.py", Workers(2, 100), Workers(2, 8), bulk=True),
    Peer("huey", "huey", ("huey~=3.5.0", "redis"), "huey_adapter.py", Workers(2, 4), Workers(2, 8), bulk=False),
    Peer("rq", "rq", ("rq~=2.12.0",), "rq_adapter.py", Workers(2, 1), Workers(16, 1), bulk=True),
    Peer(ENGINEO, None, (), "engineo_adapter.py", Workers(2, 8), Workers(2, 8), bulk=True),
)  # fmt: skip

PEERS = {peer.name: peer for peer in _LISTED}
