"""The names of the queue's keys and channels. The constant tag keeps all of them in one slot of a cluster."""

from functools import lru_cache


class Keys:
    """`<prefix>:{q}:...`; see docs/queue.md for what each holds."""

    def __init__(self, prefix: str) -> None:
        self.root = f"{prefix}:{{q}}:"
        self.jobs = self.root + "jobs"
        self.info = self.root + "info"
        self.leased = self.root + "leased"
        self.delayed = self.root + "delayed"
        self.events = self.root + "events"
        self.dedup = self.root + "dedup"
        self.throttled = self.root + "throttled"
        self.flows = self.root + "flows"
        self.slots = self.root + "slots"
        self.meta = self.root + "meta"
        self.epoch = self.root + "epoch"
        self.wake = self.root + "wake:"
        self.control = self.root + "ctl"
        self.of_queue = lru_cache(maxsize=1024)(self._of_queue)

    def ready(self, queue: str) -> str:
        return f"{self.root}{queue}:ready"

    def done(self, queue: str) -> str:
        return f"{self.root}{queue}:done"

    def dead(self, queue: str) -> str:
        return f"{self.root}{queue}:dead"

    def held(self, queue: str) -> str:
        return f"{self.root}{queue}:held"

    def limits(self, queue: str) -> str:
        return f"{self.root}{queue}:limits"

    def _of_queue(self, queue: str) -> tuple[str, str, str, str, str]:
        """The five keys in the order that the scripts expect."""
        return self.ready(queue), self.done(queue), self.dead(queue), self.held(queue), self.limits(queue)
