"""What an element is to its reader: template, hidden or main text. Decided by tag, role, class, id, inline style."""

import re
from collections.abc import Mapping
from functools import lru_cache

from selectolax.lexbor import LexborNode

from engineo.features.crawling.domain.lexicon import words
from engineo.features.crawling.domain.nesting import WAS

EXCLUDED_TAGS = words("button textarea iframe canvas video audio title")  # text that is no text of the page
SKIPPED_TAGS = words("script style head")
_TEMPLATE_TAGS = words("nav footer aside")
_TEMPLATE_ROLES = words("navigation contentinfo complementary banner form search")
_TEMPLATE_TOKENS = words(
    "nav navbar navigation menu breadcrumb breadcrumbs footer sidebar cookie cookies modal related share pager"
)
_NO_REGION = words("html body main article")
_NAME_TOKEN = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_NEGATION = words("has with no without is not")
_PROPERTY = re.compile(r"([a-z-]+)\s*:\s*([^;]+)")
_ZERO = re.compile(r"0+(\.0+)?(px|em|rem|%|pt)?")


def is_template(tag: str, attributes: Mapping[str, str | None], node: LexborNode, *, in_article: bool) -> bool:
    """Whether an element is a part that pages share: navigation, footer, forms, banners.

    Wrappers are spared: a form, a header or a class name makes no template of an element that holds the main text.
    """
    if tag in _TEMPLATE_TAGS:
        return True
    if tag in _NO_REGION:
        return False
    if tag == "header":
        return not in_article and node.css_first("main") is None
    if not attributes:
        return False
    if (attributes.get("role") or "").strip().lower() in _TEMPLATE_ROLES or attributes.get(WAS) in {"form", "search"}:
        return not _holds_main_text(node)
    names = attributes.get("class"), attributes.get("id")
    return any(name and _names_template(name[:300]) for name in names) and not _holds_main_text(node)


def _holds_main_text(node: LexborNode) -> bool:
    """`main`, or the page's first h1: a sidebar may have h1s of its own, further down."""
    if node.css_first("main") is not None:
        return True
    own = node.css_first("h1")
    if own is None:
        return False
    first = node.parser.css_first("h1")
    return first is not None and first.mem_id == own.mem_id


@lru_cache(maxsize=4_096)
def _names_template(names: str) -> bool:
    for name in names.split():
        tokens = [token.lower() for token in _NAME_TOKEN.findall(name)]
        if not _NEGATION.isdisjoint(tokens):
            continue
        if not _TEMPLATE_TOKENS.isdisjoint(tokens):
            return True
    return False


def is_hidden(attributes: Mapping[str, str | None]) -> bool:
    """Whether the markup itself hides an element. Stylesheets are not evaluated."""
    if "hidden" in attributes and (attributes["hidden"] or "").lower() != "until-found":
        return True
    if (attributes.get("aria-hidden") or "").strip().lower() == "true":
        return True
    if attributes.get(WAS) == "dialog" and "open" not in attributes:
        return True
    return _style_hides((attributes.get("style") or "")[:1_000].lower())


@lru_cache(maxsize=1_024)
def _style_hides(style: str) -> bool:
    if not style:
        return False
    found = {name: value.replace("!important", "").strip() for name, value in _PROPERTY.findall(style)}
    if found.get("display") == "none" or found.get("visibility") in {"hidden", "collapse"}:
        return True
    if any(_ZERO.fullmatch(found.get(name, "1")) for name in ("opacity", "font-size")):
        return True
    color, background = found.get("color"), found.get("background-color") or found.get("background")
    return color is not None and color == background and color not in {"inherit", "transparent", "currentcolor"}


def declares_ratio(style: str) -> bool:
    """Whether an inline style reserves room: an aspect-ratio."""
    return any(name == "aspect-ratio" for name, _ in _PROPERTY.findall(style[:1_000].lower()))
