"""What scoring keeps of one page: a few numbers and hashes, so that the facts of a whole crawl need not stay in memory.

Hashes are 64-bit integers of this process; they tell texts and addresses apart and are never stored.
"""

from array import array
from collections.abc import Mapping
from dataclasses import dataclass, field
from math import fsum

NONE = 0  # the hash of no text


def hash_of(text: str) -> int:
    """A number for a text; `NONE` for the empty one."""
    return hash(text) if text else NONE


@dataclass(frozen=True, slots=True)
class Markup:
    """What the primary node of a page says, as the page of one type: which of its demands are met.

    `required` and `recommended` are in the order of the type's lists, `agrees` are the points in which markup and page
    can be compared, with their weights. `invalid` counts what is wrong with all structured data of the page.
    """

    required: tuple[bool, ...] = ()
    agrees: tuple[bool, ...] = ()
    weights: tuple[float, ...] = ()  # of `agrees`; they sum to 1
    recommended: tuple[bool, ...] = ()
    invalid: int = 0

    @property
    def primary(self) -> bool:
        """Whether there is a primary node at all."""
        return bool(self.required)

    @property
    def r(self) -> float:
        """The share of required properties that are valid, where every mistake counts like one that is not."""
        return sum(self.required) / (len(self.required) + self.invalid) if self.required else 0.0

    @property
    def a(self) -> float:
        """How far the markup says what the page shows."""
        return fsum(weight for weight, agrees in zip(self.weights, self.agrees, strict=True) if agrees)

    @property
    def s(self) -> float:
        """The share of recommended properties that are there."""
        return sum(self.recommended) / len(self.recommended) if self.recommended else 0.0


NO_MARKUP = Markup()


@dataclass(frozen=True, slots=True)
class Tally:
    """How many links of a page are what. All but `dead`, `local` and `insecure` count same-site links only."""

    internal: int = 0  # that a crawler can follow to a page
    named: int = 0  # of these, with a text that says where they lead
    silent: int = 0  # of these, without any text
    nofollow: int = 0
    dead: int = 0  # lead nowhere
    local: int = 0  # lead to the machine of whoever opens them
    insecure: int = 0  # plain http

    @property
    def anchors(self) -> float:
        """The share of internal links that can be followed and say where they lead; none: 0."""
        total = self.internal + self.dead
        return self.named / total if total else 0.0


NO_LINKS = Tally()


@dataclass(frozen=True, slots=True)
class Fading:
    """Terms whose credit depends on how many pages repeat the blocks they stand in.

    `rest` is the credit of the page's other terms. A row (terms, count, ((block, count), ...)) stands for that many
    terms with the same counts outside of and inside such blocks.
    """

    rest: float
    rows: tuple[tuple[int, float, tuple[tuple[int, float], ...]], ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """One page that answered with HTML, boiled down. The defaults are those of a page that says nothing."""

    # what it is called
    title: str = ""
    title_key: int = NONE  # hash of the normalised title
    title_fits: bool = False  # shares a term with h1 or text, or contains the h1
    title_own: bool = True  # has a term besides the brand
    description_key: int = NONE
    headed: bool = False  # has an h1 that says something
    # what it says
    words: int = 0
    raw_words: int = 0
    simhash: int = 0
    text_key: int = NONE  # hash of title and text: what short pages are compared by
    content_key: str = ""  # hash of the text without dates, as the crawl stored it
    blocks: "array[int]" = field(default_factory=lambda: array("q"))  # hash of every block of main text
    block_words: tuple[int, ...] = ()  # words of those blocks; kept where the canonical is another page
    own_terms: float = 0.0  # U
    fading: Fading | None = None
    structure: float = 0.0
    evidence: float = 0.0
    answer_units: float = 0.0  # sum of credits
    product_questions: int = 0
    lead: float = 0.0
    dates: tuple[tuple[str, int], ...] = ()  # (source, seconds since 1970) of what dates the page, sitemap included
    # what it allows
    noindex: bool = False
    nofollow: bool = False
    snippet: bool = True
    canonicals: tuple[str, ...] = ()  # distinct url_keys, "" for invalid ones; none where it only names itself
    shell: bool = False  # hardly a word, and scripts
    nothing: bool = False  # no word, image or script
    says_not_found: bool = False
    # how it shows
    open_graph: bool = False
    image_preview: bool = True
    image_described: bool = True
    hreflang_valid: bool = True
    blocking: int = 0  # scripts and stylesheets that hold up the first paint
    sized: float = 1.0
    lazy_first: bool = False
    # its structured data
    kind: str | None = None  # the page type that its markup speaks for
    brand_kinds: tuple[str, ...] = ()  # about, contact, faq, as its markup says
    markups: Mapping[str, Markup] | None = None  # by page type; None: there is no structured data, whatever the type
    breadcrumb: bool = False
    mistakes: tuple[int, int, int] = (0, 0, 0)  # blocks that cannot be read, invalid breadcrumbs, wrong GTINs
    node_ids: tuple[int, ...] = ()
    references: tuple[int, ...] = ()
    offered: tuple[str, ...] = ()  # products of the catalogue that its markup names by number
    # its links
    edges: "array[int]" = field(default_factory=lambda: array("I"))  # numbers of `Edges`
    tally: Tally = NO_LINKS
    hreflang: tuple[tuple[str, str], ...] = ()  # (language, url_key)

    def markup(self, page_type: str) -> Markup:
        return (self.markups or {}).get(page_type, NO_MARKUP)
