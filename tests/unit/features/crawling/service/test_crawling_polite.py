import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engineo.features.crawling.service.polite import PoliteFetcher, retry_after
from engineo.features.crawling.settings import CrawlSettings
from engineo.kernel.fetching import FetchRequest, FetchResult

NOW = datetime(2026, 5, 4, 12, 0, 0, tzinfo=UTC)
LIMITS = CrawlSettings().limits()


class FixedClock:
    def now(self) -> datetime:
        return NOW


class Script:
    """A site that answers as written; the last answer is repeated."""

    def __init__(self, *answers: FetchResult) -> None:
        self._answers = list(answers)
        self.asked: list[FetchRequest] = []
        self.at_once = self.most_at_once = 0

    async def fetch(self, request: FetchRequest) -> FetchResult:
        self.asked.append(request)
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        await asyncio.sleep(0)
        self.at_once -= 1
        return self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]


def answer(
    status: int | None = 200, outcome: str = "answered", headers: Mapping[str, str] | None = None
) -> FetchResult:
    return FetchResult("http://s/", outcome, status, tuple((headers or {}).items()), transfer_bytes=10)


def ask(script: Script) -> tuple[FetchResult, int]:
    spent: list[int] = []

    async def run() -> FetchResult:
        return await PoliteFetcher(script, LIMITS, FixedClock(), spent.append).ask("http://s/", {"a": "b"})

    return asyncio.run(run()), sum(spent)


@pytest.mark.parametrize(
    ("answers", "requests"),
    [
        ([answer(200)], 1),
        ([answer(404)], 1),
        ([answer(500)], 1),
        ([answer(503, headers={"retry-after": "0"}), answer(200)], 2),
        ([answer(429, headers={"retry-after": "0"})], 3),
        ([answer(None, "timeout"), answer(200)], 2),
        ([answer(None, "unreachable")], 2),
        ([answer(200, "timeout")], 1),
        ([answer(None, "refused")], 1),
        ([answer(None, "malformed")], 1),
        ([answer(200, "too_large")], 1),
    ],
)
def test_what_is_asked_again(answers: list[FetchResult], requests: int) -> None:
    script = Script(*answers)
    result, spent = ask(script)
    assert len(script.asked) == requests
    assert result == answers[-1]
    assert spent == 10 * requests, "every byte counts, those of retries too"


def test_the_limits_of_a_run_go_with_every_request() -> None:
    script = Script(answer())
    ask(script)
    (request,) = script.asked
    assert (request.max_bytes, request.timeout) == (LIMITS.max_page_bytes, LIMITS.page_timeout)
    assert request.headers == {"a": "b"}


def test_a_delay_means_one_at_a_time() -> None:
    script = Script(answer())

    async def run(delay: float | None) -> float:
        polite = PoliteFetcher(script, LIMITS, FixedClock(), lambda _: None)
        polite.slow_down(delay)
        started = asyncio.get_running_loop().time()
        await asyncio.gather(*(polite.ask(f"http://s/{n}") for n in range(4)))
        return asyncio.get_running_loop().time() - started

    assert asyncio.run(run(None)) < 1
    assert script.most_at_once == 4
    script.most_at_once = 0
    assert asyncio.run(run(0.05)) >= 0.14
    assert script.most_at_once == 1


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("5", 5),
        (" 5 ", 5),
        ("0", 0),
        ("999999999999999999999", 86_400),
        ("Mon, 04 May 2026 12:00:30 GMT", 30),
        ("Mon, 04 May 2026 11:00:00 GMT", 0),
        ("soon", None),
        ("-5", None),
        ("\u0665", None),
        ("", None),
        (None, None),
    ],
)
def test_retry_after(value: str | None, seconds: int | None) -> None:
    expected = None if seconds is None else timedelta(seconds=seconds)
    assert retry_after(value, NOW) == expected


@given(st.text())
def test_retry_after_takes_anything(value: str) -> None:
    found = retry_after(value, NOW)
    assert found is None or found >= timedelta(0)
