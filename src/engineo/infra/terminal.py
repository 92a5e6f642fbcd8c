"""What waiting looks like in a terminal, and how foreign text gets there safely.

Titles and URLs come from other people's pages, so nothing is parsed as markup and control characters never reach the
terminal.
"""

import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, ProgressColumn, SpinnerColumn, Task, TimeElapsedColumn
from rich.text import Text

_BAR_WIDTH = 30
_LONGEST_TEXT = 300

UpdateProgress = Callable[[int, int, str | None], None]
"""Called with pages fetched, pages known so far, and the URL being fetched; from any thread."""


def clean(text: object, encoding: str = "utf-8") -> str:
    """Foreign text for a terminal: one line, no control or direction characters, at most 300 characters."""
    line = " ".join(str(text)[: _LONGEST_TEXT * 4].split())
    line = "".join(letter for letter in line if not unicodedata.category(letter).startswith("C"))
    line = line if len(line) <= _LONGEST_TEXT else line[: _LONGEST_TEXT - 3] + "..."
    return line.encode(encoding, "replace").decode(encoding)


@contextmanager
def crawl_progress(console: Console) -> Iterator[UpdateProgress]:
    """A progress bar for a crawl. Where the console is no terminal, one line at the end and nothing before."""
    last: tuple[int, int] | None = None
    progress = Progress(
        SpinnerColumn("line"),
        _PagesColumn(),
        BarColumn(bar_width=_BAR_WIDTH),
        TimeElapsedColumn(),
        _CurrentColumn(),
        console=console,
        disable=not console.is_terminal,
        transient=True,
    )
    task = progress.add_task("", total=None, current="")

    def update(pages_fetched: int, pages_known: int, current: str | None) -> None:
        nonlocal last
        last = pages_fetched, pages_known
        known = max(pages_fetched, pages_known)
        shown = clean(current or "", console.encoding)
        progress.update(task, completed=pages_fetched, total=known or None, current=shown)

    with progress:
        yield update
    if last is not None:
        fetched, known = last
        console.print(Text(f"Crawled {fetched} of {counted(max(fetched, known), 'known page')}"))


@contextmanager
def waiting(console: Console, text: str) -> Iterator[None]:
    """A spinner beside `text` while the block runs; just the line where the console is no terminal."""
    words = Text(clean(text, console.encoding))
    if not console.is_terminal:
        console.print(words)
        yield
        return
    with console.status(words, spinner="line"):
        yield


def counted(count: int, thing: str) -> str:
    return f"{count} {thing}{'' if count == 1 else 's'}"


class _PagesColumn(ProgressColumn):
    def render(self, task: Task) -> Text:
        known = "" if task.total is None else f" of {task.total:.0f}"
        return Text(f"{task.completed:.0f}{known} pages")


class _CurrentColumn(ProgressColumn):
    """The end of the current URL: what tells pages apart stands there."""

    def render(self, task: Task) -> Text:
        current = str(task.fields.get("current") or "")
        return Text(current[-26:], "dim", no_wrap=True, overflow="ellipsis")
