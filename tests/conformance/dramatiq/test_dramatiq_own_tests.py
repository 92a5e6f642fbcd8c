"""Dramatiq's own tests, on dramatiq's brokers (so that the harness is right) and on ours."""

from pathlib import Path

import pytest
from tests.conformance.dramatiq.runs import Stored, Suite
from tests.services import RedisService

pytestmark = [pytest.mark.all, pytest.mark.timeout(400)]
STORED = Stored.read()


@pytest.mark.parametrize("target", STORED.at_least)
def test_dramatiqs_own_tests_end_as_the_stored_list_says(target: str, own_redis: RedisService, tmp_path: Path) -> None:
    suite = Suite(tmp_path / "dramatiq")
    assert suite.missing(entry.test for entry in (*STORED.left_out, *STORED.failing)) == []
    outcomes = suite.run(
        target, own_redis.url, left_out=STORED.not_run(target), may_fail=STORED.may_fail(target)
    )  # fmt: skip
    complaints = STORED.complaints(target, outcomes)
    assert not complaints, "\n\n".join(complaints)
