"""The whole OpenAPI document against the API as it runs: every status, shape, header and refusal is as documented."""

import subprocess
import sys
from pathlib import Path

import pytest
from tests.conftest import ROOT
from tests.journeys.stack import SMALL_SITE, running

EXAMPLES_PER_OPERATION = 25
SEED = 1  # the same requests every time: what fails here fails again


@pytest.mark.all
def test_the_api_does_what_its_openapi_document_says(
    sqlite_url: str, redis_url: str, redis_prefix: str, tmp_path: Path
) -> None:
    with running(SMALL_SITE, database_url=sqlite_url, redis_url=redis_url, prefix=redis_prefix, logs=tmp_path) as stack:
        stack.start_api()
        done = subprocess.run(
            [
                sys.executable, "-m", "schemathesis.cli", "run", f"http://127.0.0.1:{stack.port}/openapi.json",
                "--header", f"Authorization: Bearer {stack.key}", "--checks", "all", "--continue-on-failure",
                "--max-examples", str(EXAMPLES_PER_OPERATION), "--seed", str(SEED), "--generation-database", "none",
                "--no-color",
            ],
            env={**stack.environment, "SCHEMATHESIS_HOOKS": "tests.journeys.schemathesis_hooks",
                 "PYTHONPATH": str(ROOT)},
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=100,
            check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout[-10_000:] + done.stderr[-2000:]
        paths = stack.call("GET", "/openapi.json")["paths"]
        assert f"Tested: {sum(map(len, paths.values()))}" in done.stdout
        assert "http.request.failed" not in stack.log()
