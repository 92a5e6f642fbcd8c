from engineo.features.crawling.contracts import Link
from engineo.features.crawling.domain.document import TEMPLATE, RawLink
from engineo.features.crawling.domain.links import count_citations, read_links

PAGE = "https://www.a.b/page"


def test_links_are_resolved_and_kept_as_written() -> None:
    found = [
        RawLink("/x#top", "NoFollow ugc", 0, text=" An  x "),
        RawLink("mailto:a@b.c", "", 0, text="mail"),
        RawLink("", "", TEMPLATE, image="Logo", label="Home"),
        RawLink("http://[", "", 0, label="Bad"),
    ]
    assert read_links(found, PAGE) == (
        Link("https://www.a.b/x", "/x#top", "An x", ("nofollow", "ugc")),
        Link("", "mailto:a@b.c", "mail", crawlable=False),
        Link("", "", "Logo", template=True, crawlable=False),
        Link("", "http://[", "Bad", crawlable=False),
    )


def test_citations_are_other_sites_that_nobody_paid_for() -> None:
    def cite(url: str, *rel: str, template: bool = False) -> int:
        return count_citations([Link(url, url, "x", rel, template)], PAGE)

    assert cite("https://other.org/x") == 1
    assert cite("https://a.b/x") == 0
    assert cite("https://other.org/x", "sponsored") == 0
    assert cite("https://other.org/x", template=True) == 0
    assert cite("https://other.org/x?aff_id=1") == 0
    assert cite("https://other.org/x?Ref=1") == 0
    hosts = [Link(f"https://{name}.org/{name}", "", "x") for name in ("c", "c", "d", "e")]
    assert count_citations(hosts, PAGE) == 2
