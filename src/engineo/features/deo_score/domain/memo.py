"""Remembers what was worked out of an object, so that scoring a repaired site reads only what was repaired."""

from collections.abc import Callable
from typing import TypeVar, cast

Result = TypeVar("Result")


class Memo:
    """Results by the identity of an immutable object, which is kept alive so that its identity stays its own."""

    def __init__(self) -> None:
        self._results: dict[tuple[object, int], tuple[object, object]] = {}

    def get(self, name: object, source: object, work: Callable[[], Result]) -> Result:
        """The stored result of `work` for `source` under `name` (hashable); `work` must depend on nothing else."""
        key = (name, id(source))
        if (stored := self._results.get(key)) is None:
            stored = self._results[key] = (source, work())
        return cast("Result", stored[1])
