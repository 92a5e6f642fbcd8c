"""What a process is: its role and what it was told to run."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, runtime_checkable

from engineo.kernel.flags import ProcessFlags
from engineo.kernel.ports import HealthCheck

Role = Literal["api", "worker", "cli"]


@dataclass(frozen=True, slots=True)
class ProcessInfo:
    """`queues` None means all; `processes` over 1 is a supervisor whose children work the queues.

    `share` is the child's number and how many share the concurrency of the queues; `name` marks a child's leases.
    """

    role: Role
    environment: str
    flags: ProcessFlags
    queues: tuple[str, ...] | None = None
    threads: int | None = None
    processes: int = 1
    share: tuple[int, int] = (0, 1)
    name: str | None = None


@runtime_checkable
class HealthChecks(Protocol):
    """The checks of all modules; known once they are connected."""

    def all(self) -> Sequence[HealthCheck]: ...
