"""Who takes jobs from a hub."""

from collections.abc import Sequence
from typing import Protocol

from engineo.infra.broker.leased import LeasedMessage
from engineo.infra.broker.store import Keep, LimitRule


class Intake(Protocol):
    """Who takes jobs of one queue."""

    queue: str
    whole: LimitRule
    by_key: LimitRule
    keep: Keep

    def room(self) -> int:
        """How many more jobs it can take now."""

    def put(self, messages: Sequence[LeasedMessage]) -> None: ...
