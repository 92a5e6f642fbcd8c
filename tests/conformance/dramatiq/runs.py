"""Running dramatiq's tests on one broker, and what the stored list says about how they ended."""

import json
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.conformance.dramatiq.archive import install_pika, unpack_tests
from tests.conftest import ROOT

STORED = Path(__file__).with_name("exceptions.toml")
MODULE = "tests.conformance.dramatiq"
_RUN_SECONDS = 150
_TEST_SECONDS = 40
_AT_ONCE = 4  # most of them sleep, and on two cores more of them disturb each other
_TRIES = 3

_PACKAGE = """\
import dramatiq.brokers.redis
__path__.append({ours!r})
from {module} import brokers
dramatiq.brokers.redis.RedisBroker = brokers.TARGET.shared
"""
_SETTINGS = """\
[pytest]
addopts = -q -p xdist -p pytest_timeout -p no:cacheprovider --timeout {seconds}
filterwarnings =
    error::pytest.PytestUnhandledThreadExceptionWarning
    error::pytest.PytestUnraisableExceptionWarning
"""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one test ended: passed, failed or skipped; `why` is pytest's report of it."""

    result: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One exception: a file or a test, why it is one, and on which brokers (on all, when it names none)."""

    test: str
    why: str
    on: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Stored:
    """The stored list: what is not run, what runs and fails, and how many tests run on a broker at least."""

    left_out: Sequence[Entry]
    failing: Sequence[Entry]
    at_least: Mapping[str, int]

    @classmethod
    def read(cls, path: Path = STORED) -> "Stored":
        content: dict[str, Any] = tomllib.loads(path.read_text())
        left_out, failing = (
            [Entry(entry["test"], entry["why"], tuple(entry.get("on", ()))) for entry in content[name]]
            for name in ("left_out", "failing")
        )
        return cls(left_out, failing, content["at_least"])

    def not_run(self, target: str) -> list[str]:
        return list(_of(target, self.left_out))

    def may_fail(self, target: str) -> list[str]:
        return list(_of(target, self.failing))

    def complaints(self, target: str, outcomes: Mapping[str, Outcome]) -> list[str]:
        """What differs from the list, in words; nothing when all is as stored."""
        failing = _of(target, self.failing)
        found = []
        for test, outcome in sorted(outcomes.items()):
            if outcome.result != "passed" and test not in failing:
                found.append(f"{test} {outcome.result}\n{outcome.why}")
            if outcome.result == "passed" and test in failing:
                found.append(f"{test} passed, but is stored as failing: {failing[test]}")
        found += [f"{test} is stored as failing, but did not run" for test in sorted(failing.keys() - outcomes.keys())]
        if len(outcomes) < self.at_least[target]:
            found.append(f"{len(outcomes)} tests ran, at least {self.at_least[target]} are stored")
        return found


def _of(target: str, entries: Iterable[Entry]) -> dict[str, str]:
    return {entry.test: entry.why for entry in entries if not entry.on or target in entry.on}


class Suite:
    """Dramatiq's tests in a folder of their own, beside our fixtures."""

    def __init__(self, folder: Path) -> None:
        """Downloads them. Raises DownloadError."""
        self._folder = folder
        self._tests = folder / "tests"
        unpack_tests(self._tests)
        install_pika(folder / "packages")
        (self._tests / "__init__.py").write_text(_PACKAGE.format(ours=str(ROOT / "tests"), module=MODULE))
        (self._tests / "conftest.py").write_text(f"from {MODULE}.fixtures import *\n")
        (self._tests / "common.py").write_text(f"from {MODULE}.support import *\n")
        (folder / "pytest.ini").write_text(_SETTINGS.format(seconds=_TEST_SECONDS))

    def missing(self, tests: Iterable[str]) -> list[str]:
        """Those that name no file, or no function of one."""
        return [test for test in tests if not self._has(*test.partition("::")[::2])]

    def _has(self, file: str, function: str) -> bool:
        path = self._tests / file
        return path.exists() and (not function or f"def {function.partition('[')[0]}(" in path.read_text())

    def run(
        self, target: str, redis_url: str, *, left_out: Iterable[str] = (), may_fail: Collection[str] = ()
    ) -> dict[str, Outcome]:
        """The outcome of each test, by its name as in `test_actors.py::test_actors_can_be_named`.

        They run side by side. What failed, and may not, runs again, alone: several measure times of a few milliseconds,
        or give a process so many seconds, which a busy machine does not keep.
        """
        whole = [test for test in left_out if "::" not in test]
        single = [test for test in left_out if "::" in test]
        options = [*(f"--ignore=tests/{file}" for file in whole), *(f"--deselect=tests/{test}" for test in single)]
        outcomes = self._pytest(target, redis_url, "-n", str(_AT_ONCE), "--dist=loadgroup", *options, "tests")
        for _ in range(1, _TRIES):
            failed = [test for test, outcome in outcomes.items() if outcome.result == "failed" and test not in may_fail]
            if failed:
                outcomes |= self._pytest(target, redis_url, *(f"tests/{test}" for test in failed))
        return outcomes

    def _pytest(self, target: str, redis_url: str, *arguments: str) -> dict[str, Outcome]:
        report = self._folder / "report.jsonl"
        report.unlink(missing_ok=True)
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")},
            "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
            "PATH": os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"])),  # it calls itself "python"
            "PYTHONPATH": os.pathsep.join((str(ROOT / "src"), str(self._folder / "packages"))),
            "CONFORMANCE_TARGET": target,
            "CONFORMANCE_REDIS_URL": redis_url,
            "CONFORMANCE_REPORT": str(report),
        }
        done = subprocess.run(
            [sys.executable, "-m", "pytest", *arguments],
            cwd=self._folder,
            env=environment,
            capture_output=True,
            text=True,
            timeout=_RUN_SECONDS,
            check=False,
        )
        if not report.exists():
            raise AssertionError(f"dramatiq's tests did not run:\n{done.stdout[-4000:]}\n{done.stderr[-4000:]}")
        return _read(report)


def _read(report: Path) -> dict[str, Outcome]:
    outcomes: dict[str, Outcome] = {}
    for line in report.read_text().splitlines():
        phase = json.loads(line)
        test = re.sub(r"^tests/|@\w+$", "", phase["test"])
        if test not in outcomes or phase["outcome"] != "passed":  # a failing teardown fails a test that passed
            outcomes[test] = Outcome(phase["outcome"], phase["why"])
    return outcomes
