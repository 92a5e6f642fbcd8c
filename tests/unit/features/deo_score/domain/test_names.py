from tests.unit.features.deo_score.domain.sample_sites import body

from engineo.features.crawling.contracts import Heading
from engineo.features.deo_score.domain.names import description_of, main_headings, title_of


def test_headings_and_texts_are_stripped() -> None:
    facts = body("a", title=" T ", description=None, headings=(Heading(1, " "), Heading(1, " One "), Heading(2, "Two")))
    assert (title_of(facts), description_of(facts), main_headings(facts)) == ("T", "", ["One"])
