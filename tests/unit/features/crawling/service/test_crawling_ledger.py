from hypothesis import given
from hypothesis import strategies as st

from engineo.features.crawling.repository.pages import Discovery
from engineo.features.crawling.service.ledger import merged

FOUND = st.builds(
    Discovery,
    url_key=st.just("k"),
    url=st.just("u"),
    depth=st.none() | st.integers(0, 9),
    in_sitemap=st.booleans(),
    linked=st.booleans(),
    known=st.booleans(),
)


@given(FOUND, FOUND)
def test_the_order_of_finding_does_not_matter(one: Discovery, other: Discovery) -> None:
    assert merged(one, other) == merged(other, one)


@given(FOUND)
def test_finding_again_changes_nothing(one: Discovery) -> None:
    assert merged(one, one) == one


@given(FOUND, FOUND)
def test_flags_stay_and_the_fewest_clicks_count(one: Discovery, other: Discovery) -> None:
    both = merged(one, other)
    assert (both.linked, both.in_sitemap, both.known) == (
        one.linked or other.linked, one.in_sitemap or other.in_sitemap, one.known or other.known,
    )  # fmt: skip
    depths = [depth for depth in (one.depth, other.depth) if depth is not None]
    assert both.depth == (min(depths) if depths else None)
