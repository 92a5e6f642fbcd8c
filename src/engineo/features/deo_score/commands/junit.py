"""A report as JUnit XML, which build servers show as tests: one per check, and one per condition that was set."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from engineo.features.deo_score.commands.gates import Gate
from engineo.features.deo_score.domain.findings.check import AREAS
from engineo.features.deo_score.domain.findings.registry import CHECKS

_FAILING = ("critical", "high")  # what is worse than a hint
_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit(report: Mapping[str, Any], conditions: Sequence[Gate]) -> str:
    """Findings of high or critical severity fail; those of lower severity pass with a note."""
    found = {finding["id"]: finding for finding in report["findings"]}
    suites = [_suite("score", [_condition(gate) for gate in conditions])] if conditions else []
    for area in AREAS:
        cases = [_case(area, check.id, check.title, found.get(check.id)) for check in CHECKS if check.area == area]
        suites.append(_suite(area, cases))
    name = quoteattr(_clean(f"EngineO {report['project']['origin']}"))
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name={name}>\n{"".join(suites)}</testsuites>\n'


def _suite(name: str, cases: Iterable[str]) -> str:
    listed = list(cases)
    failures = sum("<failure" in case for case in listed)
    counts = f'tests="{len(listed)}" failures="{failures}" errors="0" skipped="0"'
    return f"<testsuite name={quoteattr(name)} {counts}>\n{''.join(listed)}</testsuite>\n"


def _condition(gate: Gate) -> str:
    body = "" if gate.failure is None else f"<failure message={quoteattr(gate.failure)}/>"
    return f'<testcase classname="engineo.score" name={quoteattr(gate.text)}>{body}</testcase>\n'


def _case(area: str, check_id: str, title: str, finding: Mapping[str, Any] | None) -> str:
    head = f"<testcase classname={quoteattr(f'engineo.{area}')} name={quoteattr(f'{check_id}: {title}')}>"
    if finding is None:
        return f"{head}</testcase>\n"
    lines = [f"{finding['why']} {finding['how']} {finding['source']}"]
    lines += [f"{worst['url']} {worst['detail'] or ''}".rstrip() for worst in finding["worst"]]
    said = escape(_clean("\n".join(lines)))
    if finding["severity"] in _FAILING:
        message = quoteattr(_clean(f"{finding['fix']} (+{finding['points']:.1f})"))
        return f"{head}<failure type={quoteattr(finding['severity'])} message={message}>{said}</failure></testcase>\n"
    return f"{head}<system-out>{said}</system-out></testcase>\n"


def _clean(text: str) -> str:
    return _NO_XML.sub("?", text)
