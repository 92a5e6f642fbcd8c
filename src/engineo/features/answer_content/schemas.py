"""HTTP shapes of answers."""

from datetime import datetime
from typing import Literal

from engineo.infra.web import CamelModel

ShopperQuestion = Literal[
    "size", "weight or capacity", "material", "care", "contents", "audience", "compatibility", "power or duration",
    "warranty", "shipping or returns",
]  # fmt: skip


class AnswerOut(CamelModel):
    """`strength` is 1 for a question or definition answered with a fact, .5 for one of both, else 0."""

    heading: str
    question: str | None
    form: Literal["question", "definition", "topic", "heading"]
    shopper_question: ShopperQuestion | None
    words: int
    fact: bool
    strength: float
    answer: str


class PageAnswersOut(CamelModel):
    """`answered` and `open` are shoppers' questions; both are empty for pages that are no product's."""

    url: str
    title: str | None
    product: bool
    answers: list[AnswerOut]
    answered: list[ShopperQuestion]
    open: list[ShopperQuestion]


class QuestionCount(CamelModel):
    """On how many product pages a shoppers' question is answered, and on how many it is left open."""

    name: ShopperQuestion
    question: str
    answered: int
    open: int


class AnswerSummary(CamelModel):
    pages: int
    pages_with_answers: int
    answers: int
    strong_answers: int
    product_pages: int
    shopper_questions: list[QuestionCount]


class AnswerPage(CamelModel):
    """Answers of the crawl `crawlId`, null where none have been extracted yet. `nextCursor` is null at the end."""

    project_id: str
    crawl_id: str | None
    computed_at: datetime | None
    summary: AnswerSummary | None
    items: list[PageAnswersOut]
    next_cursor: int | None
