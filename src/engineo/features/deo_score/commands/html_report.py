"""A report as one HTML file for people: it needs nothing else, and shows in light and dark, on paper and small screens.

Addresses, titles and details come from other people's pages: they are text, and links only where they are http(s).
"""

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from math import pi
from typing import Any

from engineo import __version__
from engineo.features.deo_score.commands.gates import Gate
from engineo.features.deo_score.commands.html_style import SCRIPT, STYLE
from engineo.features.deo_score.domain.engine import COMPONENTS, WEIGHTS
from engineo.features.deo_score.domain.findings.check import SEVERITIES

_BANDS = ((80, "good"), (50, "fair"), (0, "poor"))
_RADIUS = 80
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'"
_BLIND_SPOTS = (
    "The score says how ready a site is to be found, understood and quoted. It promises no rank, no traffic and no "
    "citations, sees nothing that scripts add, and cannot tell whether a text is true. Points of several findings need "
    "not add up."
)


def html_report(report: Mapping[str, Any], conditions: Sequence[Gate] = ()) -> str:
    """The report of `engineo score --json` as a page; `conditions` are shown with their outcome."""
    name = escape(report["project"]["name"] or report["project"]["origin"])
    version = escape(str(report["score"]["version"]))
    body = "".join(
        (
            _top(report, name),
            _conditions(conditions),
            _components(report["score"]),
            _findings(report),
            f"<footer class=dim><p>{_BLIND_SPOTS}</p><p>EngineO {__version__}, score version {version}.</p></footer>",
        )
    )
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex">'
        f"<title>DEO score of {name}</title><style>{STYLE}</style></head>\n"
        f"<body><main>{body}</main><script>{SCRIPT}</script></body></html>\n"
    )


def _band(score: float | None) -> str:
    return "none" if score is None else next(word for floor, word in _BANDS if score >= floor or not floor)


def _top(report: Mapping[str, Any], name: str) -> str:
    score, crawl = report["score"], report["crawl"]
    overall = score["overall"]
    when = str(score.get("computedAt") or "")[:16].replace("T", " ")
    about = f"{crawl['pages']:,} pages read{f', scored {escape(when)} UTC' if when else ''}"
    said = "no score" if overall is None else _band(overall)
    reason = f"<p class=notice>{escape(score['reason'])}</p>" if score["reason"] else ""
    return (
        f'<div class=top>{_gauge(overall)}<div class="{_band(overall)}"><h1>DEO score of {name}</h1>'
        f"<p>{_link(report['project']['origin'])}</p><p class=dim>{about}</p>"
        f"<p><span class=word>{said}</span> {_change(report)}</p></div></div>{reason}"
    )


def _gauge(overall: int | None) -> str:
    """Half a circle that is filled as far as the score goes."""
    length = pi * _RADIUS
    filled = length * (overall or 0) / 100
    path = f'd="M 20 100 A {_RADIUS} {_RADIUS} 0 0 1 180 100" fill="none" stroke-width="16" stroke-linecap="butt"'
    label = "no score" if overall is None else f"{overall} of 100"
    return (
        f'<svg class="gauge {_band(overall)}" viewBox="0 0 200 122" role="img" aria-label="{label}">'
        f'<path class=back {path}/><path class=arc {path} stroke-dasharray="{filled:.1f} {length + 1:.1f}"/>'
        f'<text x="100" y="96" font-size="46">{"-" if overall is None else overall}</text>'
        '<text x="100" y="118" font-size="13" opacity=".7">of 100</text></svg>'
    )


def _change(report: Mapping[str, Any]) -> str:
    before, now = (report.get("previous") or {}).get("overall"), report["score"]["overall"]
    if before is None or now is None:
        return ""
    moved = "as before" if now == before else f"{now - before:+d} since the score before ({before})"
    return f"<span class=dim>{moved}</span>"


def _conditions(conditions: Sequence[Gate]) -> str:
    if not conditions:
        return ""
    lines = (
        f'<p class="{"failed" if gate.failure else "passed"}">{escape(gate.failure or gate.text)}</p>'
        for gate in conditions
    )
    return f"<h2>Conditions</h2>{''.join(lines)}"


def _components(score: Mapping[str, Any]) -> str:
    cards = []
    for component, names in COMPONENTS.items():
        value = score["components"].get(component)
        shown = "-" if value is None else value
        signals = "".join(_signal(name, score["signals"].get(name) or {}) for name in names)
        cards.append(
            f'<section class="card {_band(value)}"><header><h3>{component.capitalize()}</h3><b>{shown}</b></header>'
            f"{_bar(value)}<small>{WEIGHTS[component]:.0%} of the score</small><dl>{signals}</dl></section>"
        )
    return f"<h2>What it is made of</h2><div class=cards>{''.join(cards)}</div>"


def _signal(name: str, signal: Mapping[str, Any]) -> str:
    value = signal.get("value")
    label = "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in name)
    percent = None if value is None else value * 100
    shown = "not measured" if percent is None else f"{percent:.0f}"
    why = f' title="{escape(str(signal["reason"]))}"' if signal.get("reason") else ""
    return f'<div class="{_band(percent)}"{why}><dt>{label}<span>{shown}</span></dt><dd>{_bar(percent)}</dd></div>'


def _bar(percent: float | None) -> str:
    return f'<div class=bar><i style="width:{0 if percent is None else percent:.0f}%"></i></div>'


def _findings(report: Mapping[str, Any]) -> str:
    findings = report["findings"]
    if not findings:
        return "<h2>Findings</h2><p>Nothing was found.</p>"
    counts = report["severities"]
    chips = "".join(
        f"<label class={name}><input type=checkbox value={name} checked>{counts.get(name, 0)} {name}</label>"
        for name in reversed(SEVERITIES.values())
    )
    return (
        f"<h2>Findings: what to do next</h2><p class=dim>Those that would win most points first.</p>"
        f"<div class=chips>{chips}</div>{''.join(map(_finding, findings))}"
    )


def _finding(finding: Mapping[str, Any]) -> str:
    severity, count = finding["severity"], finding["count"]
    points = f"+{finding['points']:.1f}" if finding["points"] >= 0.05 else ""  # noqa: PLR2004 - what would show as 0.0
    pages = "1 place" if count == 1 else f"{count:,} places"
    return (
        f"<details data-severity={severity} class={severity}><summary><span class=badge>{severity}</span>"
        f"<span>{escape(finding['fix'])} <small>{escape(finding['title'])}, {pages}</small></span>"
        f"<span class=points>{points}</span></summary><div class=inside><p>{escape(finding['why'])}</p>"
        f"<p><b>How:</b> {escape(finding['how'])}</p><p><small>{_link(finding['source'])}</small></p>"
        f"{_worst(finding['worst'], count)}</div></details>"
    )


def _worst(worst: Iterable[Mapping[str, Any]], count: int) -> str:
    listed = list(worst)
    rows = "".join(f"<tr><td>{_link(one['url'])}</td><td>{escape(one['detail'] or '')}</td></tr>" for one in listed)
    more = f"<p class=dim>and {count - len(listed):,} more</p>" if count > len(listed) else ""
    return f"<div class=scroll><table>{rows}</table></div>{more}"


def _link(url: str) -> str:
    shown = escape(url)
    safe = url.startswith(("https://", "http://"))
    return f'<a href="{shown}" rel="noopener noreferrer">{shown}</a>' if safe else shown
