import json
from datetime import UTC, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from engineo.features.crawling.contracts import (
    AnswerUnit,
    Block,
    DateEvidence,
    Heading,
    Image,
    Link,
    Node,
    PageFacts,
    RobotsDirectives,
)
from engineo.features.crawling.domain.facts_codec import facts_from_json, facts_to_json
from engineo.features.crawling.domain.page_facts import extract

TEXT = st.text(max_size=5)
NAMES = st.lists(TEXT, max_size=2).map(tuple)
MAPPING = st.dictionaries(TEXT, TEXT, max_size=2)
MOMENTS = st.integers(0, 4_000_000_000).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))


def several(item: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.lists(item, max_size=2).map(tuple)


FACTS = st.builds(
    PageFacts,
    title=st.none() | TEXT,
    words=st.integers(0, 9),
    canonical_relative=st.booleans(),
    canonicals=NAMES,
    robots=several(st.builds(RobotsDirectives, TEXT, NAMES, TEXT)),
    hreflang=several(st.tuples(TEXT, TEXT)),
    open_graph=MAPPING,
    headings=several(st.builds(Heading, st.integers(1, 6), TEXT, st.booleans())),
    links=several(st.builds(Link, TEXT, TEXT, TEXT, NAMES, st.booleans(), st.booleans())),
    images=several(st.builds(Image, TEXT, st.none() | TEXT, st.booleans(), st.booleans(), st.booleans())),
    nodes=several(st.builds(Node, NAMES, st.dictionaries(TEXT, st.lists(TEXT)), TEXT, st.booleans(), st.none() | TEXT)),
    blocks=several(st.builds(Block, TEXT, TEXT, st.integers(), st.dictionaries(TEXT, st.floats(0, 9)))),
    answer_units=several(st.builds(AnswerUnit, TEXT, st.integers(), st.booleans(), st.booleans())),
    main_prices=NAMES,
    dates=several(st.builds(DateEvidence, MOMENTS, TEXT)),
)


@given(FACTS)
def test_facts_survive_the_way_through_json(facts: PageFacts) -> None:
    assert facts_from_json(json.loads(json.dumps(facts_to_json(facts)))) == facts


def test_defaults_are_left_out() -> None:
    assert facts_to_json(PageFacts()) == {}
    facts = PageFacts(links=(Link("https://a.b/", "/", "a"),), title="x")
    assert facts_to_json(facts) == {"title": "x", "links": [["https://a.b/", "/", "a"]]}


def test_dates_are_utc() -> None:
    moment = datetime(2024, 1, 2, tzinfo=UTC)
    facts = PageFacts(dates=(DateEvidence(moment, "time"),))
    assert facts_to_json(facts) == {"dates": [["2024-01-02T00:00:00+00:00", "time"]]}


def test_older_and_newer_rows_can_be_read() -> None:
    row = {"title": "x", "unknown": 1, "links": [["https://a.b/", "/", "a"]], "words": None}
    assert facts_from_json(row) == PageFacts(title="x", links=(Link("https://a.b/", "/", "a"),))


def test_pages_that_are_read_together_share_equal_texts() -> None:
    page = extract("http://a.b/", 200, (), b"<h1>Lamps</h1><p>lamps made by hand</p><a href=/lamps>all lamps</a>")
    stored = json.dumps(facts_to_json(page))
    shared: dict[str, str] = {}
    one, other = (facts_from_json(json.loads(stored), shared) for _ in range(2))
    assert one == other == page
    assert one.links[0].url is other.links[0].url
    for first, second in zip(one.blocks[-1].terms, other.blocks[-1].terms, strict=True):
        assert first is second
