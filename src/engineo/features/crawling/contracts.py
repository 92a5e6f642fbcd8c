"""What other features may know of crawling: facts of pages and sites, runs, and who answers for them.

Facts are what a page said when it was fetched; judgement (is it good?) belongs to whoever reads them. Sequences are
tuples, so that equal pages are equal facts.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar, Protocol, runtime_checkable

from engineo.kernel.jobs import Event
from engineo.kernel.ports import Work


@dataclass(frozen=True, slots=True)
class Link:
    """An `<a href>` or `<area href>`. `url` is absolute and without fragment; "" when it cannot be resolved."""

    url: str
    href: str
    text: str  # anchor text, or the alt text of a linked image
    rel: tuple[str, ...] = ()
    template: bool = False  # inside nav, header, footer, aside and the like
    crawlable: bool = True  # an http(s) target that a crawler can follow


@dataclass(frozen=True, slots=True)
class Heading:
    level: int
    text: str
    in_main: bool = True


@dataclass(frozen=True, slots=True)
class Image:
    src: str
    alt: str | None  # None: no alt attribute
    sized: bool  # width and height attributes, or an inline aspect-ratio
    lazy: bool
    in_main: bool


@dataclass(frozen=True, slots=True)
class Node:
    """A structured-data item. Nested items stay nested in `properties` as Node-shaped mappings.

    A nested mapping has "@type" (list of str), optionally "@id", and its properties; every property is a list. One that
    was written as a bare reference by @id has "@reference": True, and the properties of the node it refers to where the
    page holds that node.
    """

    types: tuple[str, ...]  # without the vocabulary: "Product"
    properties: Mapping[str, Any]
    syntax: str  # "json-ld", "microdata" or "rdfa"
    top_level: bool
    id: str | None = None


@dataclass(frozen=True, slots=True)
class Block:
    """A block of main text (p, li, h1-h6, td, ...)."""

    tag: str
    hash: str  # 16 hex digits: blake2b-64 of the normalised text
    words: int
    terms: Mapping[str, float]  # term -> count; bigrams of scripts without spaces count half


@dataclass(frozen=True, slots=True)
class DateEvidence:
    value: datetime  # aware, UTC
    source: str  # "json-ld:dateModified", "meta:article:modified_time", "time", "text", "last-modified", "sitemap"


@dataclass(frozen=True, slots=True)
class RobotsDirectives:
    """Directives of one agent ("" for all) from one place."""

    agent: str
    directives: tuple[str, ...]  # lower case, values kept: "noindex", "max-snippet:0"
    source: str  # "meta" or "header"


@dataclass(frozen=True, slots=True)
class AnswerUnit:
    """A heading-like element with the text that answers it."""

    heading: str
    words: int
    question: bool  # a question or definition form
    fact: bool  # the first 120 words hold a fact
    answer: str = ""  # how the text below begins, at most 300 characters


@dataclass(frozen=True, slots=True)
class PageFacts:
    """All that EngineO reads off one HTML page, without judging it."""

    title: str | None = None
    titles: int = 0  # how many <title> elements the head has
    description: str | None = None
    lang: str | None = None
    viewport: str | None = None
    charset: str = "utf-8"
    canonicals: tuple[str, ...] = ()  # absolute, from <link rel=canonical>, document order
    canonical_header: tuple[str, ...] = ()  # absolute, from the Link header
    canonical_relative: bool = False  # some canonical was written as a relative URL
    robots: tuple[RobotsDirectives, ...] = ()
    hreflang: tuple[tuple[str, str], ...] = ()  # (language code as written, href as written)
    open_graph: Mapping[str, str] = field(default_factory=dict)  # first value of each property, without "og:"
    twitter: Mapping[str, str] = field(default_factory=dict)
    headings: tuple[Heading, ...] = ()  # of the main text, and every h1
    links: tuple[Link, ...] = ()
    links_total: int = 0  # more than len(links) where a page has too many to keep
    images: tuple[Image, ...] = ()
    nodes: tuple[Node, ...] = ()
    structured_data_errors: tuple[str, ...] = ()
    words: int = 0  # visible words of the main text
    raw_words: int = 0  # visible words of the whole body
    hidden_words: int = 0
    blocks: tuple[Block, ...] = ()
    simhash: str = "0" * 16  # 64-bit simhash of the main text's word 2-grams, hex
    text_hash: str = ""  # of (title, token sequence of the main text)
    content_hash: str = ""  # of the main text without digits and month names
    first_words: str = ""  # main text after the h1, first 80 words
    nosnippet_words: int = 0  # words of main text inside data-nosnippet
    sections: int = 0  # sections of >= 20 words under a heading
    tables: int = 0
    definition_lists: int = 0
    lists: int = 0  # lists of >= 3 items
    facts: int = 0  # distinct numbers with a unit, currency or %, and full dates, in the main text
    quotations: int = 0
    citations: int = 0
    lead_has_fact: bool = False
    answer_units: tuple[AnswerUnit, ...] = ()
    product_questions: int = 0  # of the ten shopper questions, how many the main text answers
    shopper_questions: tuple[str, ...] = ()  # and which: SHOPPER_QUESTIONS
    visible_prices: tuple[str, ...] = ()  # decimal-normalised prices in the visible text
    main_prices: tuple[str, ...] = ()  # those of the main text only
    visible_text_sample: str = ""  # start of the visible main text, at most 2,000 characters
    dates: tuple[DateEvidence, ...] = ()
    scripts: int = 0
    head_scripts_blocking: int = 0
    stylesheets_blocking: int = 0
    iframes: int = 0
    iframes_sized: int = 0
    forms_insecure: int = 0
    nesting_truncated: bool = False


@dataclass(frozen=True, slots=True)
class Hop:
    """One redirect: where it stood, what it answered, where it pointed."""

    url: str
    status: int
    target: str


@dataclass(frozen=True, slots=True)
class CrawledPage:
    """One URL of one run. `outcome` says what became of it:

    html, not_html, redirect_loop, redirected_off_site, http_error, too_large, timeout, refused (a private address),
    unreachable, disallowed, malformed, not_attempted.
    """

    url_key: str
    url: str
    outcome: str
    status: int | None = None
    final_key: str | None = None  # url_key of the final same-site answer
    final_url: str | None = None
    redirects: tuple[Hop, ...] = ()
    content_type: str | None = None
    depth: int | None = None  # fewest clicks from home; None for URLs known from a sitemap only
    in_sitemap: bool = False
    sitemap_lastmod: datetime | None = None
    linked: bool = False
    known: bool = False  # answered 200 in an earlier finished run
    blocked_agents: tuple[str, ...] = ()  # agents of ROBOTS_AGENTS that robots.txt disallows here
    ttfb_ms: float | None = None
    total_ms: float | None = None
    transfer_bytes: int | None = None
    body_bytes: int | None = None
    fetched_at: datetime | None = None
    not_modified: bool = False  # 304: facts of the run before
    error: str | None = None
    facts: PageFacts | None = None


# Agents that robots.txt is evaluated for on every URL: ours, and those that search and answer engines fetch with.
ROBOTS_AGENTS = (
    "EngineOBot",
    "Googlebot",
    "Bingbot",
    "OAI-SearchBot",
    "Claude-SearchBot",
    "PerplexityBot",
    "Applebot",
)


# What shoppers ask of a product, in the names that `PageFacts.shopper_questions` has.
SHOPPER_QUESTIONS = (
    "size",
    "weight or capacity",
    "material",
    "care",
    "contents",
    "audience",
    "compatibility",
    "power or duration",
    "warranty",
    "shipping or returns",
)


@dataclass(frozen=True, slots=True)
class SiteFacts:
    """What belongs to no single page. `home_key` is the final same-site URL of the origin's `/`."""

    origin: str
    home_key: str
    robots_status: int | None = None  # None: unreachable
    robots_problems: tuple[str, ...] = ()  # lines that are not valid, as "line 3: unknown directive 'foo'"
    robots_empty: bool = True
    sitemaps: tuple[str, ...] = ()  # sitemap files that were read
    sitemap_problems: tuple[str, ...] = ()
    llms_txt_status: int | None = None
    probe: PageFacts | None = None  # the answer to one random URL, where it was a 200 (soft 404 test)


@dataclass(frozen=True, slots=True)
class CrawlSummary:
    """A run. `status`: queued, running, finished, failed, cancelled."""

    id: str
    project_id: str
    status: str
    requested_at: datetime
    started_at: datetime | None = None
    finished_at: datetime | None = None
    pages_fetched: int = 0
    pages_known: int = 0  # discovered so far, fetched or not
    bytes_fetched: int = 0
    stop_reason: str | None = None  # complete, max_pages, max_bytes, time_limit; for failed runs: why
    error: str | None = None

    @property
    def active(self) -> bool:
        return self.status in {"queued", "running"}


@runtime_checkable
class CrawlReader(Protocol):
    """Reads runs and their facts."""

    def latest_finished(self, work: Work, project_id: str) -> CrawlSummary | None: ...

    def get_run(self, work: Work, run_id: str) -> CrawlSummary:
        """Raise `NotFoundError` for a run that does not exist."""

    def site(self, work: Work, run_id: str) -> SiteFacts: ...

    def pages(self, work: Work, run_id: str, url_keys: Collection[str] | None = None) -> Iterator[CrawledPage]:
        """Every URL of the run, fetched or not, in order of url_key, streamed; or those of some url_keys."""


@runtime_checkable
class Crawler(Protocol):
    """Starts runs and, for the command line, works them in the calling process."""

    def request(self, work: Work, project_id: str, origin: str, reason: str) -> CrawlSummary:
        """The project's active run, or a new one promised in this transaction."""

    def crawl(self, run_id: str, *, should_stop: Any = None, on_progress: Any = None) -> CrawlSummary:  # noqa: ANN401
        """Work a run until it ends. `on_progress(CrawlSummary)` is called about twice a second."""


class CrawlFinished(Event):
    """A run has ended; `status` is finished, failed or cancelled."""

    kind: ClassVar[str] = "crawling.finished"

    project_id: str
    run_id: str
    status: str
    pages: int
