"""What a page calls itself: its title, its description, its main headings."""

from engineo.features.crawling.contracts import PageFacts


def title_of(facts: PageFacts) -> str:
    return (facts.title or "").strip()


def description_of(facts: PageFacts) -> str:
    return (facts.description or "").strip()


def main_headings(facts: PageFacts) -> list[str]:
    """Texts of the non-empty h1."""
    return [heading.text.strip() for heading in facts.headings if heading.level == 1 and heading.text.strip()]
