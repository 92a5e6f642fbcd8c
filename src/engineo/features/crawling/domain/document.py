"""One walk over a page's body: its text in blocks, its links, headings, images and lists, each with its region."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from selectolax.lexbor import LexborNode

from engineo.features.crawling.domain.lexicon import words
from engineo.features.crawling.domain.regions import EXCLUDED_TAGS, SKIPPED_TAGS, is_hidden, is_template
from engineo.features.crawling.domain.text import collapse

_INLINE = words(
    "a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark nobr output q rp rt ruby s samp "
    "small span strike strong sub sup time tt u var wbr img input meta link picture source math mi mo mn",
)
_BLOCK_TAGS = words("p li h1 h2 h3 h4 h5 h6 td th dd dt blockquote pre figcaption summary caption")
_NEVER_TEMPLATE = words("p li h1 h2 h3 h4 h5 h6 td th tr tbody thead dt dd a b em strong img time main article")
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_MIN_LIST_ITEMS = 3
_KEPT_LINKS = 5_000
_KEPT_IMAGES = 2_000
_KEPT_HEADINGS = 1_000
_MAX_LABEL = 500  # characters of a link's or heading's text

TEMPLATE, HIDDEN, EXCLUDED, NOSNIPPET, QUOTED, CITED, ARTICLE = (1 << bit for bit in range(7))
MAIN_MASK = TEMPLATE | HIDDEN | EXCLUDED  # flags that main text has none of


@dataclass(slots=True)
class TextBlock:
    """A block of main text. `tag` is the innermost block element that holds it."""

    tag: str
    text: str
    flags: int


@dataclass(slots=True)
class RawLink:
    href: str
    rel: str
    flags: int
    text: str = ""
    image: str = ""  # alt text of an image inside
    label: str = ""  # aria-label or title


@dataclass(slots=True)
class RawHeading:
    level: int
    flags: int
    text: str = ""
    image: str = ""  # alt text of an image inside
    block: int = 0  # how many blocks of main text come before


@dataclass(slots=True)
class Document:
    """What one walk found. Links, images and headings are bounded; `links_total` counts all links."""

    blocks: list[TextBlock] = field(default_factory=list)
    template_text: list[str] = field(default_factory=list)
    hidden_text: list[str] = field(default_factory=list)
    nosnippet_text: list[str] = field(default_factory=list)
    links: list[RawLink] = field(default_factory=list)
    links_total: int = 0
    headings: list[RawHeading] = field(default_factory=list)
    images: list[tuple[Mapping[str, str | None], int]] = field(default_factory=list)
    times: list[str] = field(default_factory=list)  # first two <time> of the main text
    tables: int = 0
    definition_lists: int = 0
    lists: int = 0


@dataclass(slots=True)
class _Frame:
    """An open element: what to restore when it ends."""

    node: LexborNode
    tag: str
    flags: int
    block: str
    link: RawLink | None
    heading: RawHeading | None
    children: dict[str, int] | None


def read_body(body: LexborNode) -> Document:
    """Walk a body. No recursion: the depth of the tree does not matter."""
    return _Walker().walk(body)


class _Walker:
    def __init__(self) -> None:
        self.found = Document()
        self.flags = 0
        self.block = "div"
        self.buffer: list[str] = []
        self.link: RawLink | None = None
        self.heading: RawHeading | None = None
        self.children: dict[str, int] | None = None  # counts li, tr, td, dt and dd of the list or table around
        self.frames: list[_Frame] = []

    def walk(self, body: LexborNode) -> Document:
        node = body.first_child
        while node is not None:
            tag = node.tag or ""
            if tag == "-text":
                self._text(node.text_content or "")
            elif tag and tag[0] != "-" and tag not in SKIPPED_TAGS:
                child = self._enter(node, tag)
                if child is not None:
                    node = child
                    continue
            after = node.next
            while after is None and self.frames:
                after = self._leave().next
            node = after
        self._flush()
        return self.found

    def _text(self, text: str) -> None:
        flags = self.flags
        if flags & EXCLUDED:
            return
        if flags & HIDDEN:
            self.found.hidden_text.append(text)
        elif flags & TEMPLATE:
            self.found.template_text.append(text)
        else:
            self.buffer.append(text)
            if flags & NOSNIPPET:
                self.found.nosnippet_text.append(text)
        link, heading = self.link, self.heading
        if link is not None and (flags ^ link.flags) & HIDDEN == 0 and len(link.text) < _MAX_LABEL:
            link.text += text[:_MAX_LABEL]
        if heading is not None and not flags & HIDDEN and len(heading.text) < _MAX_LABEL:
            heading.text += text[:_MAX_LABEL]

    def _enter(self, node: LexborNode, tag: str) -> LexborNode | None:
        """Take note of an element; its first child, where its content is to be read."""
        if tag == "br":
            self._text(" ")
            return None
        if tag not in _INLINE:
            self._flush()
        attributes, child = node.attributes, node.first_child
        flags = self._flags_of(node, tag, attributes)
        link = self._link(tag, attributes, flags) if tag in {"a", "area"} else None
        if tag == "img":
            self._image(attributes, flags)
        elif tag == "time" and not flags & MAIN_MASK and len(self.found.times) < 2:  # noqa: PLR2004 - the first two
            self.found.times.append((attributes.get("datetime") or node.text() or "")[:_MAX_LABEL])
        if child is None:
            return None
        self.frames.append(_Frame(node, tag, self.flags, self.block, self.link, self.heading, self.children))
        self.flags = flags
        self.link = link or self.link
        if tag in _HEADINGS:
            self._open_heading(tag)
        elif tag in {"ul", "ol", "dl", "table"}:
            self.children = {} if (attributes.get("role") or "") != "presentation" else None
        elif self.children is not None and tag in {"li", "tr", "td", "th", "dt", "dd"}:
            self.children[tag] = self.children.get(tag, 0) + 1
        if self.heading is None and tag not in _INLINE:
            self.block = tag if tag in _BLOCK_TAGS else "div"
        return child

    def _leave(self) -> LexborNode:
        """Close the innermost element; the element."""
        frame = self.frames.pop()
        if frame.tag not in _INLINE:
            self._flush()
        if frame.tag in {"ul", "ol", "dl", "table"} and self.children and not self.flags & MAIN_MASK:
            self._count_list(frame.tag, self.children)
        self.flags, self.block, self.link = frame.flags, frame.block, frame.link
        self.heading, self.children = frame.heading, frame.children
        return frame.node

    def _flush(self) -> None:
        """End the block of text before."""
        if self.buffer:
            text = collapse("".join(self.buffer))
            self.buffer.clear()
            if text:
                self.found.blocks.append(TextBlock(self.block, text, self.flags))
        for pieces in (self.found.template_text, self.found.hidden_text, self.found.nosnippet_text):
            if pieces and pieces[-1] != "\n":
                pieces.append("\n")

    def _flags_of(self, node: LexborNode, tag: str, attributes: Mapping[str, str | None]) -> int:
        flags = self.flags
        if tag in EXCLUDED_TAGS:
            flags |= EXCLUDED
        elif tag in {"article", "main"}:
            flags |= ARTICLE
        elif tag in {"blockquote", "q"}:
            flags |= QUOTED | (CITED if attributes.get("cite") or node.css_first("cite, footer") else 0)
        if attributes:
            if is_hidden(attributes):
                flags |= HIDDEN
            if "data-nosnippet" in attributes:
                flags |= NOSNIPPET
        if not flags & TEMPLATE and tag not in _NEVER_TEMPLATE:
            in_article = bool(flags & ARTICLE)
            flags |= TEMPLATE if is_template(tag, attributes, node, in_article=in_article) else 0
        return flags

    def _link(self, tag: str, attributes: Mapping[str, str | None], flags: int) -> RawLink | None:
        if "href" not in attributes:
            return None
        self.found.links_total += 1
        label = attributes.get("alt" if tag == "area" else "aria-label") or attributes.get("title") or ""
        link = RawLink((attributes["href"] or "").strip(), attributes.get("rel") or "", flags, label=label[:_MAX_LABEL])
        if len(self.found.links) < _KEPT_LINKS:
            self.found.links.append(link)
        return link

    def _image(self, attributes: Mapping[str, str | None], flags: int) -> None:
        for holder in (self.link, self.heading):
            if holder is not None and not holder.image:
                holder.image = (attributes.get("alt") or "")[:_MAX_LABEL]
        if len(self.found.images) < _KEPT_IMAGES:
            self.found.images.append((attributes, flags))

    def _open_heading(self, tag: str) -> None:
        self.block = tag
        self.heading = RawHeading(_HEADINGS[tag], self.flags, block=len(self.found.blocks))
        if len(self.found.headings) < _KEPT_HEADINGS:
            self.found.headings.append(self.heading)

    def _count_list(self, tag: str, children: Mapping[str, int]) -> None:
        found = self.found
        if tag == "table":
            cells = children.get("td", 0) + children.get("th", 0)
            found.tables += children.get("tr", 0) >= 2 and cells >= 2 * children["tr"]  # noqa: PLR2004 - not a layout
        elif tag == "dl":
            found.definition_lists += "dt" in children and "dd" in children
        else:
            found.lists += children.get("li", 0) >= _MIN_LIST_ITEMS
