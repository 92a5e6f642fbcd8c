import pytest
from hypothesis import given
from hypothesis import strategies as st

from engineo.features.crawling.domain.robots import MAX_ROBOTS_BYTES, RobotsPolicy, agents_refused

GROUPS = """
allow: /orphan/
user-agent: Ant
disallow: /
allow: /a/
user-agent: Bee
disallow: /
allow: /b/

user-agent: Cat

user-agent: Ant
allow: /c/
disallow: /
"""


def allowed(text: str, agent: str, path: str) -> bool:
    return RobotsPolicy.parse(200, text.encode()).allowed(agent, f"https://site.example{path}")


@pytest.mark.parametrize(
    ("text", "agent", "path", "expected"),
    [
        # lines and groups
        ("user-agent: Ant\ndisallow: /\n", "Ant", "/x", False),
        ("user-agent Ant\ndisallow /\n", "Ant", "/x", False),
        ("foo: Ant\nbar: /\n", "Ant", "/x", True),
        ("", "Ant", "/x", True),
        ("USER-AGENT: Ant\r\nDISALLOW: /\r\n", "ANT", "/x", False),
        ("\ufeffuser-agent: *\ndisallow: /", "Ant", "/x", False),
        (GROUPS, "Ant", "/a/1", True),
        (GROUPS, "Ant", "/c/1", True),
        (GROUPS, "Ant", "/b/1", False),
        (GROUPS, "Bee", "/b/1", True),
        (GROUPS, "Cat", "/c/1", True),
        (GROUPS, "Cat", "/orphan/", False),
        (GROUPS, "Dog", "/", True),
        # lines of other kinds end no group
        ("User-agent: Ant\nSitemap: https://a.b/s\nUser-agent: *\nDisallow: /\n", "Ant", "/", False),
        ("User-agent: Ant\nFoo: bar\nUser-agent: *\nDisallow: /\n", "Ant", "/", False),
        # agents are product tokens
        ("User-Agent: ant farm\nDisallow: /", "Ant", "/x", False),
        ("User-Agent: Ant\nDisallow: /", "Ant/2.1 (+https://ant.example)", "/x", False),
        ("User-Agent: Ant\nDisallow: /", "Antelope", "/x", True),
        ("User-Agent: *\nDisallow: /\nUser-agent: Ant\nDisallow: /y", "Ant", "/x", True),
        # the longest rule wins, and allow wins a tie
        ("user-agent: *\nallow: /x/page\ndisallow: /x/", "Ant", "/x/page.html", True),
        ("user-agent: *\nallow: /x/\ndisallow: /x/page", "Ant", "/x/page.html", False),
        ("user-agent: *\ndisallow: /x\nallow: /x", "Ant", "/x", True),
        ("user-agent: *\ndisallow:\nallow:", "Ant", "/x", True),
        ("user-agent: *\nallow: /page\ndisallow: /*.html", "Ant", "/page.html", False),
        # wildcards, ends, case, comments
        ("user-agent: *\ndisallow: /*/b$", "Ant", "/a/b", False),
        ("user-agent: *\ndisallow: /*/b$", "Ant", "/a/b/c", True),
        ("user-agent: *\ndisallow: /a$", "Ant", "/ab", True),
        ("user-agent: *\ndisallow: *.pdf", "Ant", "/x/y.pdf?z", False),
        ("user-agent: *\ndisallow: /*aa$", "Ant", "/aaa", False),
        ("user-agent: *\ndisallow: /X", "Ant", "/x", True),
        ("user-agent: *\ndisallow: /x#y", "Ant", "/x", False),
        # escapes are compared as written
        ("user-agent: *\ndisallow: /ツ", "Ant", "/%E3%83%84", False),
        ("user-agent: *\ndisallow: /%e3%83%84", "Ant", "/%E3%83%84", False),
        ("user-agent: *\ndisallow: /%62", "Ant", "/b", True),
        ("user-agent: *\ndisallow: /a?b=http://c.d", "Ant", "/a?b=http://c.d&e", False),
        ("user-agent: *\ndisallow: /", "Ant", "/robots.txt", True),
    ],
)
def test_rules(text: str, agent: str, path: str, expected: bool) -> None:
    assert allowed(text, agent, path) is expected


@pytest.mark.parametrize(
    ("status", "expected"),
    [(404, True), (401, True), (403, True), (429, False), (500, False), (503, False), (None, False), (310, True)],
)
def test_the_status_decides_before_the_rules(status: int | None, expected: bool) -> None:
    policy = RobotsPolicy.parse(status, b"user-agent: *\ndisallow: /private")
    assert policy.allowed("Ant", "https://a.b/") is expected
    assert policy.allowed("Ant", "https://a.b/private") is expected


def test_delays_sitemaps_and_emptiness() -> None:
    policy = RobotsPolicy.parse(
        200,
        b"Sitemap: https://a.b/1.xml\nuser-agent: Ant\ncrawl-delay: 2.5\nsitemap: https://a.b/1.xml\nuser-agent: *\n"
        b"crawl-delay: 99999999\n",
    )
    assert policy.crawl_delay("Ant") == 86_400
    assert policy.sitemaps == ("https://a.b/1.xml",)
    assert not policy.empty
    assert RobotsPolicy.parse(200, b"# nothing\n\n").empty
    one = RobotsPolicy.parse(200, b"user-agent: Ant\ndisallow:\ncrawl-delay: 2.5\nuser-agent: *\ncrawl-delay: x")
    assert (one.crawl_delay("Ant"), one.crawl_delay("Bee")) == (2.5, None)


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("foo: bar", "line 2: unknown directive 'foo'"),
        ("disallow /x", "line 2: no colon in 'disallow /x'"),
        ("disallow: x", "line 2: pattern 'x' should start with / or *"),
        ("disallow: /a$b", "line 2: $ may only stand at the end of '/a$b'"),
        ("sitemap: /map.xml", "line 2: sitemap '/map.xml' is not an absolute URL"),
        ("sitemap: http://[", "line 2: sitemap 'http://[' is not an absolute URL"),
        ("user-agent:", "line 2: no user agent"),
    ],
)
def test_every_line_that_is_not_valid_is_named(line: str, problem: str) -> None:
    assert RobotsPolicy.parse(200, f"user-agent: *\n{line}\n".encode()).problems == (problem,)


def test_valid_files_have_no_problems() -> None:
    text = b"# c\nUser-agent: *\nDisallow:\nAllow: /a*$\nHost: a.b\nClean-param: x /y\nContent-Signal: ai-train=no\n"
    assert RobotsPolicy.parse(200, text).problems == ()
    assert RobotsPolicy.parse(200, b"disallow: /").problems == ("line 1: disallow before any user-agent",)


def test_what_stands_after_500_kib_is_not_read() -> None:
    text = b"user-agent: *\n" + b"#" * MAX_ROBOTS_BYTES + b"\ndisallow: /"
    assert RobotsPolicy.parse(200, text).allowed("Ant", "https://a.b/")


def test_a_pattern_of_many_stars_costs_little() -> None:
    policy = RobotsPolicy.parse(200, b"user-agent: *\ndisallow: /" + b"*a" * 1_000 + b"$")
    assert policy.allowed("Ant", "https://a.b/" + "a" * 900 + "b")


def test_agents_refused_are_named_in_order() -> None:
    policy = RobotsPolicy.parse(200, b"user-agent: Bee\nuser-agent: Ant\ndisallow: /")
    assert agents_refused(policy, ("Ant", "Bee", "Cat"), "https://a.b/") == ("Ant", "Bee")


@given(st.one_of(st.none(), st.integers(100, 599)), st.binary(), st.text(), st.text())
def test_no_file_is_too_hostile(status: int | None, body: bytes, agent: str, url: str) -> None:
    policy = RobotsPolicy.parse(status, body)
    assert policy.allowed(agent, url) in {True, False}
    assert policy.crawl_delay(agent) is None
