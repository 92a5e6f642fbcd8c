"""answerSurfacePresence: how ready a page is to be quoted by an answer engine."""

from engineo.features.deo_score.domain.curves import sat
from engineo.features.deo_score.domain.measure import About, Groups, Rule
from engineo.features.deo_score.domain.reading import Reading
from engineo.features.deo_score.domain.rows import Row
from engineo.features.deo_score.domain.site import Member, Site

ABOUT = About(
    "answerSurfacePresence",
    ("answer-agents", "snippet-allowed", "answer-units", "lead"),
    (
        "https://developers.google.com/search/docs/appearance/ai-features",
        "https://platform.openai.com/docs/bots",
        "https://arxiv.org/abs/2506.11097",
    ),
)
ANSWER_AGENTS = ("Bingbot", "OAI-SearchBot", "Claude-SearchBot", "PerplexityBot", "Applebot")
UNITS = {"product": 5, "article": 5, "brand": 3, "other": 3, "home": 2, "collection": 2}
_UNITS_SHARE, _LEAD_SHARE = 0.65, 0.35
LEAST_WORDS = 20


def page_answers(_: Site, member: Member) -> float:
    """V = g * snippetOK * agents * [text >= 20 words] * (.65 units + .35 lead)."""
    reading = member.reading
    if reading is None or reading.words < LEAST_WORDS or not reading.snippet:
        return 0.0
    said = _UNITS_SHARE * units(reading, member.type) + _LEAD_SHARE * reading.lead
    return member.g * agents(member.row) * said


def agents(row: Row) -> float:
    """The share of the answer engines' fetchers that robots.txt lets in. Training bots are no part of this."""
    if not row.blocked_agents:
        return 1.0
    return sum(agent not in row.blocked_agents for agent in ANSWER_AGENTS) / len(ANSWER_AGENTS)


def units(reading: Reading, page_type: str) -> float:
    """Answer units, saturating; for products the shopper questions answered, where those are more."""
    questions = reading.product_questions if page_type == "product" else 0
    return sat(max(reading.answer_units, questions), UNITS[page_type])


answer_surface_presence = Rule(ABOUT, (Groups("pages", 1.0, page_answers),))
