import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engineo.features.crawling.domain.json_ld import MAX_DEPTH, Bounds, clean_text, clean_value, read_json


def test_valid_json_has_no_fault() -> None:
    assert read_json('{"a": [1, 2.5, "x"]}') == ({"a": [1, 2.5, "x"]}, None)


@pytest.mark.parametrize(
    "text",
    [
        '{"a": "x", /* c */ "b": 1,}',
        '{"a": "x", // c\n "b": 1}',
        '<!-- {"a": "x", "b": 1} -->',
        '//<![CDATA[\n{"a": "x", "b": 1}\n//]]>',
        '{"a": "x", "b": 1};',
    ],
)
def test_common_faults_are_mended_and_named(text: str) -> None:
    value, fault = read_json(text)
    assert value == {"a": "x", "b": 1}
    assert fault is not None
    assert "was mended" in fault


def test_what_looks_like_a_comment_in_a_string_is_kept() -> None:
    value, fault = read_json('{"url": "https://a.b//c", "d": "/* x */ ,}", "line": "1\n2",}')
    assert value == {"url": "https://a.b//c", "d": "/* x */ ,}", "line": "1\n2"}
    assert fault is not None


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "is empty"),
        ("{", "is not valid JSON"),
        ("var x = 1", "is not valid JSON"),
        ("[NaN]", "is not valid JSON"),
        ("[" * 10_000 + "]" * 10_000, "is nested too deeply"),
        ('{"a":' * 10_000 + "1" + "}" * 10_000, "is nested too deeply"),
        (" " * 2_000_000 + "1", "is too long"),
    ],
)
def test_what_cannot_be_read_is_named(text: str, fault: str) -> None:
    value, found = read_json(text)
    assert value is None
    assert found is not None
    assert found.startswith(fault)


def test_brackets_in_strings_are_no_depth() -> None:
    text = json.dumps(["[" * 1_000])
    assert read_json(text) == (["[" * 1_000], None)
    assert read_json("[" * MAX_DEPTH + "]" * MAX_DEPTH)[1] is None


def test_scalars_can_be_stored() -> None:
    assert clean_value("a\x00b\ud800") == "ab\ufffd"
    assert clean_value(float("inf")) is None
    assert clean_value(None) is None
    assert [clean_value(value) for value in (True, 3, 2.5)] == [True, 3, 2.5]
    assert read_json("[" + "9" * 5_000 + "]") == (["9" * 5_000], None)
    assert len(clean_text("x" * 10_000)) == 5_000


def test_bounds_end() -> None:
    bounds = Bounds()
    bounds.values = 1
    assert [bounds.take(), bounds.take()] == [True, False]


@given(st.text(alphabet='{}[]",:/*<!->\\ \n1ea;'))
def test_no_script_is_too_hostile(text: str) -> None:
    read_json(text)
