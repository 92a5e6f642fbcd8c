"""What a page answers: headings, and questions of its structured data, with the text below them."""

import re
from collections.abc import Iterable, Iterator, Sequence

from engineo.features.crawling.contracts import AnswerUnit, Node
from engineo.features.crawling.domain.lexicon import words
from engineo.features.crawling.domain.measures import has_fact
from engineo.features.crawling.domain.text import count_words, first_words, tokenise

_UNIT_TAGS = words("h2 h3 h4 h5 h6 dt summary")
_ENDING_TAGS = _UNIT_TAGS | {"h1"}
_JUDGED_WORDS = 120
_KEPT_UNITS = 300
_KEPT_ANSWER = 300
_QUESTION_WORDS = words(
    "what what's how why when where who whom whose which can could does do did is are should will would may "
    "was wie warum wieso weshalb wann wo wer wem welche welcher welches kann können muss gibt "
    "qu'est quel quelle quels quelles comment pourquoi quand où qui combien "
    "qué cómo cuándo dónde quién cuál cuáles cuánto cuánta por "
    "cosa come perché quando dove chi quale quali quanto "
    "wat hoe waarom wanneer waar wie welke "
    "o que como quando onde quem qual quais quanto",
)
_QUESTION_END = re.compile(r"[?\uff1f\u061f]\s*\Z")
_DEFINES = words(
    "is are means refers describes denotes ist sind bedeutet bezeichnet est sont désigne signifie es son significa è "
    "sono é são betekent",
)
_ARTICLES = words("a an the der die das ein eine le la les l un une el los las una il lo gli i o os as de het een")
_KEPT_ANSWER_CHARACTERS = 20_000


def answer_units(blocks: Sequence[tuple[str, str]], nodes: Iterable[Node]) -> tuple[AnswerUnit, ...]:
    """Units of (tag, text) blocks in document order, then questions of structured data whose answer is visible.

    The same heading counts once. `words` are those before the next heading; question, definition and fact are judged
    on the first 120 of them.
    """
    found: dict[str, AnswerUnit] = {}
    for heading, answer in _headed(blocks):
        _add(found, heading, answer)
    pairs = list(_questions(nodes))
    if pairs:
        visible = f" {' '.join(tokenise(' '.join(text for _, text in blocks)))} "
        for name, answer in pairs:
            if _shown(name, visible) and _shown(first_words(answer, 12), visible):
                _add(found, name, answer)
    return tuple(found.values())


def _add(found: dict[str, AnswerUnit], heading: str, answer: str) -> None:
    key = " ".join(tokenise(heading))
    if not key or (key not in found and len(found) >= _KEPT_UNITS):
        return
    judged = first_words(answer, _JUDGED_WORDS)
    question = _is_question(heading) or _defines(key, judged)
    unit = AnswerUnit(heading[:300], count_words(answer), question, has_fact(judged), judged[:_KEPT_ANSWER].strip())
    if key not in found or _worth(unit) > _worth(found[key]):  # a heading that stands twice counts once, at its best
        found[key] = unit


def _worth(unit: AnswerUnit) -> tuple[int, int]:
    return unit.question + unit.fact, unit.words


def _headed(blocks: Sequence[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    heading, answer = "", list[str]()
    for tag, text in blocks:
        if tag in _ENDING_TAGS:
            if heading:
                yield heading, " ".join(answer)
            heading, answer = (text if tag in _UNIT_TAGS else ""), []
        elif heading:
            answer.append(text)
    if heading:
        yield heading, " ".join(answer)


def _is_question(heading: str) -> bool:
    if _QUESTION_END.search(heading):
        return True
    tokens = tokenise(heading)
    return len(tokens) > 2 and tokens[0] in _QUESTION_WORDS  # noqa: PLR2004 - "How to" alone asks nothing


def _defines(heading: str, answer: str) -> bool:
    """Whether the answer begins with what the heading names and says what it is."""
    term = [token for token in heading.split() if token not in _ARTICLES]
    start = [token for token in tokenise(answer[:300]) if token not in _ARTICLES][: len(term) + 1]
    return bool(term) and len(start) > len(term) and start[: len(term)] == term and start[-1] in _DEFINES


def _questions(nodes: Iterable[Node]) -> Iterator[tuple[str, str]]:
    """Names and accepted answers of the Question items of FAQPage and QAPage nodes."""
    for node in nodes:
        if "Question" in node.types:
            entities = [node.properties]
        else:
            entities = [item for item in node.properties.get("mainEntity", ()) if isinstance(item, dict)]
        for entity in entities[:_KEPT_UNITS]:
            answers = entity.get("acceptedAnswer") or entity.get("suggestedAnswer") or [{}]
            name, first = (entity.get("name") or [""])[0], answers[0]
            text = (first.get("text") or [""])[0] if isinstance(first, dict) else first
            if isinstance(name, str) and isinstance(text, str) and name and text:
                yield name, re.sub(r"<[^<>]*>", " ", text[:_KEPT_ANSWER_CHARACTERS])


def _shown(text: str, visible: str) -> bool:
    tokens = tokenise(text)
    return bool(tokens) and f" {' '.join(tokens)} " in visible
