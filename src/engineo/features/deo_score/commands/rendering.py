"""What a score looks like in a terminal: 80 columns, with or without colour or Unicode."""

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from engineo.features.deo_score.domain.engine import COMPONENTS
from engineo.infra.terminal import clean, counted

_BANDS = ((80, "good", "green"), (50, "fair", "yellow"), (0, "poor", "red"))
_BLOCKED = "the home page cannot be indexed."
_INSUFFICIENT = "There is not enough data for a score: no finished crawl of this site has a page that could be read."
_LABEL_WIDTH = 30
_VALUE_WIDTH = 6
_BAR_WIDTH = 30
_NARROWEST_BAR = 8
_MOST_FIXES = 5


class TerminalScoreRenderer:
    """The port `ScoreRenderer`, on standard output."""

    def render(self, report: Mapping[str, Any]) -> None:
        render_score(Console(), report)


def render_score(console: Console, report: Mapping[str, Any]) -> None:
    """Print a report: `{"project": {"id", "name", "origin"}, "crawl": {"status", "pages", "seconds"}, "score": {...},
    "fixes": [{"title", "why", "component", "points", "count", "urls", ...}], "jobId"}`, where score is `{"status",
    "overall", "components": {name: int | None}, "signals": {name: {"value", "reason", "n"}}, "version"}` and may
    have a "reason" for being blocked or absent. Overall and components are in [0, 100], signal values in [0, 1]; None
    is not measured.
    """
    sheet = _Sheet(console)
    _header(sheet, report["project"], report["crawl"])
    _overall(sheet, report["score"])
    components, signals = report["score"].get("components") or {}, report["score"].get("signals") or {}
    for component, names in COMPONENTS.items() if components or signals else ():
        sheet.gap()
        _component(sheet, component, components.get(component))
        for name in names:
            _signal(sheet, name, signals.get(name) or {})
    _fixes(sheet, report.get("fixes") or ())
    _severities(sheet, report.get("severities") or {})


class _Sheet:
    """Prints rows as wide as the terminal is: a label, a value and a bar, or a label and words that wrap."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._bar_width = max(_NARROWEST_BAR, min(_BAR_WIDTH, console.width - _LABEL_WIDTH - _VALUE_WIDTH - 1))
        self._glyphs = ("#", "-") if console.options.ascii_only else ("█", "░")

    def gap(self) -> None:
        self._console.print()

    def said(self, text: object, style: str = "") -> Text:
        """Text of ours or of a page, as it is: never markup."""
        return Text(clean(text, self._console.encoding), style, overflow="fold")

    def words(self, text: Text, indent: int = 0) -> None:
        self._console.print(Padding(text, (0, 0, 0, indent), expand=False))

    def pair(self, label: Text, words: Text, width: int = _LABEL_WIDTH) -> None:
        grid = Table.grid(padding=0)
        grid.add_column(width=width, no_wrap=True, overflow="crop")
        grid.add_column(overflow="fold")
        grid.add_row(label, words)
        self._console.print(grid)

    def measure(self, label: Text, value: str, share: float, style: str) -> None:
        """`share` in [0, 1] as a bar."""
        full, empty = self._glyphs
        filled = round(max(0.0, min(1.0, share)) * self._bar_width)
        bar = full * filled + empty * (self._bar_width - filled)
        self.pair(label, Text(f"{value:>{_VALUE_WIDTH - 1}} {bar}", style))


def _header(sheet: _Sheet, project: Mapping[str, Any], crawl: Mapping[str, Any]) -> None:
    name, origin = project.get("name") or project["origin"], project["origin"]
    sheet.gap()
    sheet.words(sheet.said(f"DEO score of {name}", "bold"))
    seconds = crawl.get("seconds")
    took = "" if seconds is None else f" in {seconds:.1f} s"
    state = crawl.get("status") or "unknown"
    sheet.words(sheet.said(f"{origin}, {counted(crawl.get('pages') or 0, 'page')} crawled{took} ({state})", "dim"))
    sheet.gap()


def _overall(sheet: _Sheet, score: Mapping[str, Any]) -> None:
    overall = score.get("overall")
    if overall is None:
        sheet.words(Text("No score", "bold"))
        sheet.words(sheet.said(score.get("reason") or _INSUFFICIENT))
        return
    blocked = score.get("status") == "blocked"
    word, colour = ("blocked", "red") if blocked else _band(overall)
    version = f" ({score['version']})" if score.get("version") else ""
    sheet.measure(
        sheet.said(f"{overall} / 100  {word}{version}", f"bold {colour}"), "", overall / 100, f"bold {colour}"
    )
    if blocked:
        sheet.words(sheet.said(f"The score is capped at 30: {score.get('reason') or _BLOCKED}", "red"))


def _component(sheet: _Sheet, name: str, value: int | None) -> None:
    label = Text(name.capitalize(), "bold")
    if value is None:
        sheet.pair(label, Text("not measured", "dim"))
    else:
        sheet.measure(label, str(value), value / 100, f"bold {_band(value)[1]}")


def _signal(sheet: _Sheet, name: str, signal: Mapping[str, Any]) -> None:
    label = Text(f"  {_label(name)}")
    value, reason = signal.get("value"), signal.get("reason")
    if value is None:
        sheet.pair(label, sheet.said(f"not measured: {reason}" if reason else "not measured", "dim"))
    else:
        sheet.measure(label, f"{value:.2f}", value, _band(value * 100)[1])


def _fixes(sheet: _Sheet, fixes: Sequence[Mapping[str, Any]]) -> None:
    if not fixes:
        return
    sheet.gap()
    sheet.words(Text("The most valuable fixes", "bold"))
    ranked = sorted(fixes, key=lambda fix: -(fix.get("points") or 0))[:_MOST_FIXES]
    for number, fix in enumerate(ranked, start=1):
        points = f"+{fix.get('points') or 0:.1f}"
        label = Text.assemble(f"{number}. ", (f"{points:>5}", "bold green"))
        width = 10
        sheet.gap()
        sheet.pair(label, sheet.said(f"{fix.get('title')} ({fix.get('component')})", "bold"), width)
        if fix.get("why"):
            sheet.words(sheet.said(fix["why"]), width)
        if urls := fix.get("urls") or ():
            count = max(fix.get("count") or 0, len(urls))
            where = f"{count} pages, such as " if count > 1 else "at "
            sheet.words(Text.assemble((where, "dim"), sheet.said(urls[0], "cyan"), overflow="fold"), width)


def _severities(sheet: _Sheet, counts: Mapping[str, int]) -> None:
    if any(counts.values()):
        said = ", ".join(f"{count} {name}" for name, count in counts.items())
        sheet.gap()
        sheet.words(sheet.said(f"{counted(sum(counts.values()), 'finding')}: {said}", "dim"))


def _band(score: float) -> tuple[str, str]:
    """The word and the colour for a score in [0, 100]."""
    return next((word, colour) for floor, word, colour in _BANDS if score >= floor or not floor)


def _label(name: str) -> str:
    """`contentCoverage` as "content coverage"."""
    return "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in name)
