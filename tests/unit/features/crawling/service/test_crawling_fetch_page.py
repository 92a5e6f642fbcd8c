import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engineo.features.crawling.service.fetch_page import outcome_of, storable
from engineo.kernel.fetching import FetchResult

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters()), inner),
    max_leaves=6,
)


def result(status: int | None, kind: str | None, body: bytes = b"", outcome: str = "answered") -> FetchResult:
    return FetchResult("http://s/", outcome, status, () if kind is None else (("content-type", kind),), body)


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (result(200, "text/html"), "html"),
        (result(200, "TEXT/HTML; charset=x"), "html"),
        (result(200, "application/xhtml+xml"), "html"),
        (result(203, "text/html"), "html"),
        (result(200, "application/pdf"), "not_html"),
        (result(200, "application/pdf", outcome="too_large"), "not_html"),
        (result(200, "text/html", outcome="too_large"), "too_large"),
        (result(200, None, outcome="too_large"), "too_large"),
        (result(200, None, b"\xef\xbb\xbf \n<!DOCTYPE HTML>"), "html"),
        (result(200, None, b"<HTML>"), "html"),
        (result(200, None, b"%PDF"), "not_html"),
        (result(200, None), "not_html"),
        (result(204, None), "not_html"),
        (result(301, "text/html"), "http_error"),
        (result(304, None), "http_error"),
        (result(404, "text/html"), "http_error"),
        (result(503, "text/plain"), "http_error"),
        (result(None, None, outcome="timeout"), "timeout"),
        (result(None, None, outcome="refused"), "refused"),
        (result(200, "text/html", outcome="malformed"), "malformed"),
    ],
)
def test_the_name_of_an_answer(answer: FetchResult, outcome: str) -> None:
    assert outcome_of(answer) == outcome


@settings(deadline=None)  # the machine may be busy
@given(st.dictionaries(st.text(st.characters()), JSON))
def test_facts_are_stored_without_what_a_database_refuses(facts: dict[str, Any]) -> None:
    text = json.dumps(storable(facts), ensure_ascii=False, allow_nan=False)
    text.encode("utf-8")
    assert "\\u0000" not in text.replace("\\\\", "")


def test_facts_that_fit_are_stored_as_they_are() -> None:
    facts = {"title": "caf\u00e9 \U0001f600", "words": 3, "links": [{"url": "x"}]}
    assert storable(facts) == facts
