import pytest
from tests.unit.features.deo_score.domain.findings.finding_cases import Case, check_case, on_page, served
from tests.unit.features.deo_score.domain.sample_sites import body, judged, page

from engineo.features.crawling.contracts import Image

WHOLE = Image("a.png", "A red shoe", sized=True, lazy=False, in_main=True)
FITS = {"viewport": "width=device-width, initial-scale=1"}


def image(alt: str | None = "A red shoe", *, sized: bool = True, lazy: bool = False) -> dict[str, object]:
    return {"images": (Image("a.png", alt, sized=sized, lazy=lazy, in_main=True),)}


CASES = {
    "image-alt-missing": on_page(image(None), image("")),
    "image-alt-long": on_page(image("a" * 101), image("a" * 100)),
    "main-image-undescribed": on_page(image(" "), image()),
    "media-unsized": on_page(image(sized=False), image()),
    "first-image-lazy": on_page(image(lazy=True), image()),
    "ttfb-slow": served(page("x", ttfb_ms=801.0), page("x", ttfb_ms=800.0)),
    "render-blocking": on_page({"head_scripts_blocking": 2}, {"stylesheets_blocking": 1}),
    "transfer-large": served(page("x", transfer_bytes=103_000), page("x", transfer_bytes=102_400)),
    "viewport-missing": Case(
        [page("", body("home", **FITS)), page("x")], [page("", body("home", **FITS)), page("x", body("x", **FITS))]
    ),
    "viewport-fixed": on_page({"viewport": "width=device-width, user-scalable=no"}, {"viewport": "maximum-scale=10"}),
    "form-insecure": on_page({"forms_insecure": 1}),
}


@pytest.mark.parametrize("check_id", CASES)
def test_fires_where_it_should(check_id: str) -> None:
    check_case(check_id, CASES[check_id])


def test_amounts_are_told() -> None:
    found = judged([page(""), page("x", ttfb_ms=1234.0)])["ttfb-slow"]
    assert [detail for _, detail in found.affected.shown(found.unit)] == ["ms: 1234"]
    assert found.points > 0
