"""Conditions that a pipeline sets: what a score must not be below, and what it must not lose."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

BELOW, DROPPED = 3, 4  # exit codes


@dataclass(frozen=True, slots=True)
class Gate:
    """`text` says what was asked, `failure` (where it failed) what was found instead; `code` is the exit code."""

    text: str
    code: int
    failure: str | None


def gates(report: Mapping[str, Any], fail_under: int | None, fail_on_drop: int | None) -> list[Gate]:
    """The conditions that were set, with their outcome: a missing score fails both, a first one has not dropped."""
    overall = report["score"]["overall"]
    found = []
    if fail_under is not None:
        short = overall is None or overall < fail_under
        said = "there is no score" if overall is None else f"the score is {overall}, which is below {fail_under}"
        found.append(Gate(f"the score is at least {fail_under}", BELOW, said if short else None))
    if fail_on_drop is not None:
        before = (report.get("previous") or {}).get("overall")
        lost = 0 if before is None else before - (overall or 0)
        said = f"the score has dropped by {lost}, from {before} to {'none' if overall is None else overall}"
        found.append(
            Gate(f"the score drops by less than {fail_on_drop}", DROPPED, said if lost >= fail_on_drop else None)
        )
    return found
