import pytest
from hypothesis import given
from hypothesis import strategies as st

from engineo.ops.demo.htaccess import merged, parse_htaccess
from engineo.ops.demo.redirects import MAX_PATH_LENGTH, redirect_for


def _answer(text: str, path: str, query: str = "") -> tuple[int, str] | None:
    return redirect_for(parse_htaccess(text).rules, path, query)


@pytest.mark.parametrize(
    ("line", "path", "expected"),
    [
        # Redirect: a prefix on the borders of segments
        ("Redirect 301 /old /new", "/old", (301, "/new")),
        ("Redirect 301 /old /new", "/old/a/b", (301, "/new/a/b")),
        ("Redirect 301 /old /new", "/older", None),
        ("Redirect 301 /old /new", "/x/old", None),
        ("Redirect 301 /old/ /new/", "/old/a", (301, "/new/a")),
        ("Redirect 301 /old/ /new/", "/old", None),
        ("Redirect / https://b.example/", "/a?b", (302, "https://b.example/a%3Fb")),
        ("Redirect /old /new", "/old", (302, "/new")),
        ("redirect PERMANENT /old /new", "/old", (301, "/new")),
        ("Redirect temp /old /new", "/old", (302, "/new")),
        ("Redirect seeother /old /new", "/old", (303, "/new")),
        ("Redirect 308 /old /new", "/old", (308, "/new")),
        ("Redirect gone /old", "/old/x", (410, "")),
        ("Redirect 404 /old", "/old", (404, "")),
        ("RedirectPermanent /old https://b.example/x", "/old", (301, "https://b.example/x")),
        ("RedirectTemp /old /new", "/old", (302, "/new")),
        ("Redirect Permanent ^/nutch/bot.html https://b.example/", "/nutch/bot.html", None),
        ('Redirect 301 "/old page" "/new page"', "/old page", (301, "/new%20page")),
        ("Redirect 301 '/it\\'s' /new", "/it's", (301, "/new")),
        # RedirectMatch: anywhere in the path
        ("RedirectMatch ^/a/(.*)\\.htm$ /b/$1.html", "/a/x/y.htm", (302, "/b/x/y.html")),
        ("RedirectMatch 301 ^/core/\\d+_\\d+_\\d+$ $0/", "/core/10_0_0", (301, "/core/10_0_0/")),
        ("RedirectMatch Permanent ^/java($|/.*) /core$1", "/java", (301, "/core")),
        ("RedirectMatch Permanent ^/java($|/.*) /core$1", "/javac", None),
        ("RedirectMatch 301 ^/(a|b)(c)?$ /x/$1$2", "/a", (301, "/x/a")),
        ("RedirectMatch 301 ^/a$ /b/$7", "/a", (301, "/b/")),
        ("RedirectMatch 301 ^/a$ /price-\\$5", "/a", (301, "/price-$5")),
        ("RedirectMatch 410 \\.bak$", "/x.bak", (410, "")),
        ("RedirectMatch 301 ^/a(.*) $1", "/ab", None),
        # RewriteRule: below the folder, only with R
        ("RewriteRule ^old$ new [R=301,L]", "/old", (301, "/new")),
        ("RewriteRule ^/old$ /new [R=301,L]", "/old", None),
        ("RewriteRule ^old/(.*)$ https://b.example/$1 [R,L]", "/old/x", (302, "https://b.example/x")),
        ("RewriteRule ^old$ /new [redirect=permanent]", "/old", (301, "/new")),
        ("RewriteRule ^OLD$ /new [NC,R=301]", "/old", (301, "/new")),
        ("RewriteRule ^OLD$ /new [R=301]", "/old", None),
        ("RewriteRule ^old$ /new [L]", "/old", None),
        ("RewriteRule ^old$ /new", "/old", None),
        ("RewriteRule !^keep /gone [R=301,L]", "/other", (301, "/gone")),
        ("RewriteRule !^keep /gone [R=301,L]", "/keep/x", None),
        ("RewriteRule ^old$ - [R=410,L]", "/old", (410, "")),
        ("RewriteRule ^old$ - [R=301,L]", "/old", None),
        ("RewriteRule ^(.*)$ https://%{HTTP_HOST}/$1 [R=301,L]", "/old", None),
        ("RewriteRule ^c/\\d+(?!.+\\.\\w+$|.+/$).+$   $0/ [R=301,L]", "/c/10_0", (301, "/c/10_0/")),
        ("RewriteRule ^c/\\d+(?!.+\\.\\w+$|.+/$).+$   $0/ [R=301,L]", "/c/10_0/x.html", None),
        ("RewriteRule ^a\\ b$ /ab [R=301]", "/a b", (301, "/ab")),
        ('RewriteRule "^a b$" "/a-b" [R=301, L]', "/a b", (301, "/a-b")),
    ],
)
def test_one_line(line: str, path: str, expected: tuple[int, str] | None) -> None:
    assert _answer(line, path) == expected


@pytest.mark.parametrize(
    ("text", "path", "expected"),
    [
        # first match wins within a module, RewriteRule wins over both
        ("Redirect /a /first\nRedirectMatch ^/a /second", "/a", (302, "/first")),
        ("Redirect /a /alias\nRewriteRule ^a /rewritten [R=301]", "/a", (301, "/rewritten")),
        ("RewriteRule ^a /one [R]\nRewriteRule ^a /two [R]", "/a", (302, "/one")),
        ("RewriteRule ^keep/ - [L]\nRewriteRule ^ /all [R]", "/keep/x", None),
        ("RewriteRule ^keep/ - [L]\nRewriteRule ^ /all [R]", "/x", (302, "/all")),
        ("RewriteRule ^keep/ - [L]\nRedirect /keep /kept", "/keep/x", (302, "/kept/x")),
        # sections
        ("<If true>\nRedirect /a /b\n</If>", "/a", None),
        ("<If x>\n</If>\n<Else>\nRewriteRule ^ https://x.example/ [R=301]\n</Else>\nRedirect /a /b", "/a", (302, "/b")),
        ("<ElseIf true>\n<IfModule mod_alias.c>\nRedirect /a /b\n</IfModule>\n</ElseIf>", "/a", None),
        ("<IfModule mod_alias.c>\nRedirect /a /b\n</IfModule>", "/a", (302, "/b")),
        ("<IfModule !mod_rewrite.c>\nRedirect /a /b\n</IfModule>", "/a", None),
        ("<IfModule !mod_fancy.c>\nRedirect /a /b\n</IfModule>", "/a", (302, "/b")),
        ('<Files "x.html">\nRedirect /a /b\n</Files>', "/a", None),
        ("</If>\nRedirect /a /b", "/a", (302, "/b")),
        # conditions
        ("RewriteCond %{HTTPS} off\nRewriteRule ^ /s [R]", "/a", None),
        ("RewriteCond a b\nRewriteCond c d\nRewriteRule ^ /s [R]\nRewriteRule ^a /t [R]", "/a", (302, "/t")),
        ("RewriteRule ^x - [C]\nRewriteRule ^ /s [R]\nRewriteRule ^a /t [R]", "/a", (302, "/t")),
        # whole-file directives, comments, continuations
        ("RewriteRule ^a b [R]\nRewriteBase /shop", "/a", (302, "/shop/b")),
        ("RewriteEngine off\nRewriteRule ^a b [R]\nRedirect /c /d", "/a", None),
        ("RewriteEngine off\nRewriteRule ^a b [R]\nRedirect /c /d", "/c", (302, "/d")),
        ("# Redirect /a /b", "/a", None),
        ("# a comment \\\nRedirect /a /b", "/a", None),
        ("Redirect 301 \\\n  /a \\\n  /b\nRedirect /c /d", "/a", (301, "/b")),
        ("\ufeffRedirect /a /b\r\nRedirect /c /d\r\n", "/c", (302, "/d")),
        ("Redirect /a /b \\", "/a", (302, "/b")),
        ("", "/a", None),
    ],
)
def test_whole_files(text: str, path: str, expected: tuple[int, str] | None) -> None:
    assert _answer(text, path) == expected


@pytest.mark.parametrize(
    ("line", "path", "query", "expected"),
    [
        ("Redirect /a /b", "/a", "x=1&y=2", "/b?x=1&y=2"),
        ("Redirect /a /b?z=3", "/a", "x=1", "/b?z=3"),
        ("Redirect /a /b#part", "/a", "x=1", "/b?x=1#part"),
        ("RewriteRule ^a /b?z=3 [R,QSA]", "/a", "x=1", "/b?z=3&x=1"),
        ("RewriteRule ^a /b [R,QSA]", "/a", "x=1", "/b?x=1"),
        ("RewriteRule ^a /b [R,QSD]", "/a", "x=1", "/b"),
    ],
)
def test_the_query_goes_along(line: str, path: str, query: str, expected: str) -> None:
    assert _answer(line, path, query) == (302, expected)


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("RedirectMatch ^/(a /b", "cannot be used"),
        ("RedirectMatch ^/(a+)+$ /b", "could take for ever"),
        ("RedirectMatch ^/(?:[a-z]*)*$ /b", "could take for ever"),
        ("RedirectMatch [[:alpha:]] /b", "cannot be used"),
        ("Redirect 301 /a", "a path and a target"),
        ("Redirect gone /a /b", "no target"),
        ("Redirect /a b", "neither a URL nor a path"),
        ("Redirect", "a path and a target"),
        ("RewriteRule ^a", "a pattern and a target"),
        ("RewriteRule ^a https://%{HTTP_HOST}/ [R]", "variables of the server"),
        ("RewriteRule ^a /b [R=999]", "no such status"),
    ],
)
def test_lines_that_cannot_be_used_are_skipped_and_named(line: str, problem: str) -> None:
    read = parse_htaccess(f"# first\n{line}\nRedirect /z /y")
    assert len(read.rules) == 1
    assert [note.startswith("line 2: ") and problem in note for note in read.problems] == [True]


def test_inner_folders_add_redirects_and_replace_rewrites() -> None:
    outer = parse_htaccess("Redirect /in/a /outer\nRewriteRule ^in/b /outer [R]")
    inner = parse_htaccess("Redirect /in/a /inner\nRewriteRule ^c$ d [R]", "/in/")
    rules = merged([outer, inner])
    assert redirect_for(rules, "/in/a") == (302, "/inner")
    assert redirect_for(rules, "/in/b") is None
    assert redirect_for(rules, "/in/c") == (302, "/in/d")
    assert redirect_for(merged([outer]), "/in/b") == (302, "/outer")


def test_long_paths_match_nothing() -> None:
    rules = parse_htaccess("Redirect / /b").rules
    assert redirect_for(rules, "/" + "a" * (MAX_PATH_LENGTH - 1)) is not None
    assert redirect_for(rules, "/" + "a" * MAX_PATH_LENGTH) is None


_PIECES = st.sampled_from(
    ["Redirect", "RedirectMatch", "RewriteRule", "RewriteCond", "<If x>", "</If>", "301", "gone", "^/(.*)", "$1", "/a",
     "-", "!", "!^x", "[R=301,L]", "[R", '"', "'", "\\", "\n", "(", "[", "# ", "\x00", "é", "RewriteBase"]
)  # fmt: skip


@given(st.lists(st.one_of(_PIECES, st.text(max_size=5)), max_size=30).map(" ".join), st.text(max_size=30))
def test_any_text_is_read_and_any_answer_is_a_safe_header(text: str, path: str) -> None:
    answer = _answer(text, "/" + path, path)
    if answer is not None:
        status, location = answer
        assert 300 <= status < 600
        assert location.isascii()
        assert not set(location) & set("\r\n\x00 ")


@given(st.text(st.characters(codec="utf-8"), max_size=40))
def test_a_prefix_redirect_keeps_the_rest_of_the_path(rest: str) -> None:
    answer = _answer("Redirect 301 /old https://b.example/new", f"/old/{rest}")
    assert answer is not None
    assert answer[1].startswith("https://b.example/new/")
    assert ("?" in answer[1], "#" in answer[1]) == (False, False)
