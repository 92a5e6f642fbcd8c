from typing import Any

import pytest
from tests.unit.features.deo_score.domain.sample_sites import body, gain, page, site_of_pages

from engineo.features.crawling.contracts import Image

SLOW = {"ttfb_ms": 1500.0}
LAZY = Image("a.png", "A", sized=True, lazy=True, in_main=True)
UNSIZED = Image("a.png", "A", sized=False, lazy=False, in_main=True)


@pytest.mark.parametrize(
    ("name", "facts", "row"),
    [
        ("ttfb-slow", {}, SLOW),
        ("render-blocking", {"head_scripts_blocking": 1}, SLOW),
        ("render-blocking", {"stylesheets_blocking": 2}, SLOW),
        ("media-unsized", {"images": (UNSIZED,)}, SLOW),
        ("media-unsized", {"iframes": 1}, SLOW),
        ("transfer-large", {}, {**SLOW, "transfer_bytes": 300_000}),
        ("first-image-lazy", {"images": (LAZY,)}, {}),
    ],
)
def test_each_wins(name: str, facts: dict[str, Any], row: dict[str, Any]) -> None:
    assert gain(name, site_of_pages([page(""), page("x", body("x", **facts), **row)])) > 0
