"""Dramatiq's own tests, on dramatiq's brokers (so that the harness is right) and on ours."""

from pathlib import Path

import pytest
from tests.conformance.dramatiq.runs import Stored, Suite
from tests.services import RedisService

pytestmark = [pytest.mark.all, pytest.mark.timeout(400)]


@pytest.mark.parametrize("target", ["stock", "engineo"])
def test_dramatiqs_own_tests_pass_but_for_the_stored_exceptions(
    target: str, own_redis: RedisService, tmp_path: Path
) -> None:
    stored = Stored.read()
    suite = Suite(tmp_path / "dramatiq")
    assert suite.missing(stored.left_out) == []
    outcomes = suite.run(target, own_redis.url, stored.left_out)
    complaints = stored.complaints(target, outcomes)
    assert not complaints, "\n\n".join(complaints)
