"""How fast a generated site is crawled, crawled again unchanged, and evaluated; and in how much memory.

    .venv/bin/python benchmarks/crawl_and_score.py 1500

Pages have about 16 KB and 2,400 random words; the site is served by a process of its own on loopback. Everything is
kept in a temporary folder. One machine's figures say little: compare runs on the same machine.
"""

import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

SERVE = """
import sys, threading
from pathlib import Path
from engineo.ops.demo.site_server import SiteServer
server = SiteServer(Path(sys.argv[1]))
server.start()
print(server.origin, flush=True)
threading.Event().wait()
"""


def write_site(folder: Path, count: int) -> None:
    chance = random.Random(1)  # noqa: S311 - the same site every time
    words = [f"w{number}" for number in range(5000)]
    for number in range(count):
        links = "".join(f'<li><a href="/p{chance.randrange(count)}.html">Page {n}</a></li>' for n in range(40))
        text = "".join(f"<p>{' '.join(chance.choices(words, k=60))}</p>" for _ in range(40))
        page = (
            f'<!doctype html><html lang="en"><head><title>Page {number}</title></head>'
            f"<body><nav><ul>{links}</ul></nav><main><h1>Page {number}</h1>{text}</main></body></html>"
        )
        (folder / f"p{number}.html").write_text(page)
    links = "".join(f'<a href="/p{number}.html">p{number}</a>' for number in range(0, count, 10))
    (folder / "index.html").write_text(f"<title>Home</title><h1>Home</h1>{links}")


def peak_mb() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def measure(origin: str) -> None:
    from engineo import bootstrap  # noqa: PLC0415 - the environment must be set first
    from engineo.features.crawling.contracts import Crawler, CrawlReader  # noqa: PLC0415 - as above
    from engineo.features.deo_score.domain.evaluation import evaluate  # noqa: PLC0415 - as above
    from engineo.features.projects.contracts import LocalProjects  # noqa: PLC0415 - as above

    application = bootstrap.build("cli")
    uow, modules = application.platform.uow, application.modules
    crawler, reader = modules.exported(Crawler), modules.exported(CrawlReader)
    with application.platform.running():
        for name in ("first crawl", "crawled again, unchanged"):
            with uow() as work:
                project = modules.exported(LocalProjects).find_or_create(work, origin)
                run = crawler.request(work, project.id, project.origin, "benchmark")
            started = time.perf_counter()
            run = crawler.crawl(run.id)
            seconds = time.perf_counter() - started
            rate = run.pages_fetched / seconds
            print(f"{name}: {run.pages_fetched} pages in {seconds:.1f} s, {rate:.0f} pages/s, peak {peak_mb()} MB")
        started = time.perf_counter()
        with uow(read_only=True) as work:
            found = evaluate(reader.site(work, run.id), reader.pages(work, run.id), datetime.now(UTC))
        print(f"evaluated: score {found.overall} in {time.perf_counter() - started:.1f} s, peak {peak_mb()} MB")


def main(count: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        site, home = Path(name) / "site", Path(name) / "home"
        site.mkdir()
        write_site(site, count)
        server = subprocess.Popen(  # noqa: S603 - our own interpreter
            [sys.executable, "-c", SERVE, str(site)], stdout=subprocess.PIPE, text=True
        )
        try:
            origin = server.stdout.readline().strip() if server.stdout else ""
            os.environ |= {
                "ENGINEO_ENV": "test",
                "ENGINEO_HOME": str(home),
                "LOG_LEVEL": "error",
                "CRAWL_ALLOW_PRIVATE_HOSTS": origin.removeprefix("http://"),
                "CRAWL_MAX_PAGES": str(count + 100),
                "CRAWL_CONCURRENCY": "8",
            }
            measure(origin)
        finally:
            server.kill()
            server.wait()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1500)
