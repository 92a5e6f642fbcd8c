import gzip
import http.client
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from engineo.kernel.errors import InvalidInputError
from engineo.ops.demo.site_server import SiteServer

_PAGE = "<!doctype html><title>Grüße</title>" + "<p>Some text that is worth packing.</p>" * 20


@dataclass(frozen=True)
class Answer:
    status: int
    headers: http.client.HTTPMessage
    body: bytes


@dataclass(frozen=True)
class Browser:
    connection: http.client.HTTPConnection

    def get(self, path: str, method: str = "GET", **headers: str) -> Answer:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.connection.request(method, path, headers=named)
        response = self.connection.getresponse()
        return Answer(response.status, response.headers, response.read())


@pytest.fixture
def site(tmp_path: Path) -> Path:
    (tmp_path / "sub").mkdir()
    (tmp_path / "index.html").write_text(_PAGE)
    (tmp_path / "sub" / "index.html").write_text("sub")
    (tmp_path / "latin.html").write_bytes(b"<meta charset=iso-8859-1>caf\xe9")
    (tmp_path / "picture.png").write_bytes(bytes(range(256)) * 4)
    (tmp_path / ".htaccess").write_text("Redirect 301 /old /new\nRedirect gone /lost\nRedirect 302 /index.html /")
    return tmp_path


@pytest.fixture
def browser(site: Path) -> Iterator[Browser]:
    with SiteServer(site) as server:
        connection = http.client.HTTPConnection(server.origin.removeprefix("http://"), timeout=10)
        yield Browser(connection)
        connection.close()


def test_a_page(browser: Browser) -> None:
    answer = browser.get("/")
    assert (answer.status, answer.body.decode()) == (200, _PAGE)
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert {"ETag", "Last-Modified", "Date", "Content-Length"} <= set(answer.headers)


def test_a_page_in_another_charset_speaks_for_itself(browser: Browser) -> None:
    answer = browser.get("/latin.html")
    assert answer.headers["Content-Type"] == "text/html"
    assert answer.body.endswith(b"caf\xe9")


def test_head_has_the_headers_of_get_and_no_body(browser: Browser) -> None:
    whole, head = browser.get("/"), browser.get("/", "HEAD")
    assert head.body == b""
    assert {**head.headers, "Date": ""} == {**whole.headers, "Date": ""}


@pytest.mark.parametrize("accepted", ["gzip", "br, GZIP;q=0.5", "gzip ; q=1.0 , *", "x, gzip;q=0.01"])
def test_text_is_packed_for_those_who_take_it(browser: Browser, accepted: str) -> None:
    answer = browser.get("/", Accept_Encoding=accepted)
    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.headers["Vary"] == "Accept-Encoding"
    assert gzip.decompress(answer.body).decode() == _PAGE
    assert answer.headers["ETag"] != browser.get("/").headers["ETag"]


@pytest.mark.parametrize(
    ("path", "accepted"),
    [("/", "br"), ("/", "gzip;q=0"), ("/", "gzip;q=0.0"), ("/sub/", "gzip"), ("/picture.png", "gzip")],
)
def test_the_rest_is_not_packed(browser: Browser, path: str, accepted: str) -> None:
    assert "Content-Encoding" not in browser.get(path, Accept_Encoding=accepted).headers


def test_conditional_requests(browser: Browser, site: Path) -> None:
    first = browser.get("/")
    tag, modified = first.headers["ETag"], first.headers["Last-Modified"]
    for headers in (
        {"If_None_Match": tag},
        {"If_None_Match": f'"other", W/{tag}'},
        {"If_None_Match": "*"},
        {"If_Modified_Since": modified},
    ):
        answer = browser.get("/", **headers)
        assert (answer.status, answer.body, answer.headers["ETag"]) == (304, b"", tag)
    for headers in (
        {"If_None_Match": '"other"', "If_Modified_Since": modified},
        {"If_Modified_Since": "Sat, 01 Jan 2000 00:00:00 GMT"},
        {"If_Modified_Since": "nonsense"},
        {"If_None_Match": tag, "Accept_Encoding": "gzip"},
    ):
        assert browser.get("/", **headers).status == 200
    (site / "index.html").write_text(_PAGE.replace("packing", "parking"))
    assert browser.get("/", If_None_Match=tag).status == 200


@pytest.mark.parametrize(
    ("path", "status", "location"),
    [
        ("/sub", 301, "/sub/"),
        ("/sub?a=1", 301, "/sub/?a=1"),
        ("/old/x?a=1", 301, "/new/x?a=1"),
        ("/index.html", 302, "/"),
        ("/old/%0d%0aSet-Cookie:x", 301, "/new/%0D%0ASet-Cookie:x"),
        ("/lost", 410, None),
        ("/missing", 404, None),
        ("/.htaccess", 404, None),
        ("/sub/..%2f..%2fetc/passwd", 404, None),
        ("/sub/../index.html", 404, None),
        ("/%00", 404, None),
    ],
)
def test_other_answers(browser: Browser, path: str, status: int, location: str | None) -> None:
    answer = browser.get(path)
    assert (answer.status, answer.headers["Location"]) == (status, location)


def test_a_page_of_its_own_for_what_is_missing(browser: Browser, site: Path) -> None:
    assert b"not found" in browser.get("/missing").body
    (site / "404.html").write_text("lost at sea")
    assert (browser.get("/missing").status, browser.get("/missing").body) == (404, b"lost at sea")


def test_large_files_are_streamed(browser: Browser, site: Path) -> None:
    size = 9 * 1024 * 1024
    (site / "film.html").write_bytes(b"x" * size)
    assert len(browser.get("/film.html", Accept_Encoding="gzip").body) == size
    assert browser.get("/film.html", "HEAD").headers["Content-Length"] == str(size)


def test_other_methods_are_refused(browser: Browser) -> None:
    assert browser.get("/", "POST").status == 501


def test_many_clients_at_once(site: Path) -> None:
    with SiteServer(site) as server:

        def fetch(_: int) -> int:
            connection = http.client.HTTPConnection(server.origin.removeprefix("http://"), timeout=10)
            try:
                return sum(len(Browser(connection).get("/").body) for _ in range(5))
            finally:
                connection.close()

        with ThreadPoolExecutor(16) as pool:
            assert set(pool.map(fetch, range(32))) == {5 * len(_PAGE.encode())}


def test_stopping_ends_idle_and_half_sent_requests_and_frees_the_port(site: Path) -> None:
    server = SiteServer(site).start()
    host, _, port = server.origin.removeprefix("http://").partition(":")
    with (
        socket.create_connection((host, int(port)), timeout=10) as idle,
        socket.create_connection((host, int(port))) as half,
    ):
        idle.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        assert idle.recv(15) == b"HTTP/1.1 200 OK"
        half.sendall(b"GET / HT")
        server.stop()
        server.stop()
    with SiteServer(site, port=int(port)) as again:
        assert again.origin.endswith(f":{port}")
    assert not [thread for thread in threading.enumerate() if thread.name == "site-server"]


def test_a_client_that_hangs_up_disturbs_nobody(browser: Browser, site: Path, caplog: pytest.LogCaptureFixture) -> None:
    (site / "film.mp4").write_bytes(b"x" * 9 * 1024 * 1024)
    with socket.create_connection((browser.connection.host, browser.connection.port), timeout=10) as rude:
        rude.sendall(b"GET /film.mp4 HTTP/1.1\r\nHost: x\r\n\r\n")
        rude.recv(1)
    assert browser.get("/").status == 200
    assert caplog.records == []


def test_lines_that_were_skipped_are_told(site: Path) -> None:
    (site / ".htaccess").write_text("Redirect 301 /only-a-path")
    assert SiteServer(site).problems[0].startswith("line 1: ")


def test_no_folder_and_no_address(tmp_path: Path) -> None:
    with pytest.raises(InvalidInputError, match="there is no folder"):
        SiteServer(tmp_path / "missing")
    server = SiteServer(tmp_path)
    server.stop()
    with pytest.raises(RuntimeError, match="before start"):
        assert server.origin
