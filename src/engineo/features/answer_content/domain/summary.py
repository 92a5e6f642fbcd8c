"""What a site answers as a whole."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from engineo.features.answer_content.domain.answers import PageAnswers
from engineo.features.answer_content.domain.questions import ASKED
from engineo.features.crawling.contracts import SHOPPER_QUESTIONS


@dataclass(slots=True)
class Summary:
    """Counts over pages, added one by one."""

    pages: int = 0
    pages_with_answers: int = 0
    answers: int = 0
    strong_answers: int = 0  # a question or definition, and a fact
    product_pages: int = 0
    open_by_question: Counter[str] = field(default_factory=Counter)

    def add(self, found: PageAnswers, *, is_product: bool) -> None:
        self.pages += 1
        self.pages_with_answers += any(answer.strength > 0 for answer in found.answers)
        self.answers += sum(answer.strength > 0 for answer in found.answers)
        self.strong_answers += sum(answer.strength == 1 for answer in found.answers)
        self.product_pages += is_product
        self.open_by_question.update(found.open)

    def as_json(self) -> dict[str, Any]:
        return {
            "pages": self.pages,
            "pagesWithAnswers": self.pages_with_answers,
            "answers": self.answers,
            "strongAnswers": self.strong_answers,
            "productPages": self.product_pages,
            "shopperQuestions": [
                {
                    "name": name,
                    "question": ASKED[name],
                    "answered": self.product_pages - self.open_by_question[name],
                    "open": self.open_by_question[name],
                }
                for name in SHOPPER_QUESTIONS
            ],
        }
