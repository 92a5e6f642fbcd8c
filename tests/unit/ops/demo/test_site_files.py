import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engineo.ops.demo.redirects import redirect_for
from engineo.ops.demo.site_files import Moved, SiteFiles, content_type, decoded, is_text


@pytest.fixture
def site(tmp_path: Path) -> Path:
    root = tmp_path / "site"
    for name in (
        "index.html",
        "a b.html",
        "sub/index.html",
        "sub/page.html",
        "empty/x.css",
        ".well-known/security.txt",
    ):
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(name)
    (root / ".htaccess").write_text("Redirect /old /new\nnonsense\nRedirectMatch ( /x")
    (root / "sub" / ".htaccess").write_text("Redirect /sub/old /sub/new")
    (root / ".git").mkdir()
    (root / ".git" / "config").write_text("secret")
    (tmp_path / "secret.txt").write_text("secret")
    (root / "outside.txt").symlink_to(tmp_path / "secret.txt")
    (root / "up").symlink_to(tmp_path)
    (root / "git").symlink_to(root / ".git")
    (root / "again.html").symlink_to(root / "index.html")
    (root / "loop").symlink_to(root / "loop")
    os.mkfifo(root / "pipe")
    return root


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/", "index.html"),
        ("/index.html", "index.html"),
        ("/a b.html", "a b.html"),
        ("/sub/", "sub/index.html"),
        ("/sub/page.html", "sub/page.html"),
        ("/again.html", "index.html"),
        ("/.well-known/security.txt", ".well-known/security.txt"),
    ],
)
def test_files_that_are_there(site: Path, path: str, expected: str) -> None:
    assert SiteFiles(site).find(path) == site / expected


@pytest.mark.parametrize(
    "path",
    [
        "/missing.html", "/index.html/", "/empty", "/empty/", "/.htaccess", "/sub/.htaccess", "/.git/config",
        "/git/config", "/outside.txt", "/up/secret.txt", "/loop", "/pipe", "/" + "a" * 5000, "/\udcff",
    ],
)  # fmt: skip
def test_what_is_not_served(site: Path, path: str) -> None:
    assert SiteFiles(site).find(path) is None


def test_a_folder_without_its_slash_has_moved(site: Path) -> None:
    (site / "sub ü").mkdir()
    (site / "sub ü" / "index.html").write_text("x")
    assert SiteFiles(site).find("/sub") == Moved("/sub/")
    assert SiteFiles(site).find("/sub ü") == Moved("/sub%20%C3%BC/")


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/a%20b", "/a b"),
        ("//a///b/", "/a/b/"),
        ("/caf%C3%A9", "/café"),
        ("/caf%E9", "/caf\udce9"),
        ("/...", "/..."),
        ("/../x", None),
        ("/a/%2e%2e/x", None),
        ("/./x", None),
        ("/a%2fb", None),
        ("/a%5Cb", None),
        ("/a\\b", None),
        ("/a%00b", None),
        ("http://other.example/", None),
        ("", None),
    ],
)
def test_decoded(path: str, expected: str | None) -> None:
    assert decoded(path) == expected


@given(st.lists(st.sampled_from(["..", ".", "%2e", "%2E%2e", "/", "%2f", "up", "secret.txt", "git", "a", "%00"])))
def test_nothing_outside_the_folder_is_ever_found(tmp_path_factory: pytest.TempPathFactory, parts: list[str]) -> None:
    root = tmp_path_factory.mktemp("walk") / "site"
    root.mkdir()
    (root.parent / "secret.txt").write_text("secret")
    (root / "up").symlink_to(root.parent)
    path = decoded("/" + "/".join(parts))
    assert path is None or SiteFiles(root).find(path) is None


def test_rules_of_every_folder_on_the_way(site: Path) -> None:
    files = SiteFiles(site)
    assert redirect_for(files.rules("/old"), "/old") == (302, "/new")
    assert redirect_for(files.rules("/sub/old"), "/sub/old") == (302, "/sub/new")
    assert redirect_for(files.rules("/sub"), "/sub/old") == (302, "/sub/new")
    assert len(files.rules("/" + "missing/" * 1000)) == 1
    assert [note.split(":")[0] for note in files.problems()] == ["line 3"]


def test_rules_are_read_again_when_the_file_changes(site: Path) -> None:
    files = SiteFiles(site)
    assert redirect_for(files.rules("/fresh"), "/fresh") is None
    (site / ".htaccess").write_text("Redirect 301 /fresh /new")
    assert redirect_for(files.rules("/fresh"), "/fresh") == (301, "/new")
    (site / ".htaccess").unlink()
    assert files.rules("/fresh") == ()


def test_rules_from_outside_are_not_read(tmp_path: Path) -> None:
    (tmp_path / "rules").write_text("Redirect /a /b")
    root = tmp_path / "site"
    root.mkdir()
    (root / ".htaccess").symlink_to(tmp_path / "rules")
    assert SiteFiles(root).rules("/a") == ()


@pytest.mark.parametrize(
    ("name", "kind", "text"),
    [
        ("a.html", "text/html", True),
        ("a.HTM", "text/html", True),
        ("sitemap.xml", "application/xml", True),
        ("all.atom.xml", "application/xml", True),
        ("a.css", "text/css", True),
        ("a.js", "text/javascript", True),
        ("a.json", "application/json", True),
        ("a.svg", "image/svg+xml", True),
        ("robots.txt", "text/plain", True),
        ("a.webp", "image/webp", False),
        ("a.png", "image/png", False),
        ("sitemap.xml.gz", "application/octet-stream", False),
        ("LICENSE", "application/octet-stream", False),
    ],
)
def test_content_types(name: str, kind: str, text: bool) -> None:
    assert (content_type(name), is_text(content_type(name))) == (kind, text)
