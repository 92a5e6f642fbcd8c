import io

from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from engineo.infra.terminal import clean, crawl_progress, waiting


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


@given(st.text())
def test_cleaned_text_is_one_short_printable_line(text: str) -> None:
    line = clean(text)
    assert len(line) <= 300
    assert line.isprintable() or all(letter.isspace() or letter.isprintable() for letter in line)
    assert len(line.splitlines()) <= 1
    assert clean(text, "ascii").isascii()


def test_progress_is_one_line_where_there_is_no_terminal() -> None:
    console = _console()
    with crawl_progress(console) as update:
        update(0, 1, "http://shop.example/")
        update(25, 31, None)
        assert _text(console) == ""
    assert _text(console) == "Crawled 25 of 31 known pages\n"


def test_a_crawl_without_progress_says_nothing() -> None:
    console = _console()
    with crawl_progress(console):
        pass
    assert _text(console) == ""


def test_progress_in_a_terminal() -> None:
    console = _console(colour=True)
    with crawl_progress(console) as update:
        update(25, 31, "http://shop.example/[bold]\x1b[2J")
    text = _text(console)
    assert "25 of 31 pages" in text
    assert "example/[bold][2J" in text
    assert text.splitlines()[-1].split("\x1b[2K")[-1].startswith("Crawled 25 of 31 known pages")


def test_a_crawl_that_breaks_off_says_nothing_of_success() -> None:
    console = _console()
    progress = crawl_progress(console)
    update = progress.__enter__()
    update(3, 9, None)
    assert not progress.__exit__(KeyError, KeyError(), None)
    assert _text(console) == ""


def test_waiting() -> None:
    plain, terminal = _console(), _console(colour=True)
    for console in (plain, terminal):
        with waiting(console, "Scoring [b]the\x1b[2J site"):
            pass
    assert _text(plain) == "Scoring [b]the[2J site\n"
    assert "Scoring [b]the[2J site" in _text(terminal)
