import pytest

from engineo.features.crawling.domain.open_elements import MAX_DEPTH, MAX_OPEN_FORMATTING, OpenElements


def names_after(tags: str) -> list[str]:
    stack = OpenElements()
    for tag in tags.split():
        if tag.startswith("/"):
            stack.end(tag[1:])
        else:
            stack.start(tag)
    return stack.names


@pytest.mark.parametrize(
    ("tags", "names"),
    [
        ("div p div", ["div", "div"]),
        ("p span p", ["p"]),
        ("ul li li", ["ul", "li"]),
        ("ul li ul li", ["ul", "li", "ul", "li"]),
        ("dl dt dd", ["dl", "dd"]),
        ("a a", ["a"]),
        ("button button", ["button"]),
        ("div x /div", []),
        ("x div /x", ["x", "div"]),
        ("div table td x /div", ["div", "table", "td", "x"]),
        ("table td table", ["table", "td", "table"]),
        ("table div table", ["table"]),
        ("table td x td", ["table", "td"]),
        ("td", []),
        ("h1 /h2", []),
        ("b div /b", ["div"]),
        ("b i /b", []),
        ("/x", []),
    ],
)
def test_elements_open_and_close_as_the_standard_says(tags: str, names: list[str]) -> None:
    assert names_after(tags) == names


def test_depth_and_open_formatting_are_bounded() -> None:
    stack = OpenElements()
    assert [stack.start("div") for _ in range(MAX_DEPTH + 1)].count(False) == 1
    assert stack.start("a")
    stack = OpenElements()
    for _ in range(MAX_OPEN_FORMATTING + 5):
        stack.start("div")
        stack.start("b")
        stack.end("div")
    assert stack.open_formatting == MAX_OPEN_FORMATTING
    stack.end("b")
    assert stack.start("i")
