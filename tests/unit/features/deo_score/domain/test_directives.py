import pytest
from tests.unit.features.deo_score.domain.sample_sites import body

from engineo.features.crawling.contracts import RobotsDirectives
from engineo.features.deo_score.domain import directives


def robots(*said: str, agent: str = "") -> tuple[RobotsDirectives, ...]:
    return (RobotsDirectives(agent, said, "meta"),)


@pytest.mark.parametrize(
    ("said", "ok"),
    [
        (("nosnippet",), False),
        (("max-snippet:0",), False),
        (("max-snippet: 0",), False),
        (("max-snippet:50",), True),
        ((), True),
    ],
)
def test_snippets(said: tuple[str, ...], ok: bool) -> None:
    assert directives.snippet_ok(body("a", robots=robots(*said))) is ok
    assert directives.snippet_ok(body("a", robots=robots(*said, agent="bingbot")))


def test_text_that_may_not_be_quoted_at_all() -> None:
    assert not directives.snippet_ok(body("a", words=10, nosnippet_words=10))
    assert directives.snippet_ok(body("a", words=10, nosnippet_words=9))
    assert directives.snippet_ok(body("a", words=0, nosnippet_words=0))


def test_follow_and_preview() -> None:
    assert directives.is_nofollow(body("a", robots=robots("none", agent="Googlebot")))
    assert not directives.is_nofollow(body("a", robots=robots("index")))
    assert not directives.image_preview_ok(body("a", robots=robots("max-image-preview: none")))
    assert directives.image_preview_ok(body("a", robots=robots("max-image-preview:large")))
