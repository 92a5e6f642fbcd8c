"""The little markup that the shop's texts are written in: paragraphs, `## headings`, `- lists` and `[links](/to)`."""

import re
from collections.abc import Iterator
from html import escape

_LINK = re.compile(r"\[([^\]]+)\]\(([^)\s]+)\)")
_HEADING = re.compile(r"(#{2,6}) (.+)")


def to_html(text: str) -> str:
    return "\n".join(_block(block) for block in _blocks(text))


def questions(text: str) -> Iterator[tuple[str, str]]:
    """Headings that ask, each with the plain text below it."""
    blocks = [*_blocks(text), "## "]
    asked, answer = "", list[str]()
    for block in blocks:
        if block.startswith("#"):
            if asked.endswith("?") and answer:
                yield asked, " ".join(answer)
            asked, answer = block.lstrip("# "), []
        else:
            answer.append(plain(block))


def plain(text: str) -> str:
    return " ".join(_LINK.sub(r"\1", text).split())


def _blocks(text: str) -> list[str]:
    return [block.strip() for block in re.split(r"\n{2,}", text.strip()) if block.strip()]


def _block(block: str) -> str:
    if heading := _HEADING.fullmatch(block):
        tag = f"h{len(heading[1])}"
        return f"<{tag}>{_inline(heading[2])}</{tag}>"
    lines = block.splitlines()
    if all(line.startswith("- ") for line in lines):
        return "<ul>" + "".join(f"<li>{_inline(line[2:])}</li>" for line in lines) + "</ul>"
    return f"<p>{_inline(' '.join(lines))}</p>"


def _inline(text: str) -> str:
    return _LINK.sub(r'<a href="\2">\1</a>', escape(text))
