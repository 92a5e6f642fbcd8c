"""A report as SARIF 2.1.0, which code hosts show beside a change."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from engineo import __version__

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS = {"critical": "error", "high": "error", "medium": "warning", "low": "note"}


def sarif(report: Mapping[str, Any]) -> str:
    """One rule per finding, one result per page that is named."""
    findings = report["findings"]
    run = {
        "tool": {
            "driver": {
                "name": "EngineO",
                "version": __version__,
                "semanticVersion": __version__,
                "rules": [_rule(finding) for finding in findings],
            }
        },
        "automationDetails": {"id": f"engineo/{report['project']['origin']}"},
        "results": [result for number, finding in enumerate(findings) for result in _results(number, finding)],
        "properties": {"overall": report["score"]["overall"], "components": report["score"]["components"]},
        "columnKind": "utf16CodeUnits",
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=1)


def _rule(finding: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": finding["id"],
        "shortDescription": {"text": finding["title"]},
        "fullDescription": {"text": finding["why"]},
        "help": {"text": f"{finding['how']}\n{finding['source']}"},
        "helpUri": finding["source"],
        "defaultConfiguration": {"level": _LEVELS[finding["severity"]]},
        "properties": {
            "tags": [finding["area"]],
            "points": finding["points"],
            "share": finding["share"],
            "pages": finding["count"],
        },
    }


def _results(number: int, finding: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for worst in finding["worst"]:
        said = f" ({worst['detail']})" if worst["detail"] else ""
        yield {
            "ruleId": finding["id"],
            "ruleIndex": number,
            "level": _LEVELS[finding["severity"]],
            "message": {"text": f"{finding['title']}{said}. {finding['fix']}."},
            "locations": [{"physicalLocation": {"artifactLocation": {"uri": worst["url"]}}}],
            "partialFingerprints": {"page/v1": f"{finding['id']}:{worst['url']}"},
        }
