import pytest

from engineo.features.crawling.contracts import Link, PageFacts
from engineo.features.crawling.domain.robots import RobotsPolicy
from engineo.features.crawling.repository.pages import Discovery
from engineo.features.crawling.service.scope import Scope, Seen
from engineo.features.crawling.settings import MAX_KEY_LENGTH

HOME = "https://shop.example"
ROBOTS = b"User-agent: EngineOBot\nDisallow: /secret\n\nUser-agent: Bingbot\nDisallow: /"


def scope(robots: bytes = b"") -> Scope:
    return Scope(HOME, RobotsPolicy.parse(200, robots))


@pytest.mark.parametrize(
    "url",
    [
        "https://elsewhere.example/",
        "https://shop.example:8443/",
        "https://sub.shop.example/",
        "https://shop.example/cart",
        "https://shop.example/list?sort=price",
        "mailto:a@shop.example",
        "not a url",
        "",
        "https://shop.example/" + "x" * MAX_KEY_LENGTH,
    ],
)
def test_what_is_no_member(url: str) -> None:
    assert scope().member(url) is None


@pytest.mark.parametrize("url", ["https://shop.example/a", "http://www.shop.example/a?utm_source=x#top"])
def test_spellings_of_one_page_are_one_member(url: str) -> None:
    member = scope().member(url, Discovery("", "", linked=True, depth=3))
    assert member is not None
    assert (member.url_key, member.linked, member.depth) == ("https://shop.example/a", True, 3)


def test_pagination_is_crawled() -> None:
    assert scope().member("https://shop.example/list?page=2") is not None


def test_home_is_a_member_whatever_it_is_called() -> None:
    assert scope().member("https://shop.example/search", always=True) is not None


def test_robots_decide_for_us_and_are_noted_for_others() -> None:
    found = scope(ROBOTS)
    open_page, secret = found.member(f"{HOME}/a"), found.member(f"{HOME}/secret/x")
    assert open_page is not None
    assert (open_page.outcome, open_page.blocked_agents) == ("not_attempted", ("Bingbot",))
    assert secret is not None
    assert (secret.outcome, secret.blocked_agents) == ("disallowed", ("EngineOBot", "Bingbot"))
    assert (found.allows(f"{HOME}/a"), found.allows(f"{HOME}/secret")) == (True, False)


def test_members_on_a_page() -> None:
    facts = PageFacts(
        links=(
            Link(f"{HOME}/a", "/a", "a"),
            Link(f"{HOME}/a", "/a", "again"),
            Link(f"{HOME}/nofollow", "/nofollow", "n", rel=("nofollow",)),
            Link("", "http://[", "broken"),
            Link(f"{HOME}/script", "javascript:void(0)", "s", crawlable=False),
            Link("https://elsewhere.example/", "https://elsewhere.example/", "e"),
        ),
        canonicals=(f"{HOME}/a", f"{HOME}/b"),
        canonical_header=(f"{HOME}/c",),
    )
    found = [(m.url_key.removeprefix(HOME), m.linked, m.depth) for m in scope().members_on(facts, 1, Seen())]
    assert found == [
        ("/a", True, 2), ("/nofollow", True, 2), ("/a", False, None), ("/b", False, None), ("/c", False, None),
    ]  # fmt: skip
    assert [m.depth for m in scope().members_on(facts, None, Seen())] == [None] * 5


def test_a_menu_is_looked_at_once() -> None:
    seen = Seen()
    facts = PageFacts(links=(Link(f"{HOME}/a", "/a", "a"),))
    assert len(list(scope().members_on(facts, 0, seen))) == 1
    assert list(scope().members_on(facts, 1, seen)) == []


def test_what_was_seen_is_forgotten_before_it_fills_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Seen, "LIMIT", 3)
    seen = Seen()
    assert [seen.add(str(n % 4), linked=True) for n in range(8)] == [True] * 8
    assert not seen.add("3", linked=True)
    assert seen.add("3", linked=False)
