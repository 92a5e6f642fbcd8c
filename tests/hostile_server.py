"""A web server that does everything wrong, on loopback, for tests of whatever reads other people's sites.

    with HostileServer(pages={"/": b"<p>hello</p>"}) as server:
        read(f"{server.origin}/gzip-bomb")
    assert server.requests == ["/gzip-bomb"]

It runs in a thread of its own. Every route streams: none holds a large answer in memory, and all stop at once when the
client hangs up. Paths that are neither a page nor a route are 404.
"""

import asyncio
import socket
import ssl
import struct
import threading
import zlib
from collections.abc import Awaitable, Callable, Mapping
from types import TracebackType
from typing import Self

DRIP_SECONDS = 0.05
CHUNK = 64 * 1024
MEGABYTE = 1024 * 1024

HTML = "text/html; charset=utf-8"
BROKEN_CHARSET_PAGE = (
    b"<html><head><meta charset=klingon><title>caf\xe9 \xff\xfe</title></head>"
    b"<body><p>na\xc3\xafve \xed\xa0\x80 \xc3( \x00 end</p></body></html>"
)


class Connection:
    """One client, as a route sees it."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, origin: str) -> None:
        self._reader = reader
        self._writer = writer
        self.origin = origin
        self.keep_alive = False

    async def send(self, data: bytes) -> None:
        self._writer.write(data)
        await self._writer.drain()

    async def head(self, status: str = "200 OK", **headers: str) -> None:
        """A status line and headers, `content_type` written as `content-type`."""
        lines = [f"HTTP/1.1 {status}", *(f"{name.replace('_', '-')}: {value}" for name, value in headers.items())]
        await self.send("\r\n".join([*lines, "", ""]).encode("latin-1"))

    async def answer(self, body: bytes = b"", status: str = "200 OK", **headers: str) -> None:
        """A well-behaved answer, after which the connection may be used again."""
        await self.head(status, content_length=str(len(body)), **{"content_type": HTML, **headers})
        await self.send(body)
        self.keep_alive = True

    async def drip(self, data: bytes) -> None:
        """One byte at a time, until the client hangs up."""
        for byte in data:
            await self.send(bytes([byte]))
            if await self._hung_up(DRIP_SECONDS):
                raise ConnectionResetError

    async def say_nothing(self) -> None:
        await self._reader.read()

    def reset(self) -> None:
        """Leave with RST instead of FIN."""
        linger_on_for_0_s = struct.pack("ii", 1, 0)
        self._writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger_on_for_0_s)
        self._writer.transport.abort()

    async def _hung_up(self, within: float) -> bool:
        try:
            return await asyncio.wait_for(self._reader.read(1), within) == b""
        except TimeoutError:
            return False


Route = Callable[[Connection], Awaitable[None]]


async def gzip_bomb(connection: Connection) -> None:
    """10 MB of gzip that claim to be 10 GB of zeros: one compressed megabyte, repeated."""
    deflate = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    block = deflate.compress(bytes(MEGABYTE)) + deflate.flush(zlib.Z_FULL_FLUSH)
    await connection.head(content_type=HTML, content_encoding="gzip")
    await connection.send(b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03")
    for _ in range(10 * 1024):
        await connection.send(block)


async def endless_body(connection: Connection) -> None:
    await connection.head(content_type=HTML)
    while True:
        await connection.send(b"<p>and on</p>" * 5000)


async def slow_headers(connection: Connection) -> None:
    await connection.drip(b"HTTP/1.1 200 OK\r\nx-slow: " + b"a" * 10_000)


async def slow_body(connection: Connection) -> None:
    await connection.head(content_type=HTML, content_length="10000")
    await connection.drip(b"a" * 10_000)


async def silence(connection: Connection) -> None:
    await connection.say_nothing()


async def endless_interim(connection: Connection) -> None:
    while True:
        await connection.send(b"HTTP/1.1 103 Early Hints\r\n\r\n" * 100)


async def large_header(connection: Connection) -> None:
    await connection.send(b"HTTP/1.1 200 OK\r\nx-large: ")
    for _ in range(16):
        await connection.send(b"a" * CHUNK)
    await connection.send(b"\r\ncontent-length: 0\r\n\r\n")


async def many_headers(connection: Connection) -> None:
    await connection.send(b"HTTP/1.1 200 OK\r\n")
    for _ in range(1000):
        await connection.send(b"x-many: 1\r\n" * 1000)
    await connection.send(b"content-length: 0\r\n\r\n")


async def broken_chunks(connection: Connection) -> None:
    await connection.head(content_type=HTML, transfer_encoding="chunked")
    await connection.send(b"5\r\nhello\r\nnot-a-size\r\nworld\r\n0\r\n\r\n")


async def tiny_chunks(connection: Connection) -> None:
    """An endless body of one byte at a time."""
    await connection.head(content_type=HTML, transfer_encoding="chunked")
    while True:
        await connection.send(b"1\r\na\r\n" * 10_000)


async def large_chunk_header(connection: Connection) -> None:
    await connection.head(content_type=HTML, transfer_encoding="chunked")
    await connection.send(b"1;x=")
    while True:
        await connection.send(b"a" * CHUNK)


async def length_too_long(connection: Connection) -> None:
    await connection.head(content_type=HTML, content_length="1000")
    await connection.send(b"only this")


async def length_too_short(connection: Connection) -> None:
    await connection.head(content_type=HTML, content_length="5")
    await connection.send(b"hello and more than was announced")
    connection.keep_alive = True


async def length_nonsense(connection: Connection) -> None:
    await connection.head(content_type=HTML, content_length="-5")
    await connection.send(b"hello")


async def reset_midway(connection: Connection) -> None:
    await connection.head(content_type=HTML, content_length="1000000")
    await connection.send(b"a" * 1000)
    connection.reset()


async def empty_reply(_connection: Connection) -> None:
    """The connection closes without a byte."""


async def garbage(connection: Connection) -> None:
    await connection.send(b"\x00\x01SSH-2.0-OpenSSH_9.2\r\n\xff\xfe\r\n\r\n" * 100)


async def body_without_head(connection: Connection) -> None:
    await connection.send(b"<html><body>HTTP/0.9 says hello</body></html>")


async def until_close(connection: Connection) -> None:
    await connection.send(b"HTTP/1.0 200 OK\r\ncontent-type: text/html\r\n\r\n<p>the end is the close</p>")


async def switching_protocols(connection: Connection) -> None:
    await connection.head("101 Switching Protocols", upgrade="websocket", connection="upgrade")


async def redirect_to_file(connection: Connection) -> None:
    await connection.answer(status="302 Found", location="file:///etc/passwd")


async def redirect_to_loopback(connection: Connection) -> None:
    await connection.answer(status="302 Found", location="http://127.0.0.1/")


async def redirect_to_metadata(connection: Connection) -> None:
    await connection.answer(status="302 Found", location="http://169.254.169.254/latest/meta-data/")


async def redirect_loop(connection: Connection) -> None:
    await connection.answer(status="301 Moved Permanently", location=f"{connection.origin}/redirect-loop")


async def not_modified(connection: Connection) -> None:
    await connection.head("304 Not Modified", etag='"same"', content_length="99999999", content_encoding="br")
    connection.keep_alive = True


async def unknown_encoding(connection: Connection) -> None:
    await connection.answer(b"\x8b\x02\x80hello\x03", content_encoding="br")


async def broken_gzip(connection: Connection) -> None:
    await connection.answer(b"this is plain text", content_encoding="gzip")


async def cut_gzip(connection: Connection) -> None:
    whole = zlib.compress(b"all of it" * 1000, wbits=16 + zlib.MAX_WBITS)
    await connection.answer(whole[: len(whole) // 2], content_encoding="gzip")


async def latin1_headers(connection: Connection) -> None:
    await connection.answer(b"<p>ok</p>", x_name="caf\xe9", set_cookie="session=1; Path=/")


async def nested_divs(connection: Connection) -> None:
    """50 MB of elements, each inside the one before."""
    divs = b"<div>" * (CHUNK // 5)
    await connection.head(content_type=HTML)
    for _ in range(50 * MEGABYTE // len(divs)):
        await connection.send(divs)


async def many_links(connection: Connection) -> None:
    """One page with 100,000 different links."""
    await connection.head(content_type=HTML)
    for start in range(0, 100_000, 1000):
        await connection.send(b"".join(b'<a href="/page/%d">%d</a>\n' % (n, n) for n in range(start, start + 1000)))


async def broken_charset(connection: Connection) -> None:
    await connection.answer(BROKEN_CHARSET_PAGE, content_type="text/html; charset=klingon-1")


ROUTES: dict[str, Route] = {
    "/gzip-bomb": gzip_bomb,
    "/endless-body": endless_body,
    "/slow-headers": slow_headers,
    "/slow-body": slow_body,
    "/silence": silence,
    "/endless-interim": endless_interim,
    "/large-header": large_header,
    "/many-headers": many_headers,
    "/broken-chunks": broken_chunks,
    "/tiny-chunks": tiny_chunks,
    "/large-chunk-header": large_chunk_header,
    "/length-too-long": length_too_long,
    "/length-too-short": length_too_short,
    "/length-nonsense": length_nonsense,
    "/reset-midway": reset_midway,
    "/empty-reply": empty_reply,
    "/garbage": garbage,
    "/body-without-head": body_without_head,
    "/until-close": until_close,
    "/switching-protocols": switching_protocols,
    "/redirect-to-file": redirect_to_file,
    "/redirect-to-loopback": redirect_to_loopback,
    "/redirect-to-metadata": redirect_to_metadata,
    "/redirect-loop": redirect_loop,
    "/not-modified": not_modified,
    "/unknown-encoding": unknown_encoding,
    "/broken-gzip": broken_gzip,
    "/cut-gzip": cut_gzip,
    "/latin1-headers": latin1_headers,
    "/nested-divs": nested_divs,
    "/many-links": many_links,
    "/broken-charset": broken_charset,
}


class HostileServer:
    """Serves `pages` (path to HTML), `/redirect/<n>` (n redirects, then 200) and `ROUTES`.

    `requests` are the paths received, in order, and `received` the headers of each, names in lower case; `connections`
    counts the connections that were accepted. `host` is the name in `origin` and must lead to 127.0.0.1.
    """

    def __init__(
        self,
        pages: Mapping[str, bytes] | None = None,
        *,
        host: str = "127.0.0.1",
        ssl_context: ssl.SSLContext | None = None,
    ) -> None:
        self.requests: list[str] = []
        self.received: list[dict[str, str]] = []
        self.connections = 0
        self.port = 0
        self._pages = dict(pages or {})
        self._host = host
        self._ssl_context = ssl_context
        self._loop = asyncio.new_event_loop()
        self._clients: set[asyncio.Task[None]] = set()
        self._thread = threading.Thread(target=self._loop.run_forever, name="hostile-server", daemon=True)

    @property
    def endpoint(self) -> str:
        """`host:port`, as settings that allow private hosts spell it."""
        return f"{self._host}:{self.port}"

    @property
    def origin(self) -> str:
        return f"{'https' if self._ssl_context else 'http'}://{self.endpoint}"

    def __enter__(self) -> Self:
        self._thread.start()
        starting = asyncio.start_server(self._accept, "127.0.0.1", 0, ssl=self._ssl_context)
        self._server = asyncio.run_coroutine_threadsafe(starting, self._loop).result(timeout=10)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        asyncio.run_coroutine_threadsafe(self._stop(), self._loop).result(timeout=10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(timeout=10)
        self._loop.close()

    async def _stop(self) -> None:
        self._server.close()
        for client in self._clients:
            client.cancel()
        await asyncio.gather(*self._clients, return_exceptions=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        task = asyncio.current_task()
        assert task is not None
        self._clients.add(task)
        try:
            while await self._serve(reader, writer):
                pass
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            writer.transport.abort()  # the client left, or the server stops
        finally:
            self._clients.discard(task)
            writer.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        request, *lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").strip().split("\r\n")
        path = request.split(" ")[1]
        self.requests.append(path)
        self.received.append(
            {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        )
        connection = Connection(reader, writer, self.origin)
        await self._route(path)(connection)
        return connection.keep_alive

    def _route(self, path: str) -> Route:
        page = self._pages.get(path)
        if page is not None:
            return lambda connection: connection.answer(page)
        hops = path.removeprefix("/redirect/")
        if hops != path and hops.isdigit():
            return _redirect_chain(int(hops))
        return ROUTES.get(path, _not_found)


def _redirect_chain(hops: int) -> Route:
    async def route(connection: Connection) -> None:
        if hops:
            await connection.answer(status="302 Found", location=f"{connection.origin}/redirect/{hops - 1}")
        else:
            await connection.answer(b"<p>the end of the chain</p>")

    return route


async def _not_found(connection: Connection) -> None:
    await connection.answer(b"<p>not found</p>", status="404 Not Found")
