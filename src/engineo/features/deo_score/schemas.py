"""HTTP shapes of the score."""

from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, AwareDatetime, BeforeValidator, ConfigDict, Field
from pydantic.config import JsonDict

from engineo.features.deo_score.contracts import Reason
from engineo.features.deo_score.domain.comparison import Comparison
from engineo.infra.web import CamelModel

SIGNAL_EXAMPLE: JsonDict = {"value": 0.9125, "reason": None, "n": 25, "confidence": 1.0}


def _spelt_out(text: str) -> str:
    """A bare number would be taken for seconds, and a bare date for its midnight."""
    if "t" not in text.lower():
        raise ValueError("expected a date and time such as 2026-01-31T12:00:00Z")
    return text


def _in_utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise ValueError("is before the year 1 or after the year 9999 in UTC") from None


Moment = Annotated[AwareDatetime, BeforeValidator(_spelt_out), AfterValidator(_in_utc)]


class RecomputeIn(CamelModel):
    """`crawl`: "if_stale" crawls first when there is no finished crawl of the last 7 days."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "manual", "crawl": "if_stale"}]})

    reason: Reason = "manual"
    crawl: Literal["if_stale", "always", "never"] = "if_stale"


class RecomputeAccepted(CamelModel):
    """`deduplicated`: a recompute was waiting already, and this request joined it."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "projectId": "5f0c2a6e-7d0e-4c55-9a3e-0f6b1f6a9d11",
                    "enqueued": True,
                    "jobId": "b7b5dc0e-7e0f-4a0e-9a43-0a1f4f5c2f0d",
                    "deduplicated": False,
                }
            ]
        }
    )

    project_id: str
    enqueued: bool
    job_id: str
    deduplicated: bool


class RecomputeState(CamelModel):
    """`status`: waiting, running, completed or failed."""

    job_id: str
    status: str
    reason: str
    requested_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    crawl_id: str | None
    error: str | None


class Components(CamelModel):
    """Integers in [0, 100]; null where nothing could be measured."""

    content: int | None
    entities: int | None
    technical: int | None
    visibility: int | None


class ScoreOut(CamelModel):
    """`status`: scored, blocked (the home page cannot be indexed: capped at 30) or insufficient_data (nulls)."""

    project_id: str
    status: str
    reason: str | None
    overall: int | None
    overall_uncapped: int | None
    components: Components
    confidence: float | None
    version: str
    snapshot_id: str | None
    crawl_id: str | None
    computed_at: datetime | None


class CurrentScore(ScoreOut):
    """The latest score, and the recompute requested last."""

    recompute: RecomputeState | None


class ScoreHistory(CamelModel):
    """Newest first. `nextCursor` is null on the last page."""

    items: list[ScoreOut]
    next_cursor: datetime | None


Severity = Literal["critical", "high", "medium", "low"]
Area = Literal[
    "content",
    "indexing",
    "site",
    "links",
    "structured-data",
    "international",
    "images",
    "performance",
    "security",
    "answers",
    "brand",
]


class AffectedUrl(CamelModel):
    """`detail` is what is to be seen there, such as "characters: 73"."""

    url: str
    detail: str | None


class FindingOut(CamelModel):
    """What a check found.

    `share` in [0, 1] is that of the pages that could have it, and decides the severity together with how bad it is.
    `points` of the overall score would be won by mending it alone; `component` and `signal` say where, and are null
    where the score does not count it. `worst` holds at most 20 of the `count` URLs.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "description-missing",
                    "area": "content",
                    "severity": "medium",
                    "title": "Pages without a meta description",
                    "fix": "Write a meta description for 4 pages",
                    "why": "Without a description engines pick some text of the page as its snippet.",
                    "how": 'Add <meta name="description"> with one or two sentences.',
                    "source": "https://developer.chrome.com/docs/lighthouse/seo/meta-description",
                    "component": "content",
                    "signal": "contentCoverage",
                    "share": 0.17,
                    "points": 0.62,
                    "count": 4,
                    "worst": [{"url": "https://shop.example/products/mug", "detail": None}],
                }
            ]
        }
    )

    id: str
    area: str
    severity: str
    title: str
    fix: str
    why: str
    how: str
    source: str
    component: str | None
    signal: str | None
    share: float
    points: float
    count: int
    worst: list[AffectedUrl]


class FindingsOut(CamelModel):
    """The findings of the current score, those that would win most first. `counts` are over all of them."""

    project_id: str
    snapshot_id: str | None
    computed_at: datetime | None
    counts: dict[str, int]
    items: list[FindingOut]
    next_cursor: int | None


class FindingUrlsOut(CamelModel):
    """The URLs that a finding affects, the worst first. Kept in full for the ten newest scores."""

    project_id: str
    finding_id: str
    count: int
    items: list[AffectedUrl]
    next_cursor: int | None


class SignalsOut(CamelModel):
    """Every signal with its value in [0, 1] or the reason why there is none, its evidence, and the ranked fixes."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"signals": {"contentCoverage": SIGNAL_EXAMPLE}}]})

    project_id: str
    snapshot_id: str | None
    status: str
    reason: str | None
    version: str
    computed_at: datetime | None
    signals: dict[str, Any]
    fixes: list[dict[str, Any]]


class BeforeAfter(CamelModel):
    before: int | None
    after: int | None


class CheckChangeOut(CamelModel):
    """A defect of more, fewer or other pages than before. `complete`: `gained` and `left` are all of them."""

    check: str
    text: str
    before: int
    after: int
    points: float
    gained: list[str]
    left: list[str]
    complete: bool


class PageChangeOut(CamelModel):
    """A page's value in [0, 1]; null where it was not kept."""

    url: str
    before: float | None
    after: float | None


class SignalChangeOut(CamelModel):
    """`points` of the overall score, before rounding, that the change of this signal is worth."""

    signal: str
    component: str
    before: float | None
    after: float | None
    points: float
    texts: list[str]
    checks: list[CheckChangeOut]
    pages: list[PageChangeOut]


class ScoreComparison(CamelModel):
    """`delta` is null where one of the scores is none. `lines` tell the whole in sentences, largest change first."""

    project_id: str
    from_: ScoreOut | None = Field(alias="from")
    to: ScoreOut | None
    delta: int | None
    reason: str | None
    cap_points: float
    components: dict[str, BeforeAfter]
    signals: list[SignalChangeOut]
    lines: list[str]


def comparison_out(
    project_id: str, before: object | None, after: object | None, found: Comparison | None
) -> ScoreComparison:
    """`before` and `after` are scores with the attributes of `ScoreOut`; without two of them nothing was `found`."""
    scores = {
        name: None if score is None else ScoreOut.model_validate(score)
        for name, score in (("from_", before), ("to", after))
    }
    if found is None:
        reason = "there are no two scores to compare"
        nothing: dict[str, Any] = {"delta": None, "cap_points": 0.0, "components": {}, "signals": [], "lines": []}
        return ScoreComparison.model_validate({"project_id": project_id, **scores, "reason": reason, **nothing})
    return ScoreComparison.model_validate(
        {
            "project_id": project_id,
            **scores,
            "delta": found.delta,
            "reason": found.reason,
            "cap_points": found.cap_points,
            "components": {name: {"before": was, "after": now} for name, (was, now) in found.components.items()},
            "signals": [SignalChangeOut.model_validate(change) for change in found.signals],
            "lines": list(found.lines),
        }
    )
