import io
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from engineo.features.deo_score.commands.rendering import render_score
from engineo.features.deo_score.domain.engine import COMPONENTS


def _console(width: int = 80, *, colour: bool = False, encoding: str = "utf-8") -> Console:
    file = io.TextIOWrapper(io.BytesIO(), encoding=encoding, errors="strict", newline="")
    return Console(
        file=file, width=width, force_terminal=colour, color_system="standard" if colour else None, _environ={}
    )


def _text(console: Console) -> str:
    console.file.flush()
    assert isinstance(console.file, io.TextIOWrapper)
    assert isinstance(console.file.buffer, io.BytesIO)
    return console.file.buffer.getvalue().decode(console.encoding)


def _report(**score: Any) -> dict[str, Any]:
    names = [name for signals in COMPONENTS.values() for name in signals]
    signals: dict[str, dict[str, Any]] = {
        name: {"value": place / 10, "reason": None, "n": 31} for place, name in enumerate(names[:11])
    }
    signals[names[11]] = {"value": None, "reason": "the home page says no name", "n": 0}
    fixes = [
        {"id": str(points), "title": f"Fix {points}", "why": "It helps.", "signal": names[0], "component": "content",
         "points": points, "count": 3, "urls": [f"http://shop.example/{points}"]}
        for points in (0.4, 5.25, 1.5, 2.5, 0.1, 3.5)
    ]  # fmt: skip
    return {
        "project": {"id": "p", "name": "Alder & Wick", "origin": "http://shop.example"},
        "crawl": {"status": "finished", "pages": 31, "seconds": 2.34},
        "score": {
            "status": "complete",
            "overall": 62,
            "components": {"content": 48, "entities": 85, "technical": 89, "visibility": None},
            "signals": signals,
            "version": "v1",
            **score,
        },
        "fixes": fixes,
        "jobId": "j",
    }


def _rendered(report: dict[str, Any], width: int = 80, encoding: str = "utf-8") -> str:
    console = _console(width, encoding=encoding)
    render_score(console, report)
    return _text(console)


def test_a_score_at_80_columns_without_colour() -> None:
    lines = [line.rstrip() for line in _rendered(_report()).splitlines()]
    assert lines[:5] == [
        "",
        "DEO score of Alder & Wick",
        "http://shop.example, 31 pages crawled in 2.3 s (finished)",
        "",
        "62 / 100 fair (v1)                  " + "█" * 19 + "░" * 11,
    ]
    assert "Content                          48 " + "█" * 14 + "░" * 16 in lines
    assert "Visibility                    not measured" in lines
    assert "  content freshness            0.20 " + "█" * 6 + "░" * 24 in lines
    assert "  brand navigational strength not measured: the home page says no name" in lines
    assert max(map(len, lines)) <= 80


def test_all_twelve_signals_stand_under_their_component() -> None:
    lines = _rendered(_report()).splitlines()
    places = {line.split("  ")[0]: place for place, line in enumerate(lines)}
    assert places["Content"] < places["Entities"] < places["Technical"] < places["Visibility"]
    below = [line for line in lines[places["Content"] : places["The most valuable fixes"]] if line.startswith("  ")]
    assert len([line for line in below if line[2] != " "]) == 12


def test_the_five_most_valuable_fixes_with_an_example() -> None:
    text = _rendered(_report())
    shown = [[*line.split()[:2], line.split()[3]] for line in text.splitlines() if line[1:3] == ". "]
    assert shown == [
        ["1.", "+5.2", "5.25"],
        ["2.", "+3.5", "3.5"],
        ["3.", "+2.5", "2.5"],
        ["4.", "+1.5", "1.5"],
        ["5.", "+0.4", "0.4"],
    ]
    assert "3 pages, such as http://shop.example/5.25" in text
    assert "It helps." in text


@pytest.mark.parametrize(
    ("overall", "word"), [(100, "good"), (80, "good"), (79, "fair"), (50, "fair"), (49, "poor"), (0, "poor")]
)
def test_bands(overall: int, word: str) -> None:
    assert f"{overall} / 100 {word}" in _rendered(_report(overall=overall))


def test_a_blocked_site() -> None:
    text = _rendered(_report(status="blocked", overall=30))
    assert "30 / 100 blocked" in text
    assert "The score is capped at 30: the home page cannot be indexed." in text


def test_the_reason_that_the_score_gives_is_shown() -> None:
    blocked = _rendered(_report(status="blocked", overall=30, reason="the home page says [noindex]"))
    assert "The score is capped at 30: the home page says [noindex]" in blocked
    assert "only redirects" in _rendered(_report(status="insufficient_data", overall=None, reason="only redirects"))


def test_no_score() -> None:
    nothing: dict[str, Any] = {"status": "insufficient_data", "overall": None, "components": {}, "signals": {}}
    text = _rendered({**_report(**nothing), "fixes": [], "crawl": {"status": "failed", "pages": 0, "seconds": None}})
    assert "No score" in text
    assert "not enough data" in text
    assert "0 pages crawled (failed)" in text
    assert not {"100", "valuable", "not measured"} & set(text.split())


def test_colours_follow_the_bands() -> None:
    console = _console(colour=True)
    render_score(console, _report())
    lines = _text(console).splitlines()
    codes = {line.split("m", 1)[1].split(" ", 1)[0]: line for line in lines if line.startswith("\x1b[1")}
    assert "\x1b[1;33m" in codes["62"]
    assert "\x1b[1;31m" in codes["Content"]
    assert "\x1b[1;32m" in codes["Entities"]


def test_ascii_terminals_get_ascii() -> None:
    report = _report()
    report["fixes"][1]["title"] = "Größe ü 日本"
    text = _rendered(report, encoding="ascii")
    assert "#" * 19 + "-" * 11 in text
    assert "Gr??e ? ??" in text


def test_hostile_titles_are_only_text() -> None:
    report = _report()
    report["project"]["name"] = "[bold red]Shop[/] :smile: \x1b[2J\x07\u202eevil\u200b\ud800 [/nope]"
    report["fixes"][1] |= {
        "title": "[link=http://x]\r\n\tclick[/link]",
        "why": "x" * 5000,
        "urls": ["http://h/\x1b]8;;"],
    }
    text = _rendered(report)
    assert "DEO score of [bold red]Shop[/] :smile: [2Jevil [/nope]" in text
    assert "[link=http://x] click[/link] (content)" in text
    assert "http://h/]8;;" in text
    assert max(len(line) for line in text.splitlines()) <= 80
    assert text.count("x" * 60) < 6


@given(st.text(max_size=200), st.integers(20, 200), st.floats(0, 1), st.sampled_from(["utf-8", "ascii", "latin-1"]))
def test_any_report_fits_any_terminal(text: str, width: int, value: float, encoding: str) -> None:
    report = _report(overall=round(value * 100))
    report["project"]["name"] = text
    report["fixes"][0] |= {"title": text, "why": text, "urls": [text], "points": 9.0}
    report["score"]["signals"]["crawlHealth"] = {"value": None, "reason": text, "n": 0}
    report["score"]["signals"]["coreWebVitals"] = {"value": value, "reason": None, "n": 1}
    assert "Technical" in _rendered(report, width, encoding)
