"""Which background parts a process runs. Read once, at boot."""

from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class ProcessFlags:
    """Each flag chooses which list of a module is read; a part that is off opens no connection and runs nothing."""

    cron: bool
    queue_processors: bool
    queue_events: bool
    queue_schedulers: bool

    def as_dict(self) -> dict[str, bool]:
        return asdict(self)
