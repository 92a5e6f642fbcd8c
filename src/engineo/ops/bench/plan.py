"""What one run measures, and how much of it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta

from engineo.kernel.errors import InvalidInputError
from engineo.ops.bench.peers import PEERS

SCENARIOS = ("drain", "sleep", "enqueue", "pickup", "idle", "crash", "memory")
REPEATED = frozenset({"drain", "sleep", "enqueue", "pickup"})
FULL_JOBS = 20_000
QUICK_JOBS = 2_000


@dataclass(frozen=True, slots=True)
class Plan:
    """The sizes of every scenario. `rounds` repeats those of `REPEATED`, whose medians are reported."""

    peers: tuple[str, ...]
    scenarios: tuple[str, ...]
    rounds: int = 1
    drain_jobs: int = FULL_JOBS
    sleep_jobs: int = 4_000
    enqueue_jobs: int = FULL_JOBS
    pickups: int = 200
    idle: timedelta = timedelta(seconds=60)
    crash_jobs: int = 2_000
    crash_limit: timedelta = timedelta(seconds=120)
    memory_jobs: int = 100_000


def make_plan(
    peers: str = "", scenarios: str = "", *, jobs: int | None = None, rounds: int = 1, quick: bool = False
) -> Plan:
    """Read comma-separated names, empty for all. Raise `InvalidInputError` for a name that is not known."""
    chosen = choose("peer", peers, PEERS)
    wanted = choose("scenario", scenarios, SCENARIOS)
    count = jobs or (QUICK_JOBS if quick else FULL_JOBS)
    plan = Plan(chosen, wanted, rounds, drain_jobs=count, enqueue_jobs=count)
    if not quick:
        return plan
    seconds = timedelta(seconds=1)
    return replace(plan, sleep_jobs=1_000, pickups=50, idle=5 * seconds, crash_limit=75 * seconds, memory_jobs=10_000)


def choose(what: str, text: str, known: Iterable[str]) -> tuple[str, ...]:
    """The named ones, in the order of `known`; all for an empty text."""
    names = tuple(known)
    given = {name.strip() for name in text.split(",") if name.strip()}
    unknown = sorted(given - set(names))
    if unknown:
        raise InvalidInputError(f"unknown {what}: {', '.join(unknown)}; there are {', '.join(names)}")
    return tuple(name for name in names if name in given) if given else names
