"""Findings about being shown and quoted: previews, answer engines, and the text that they look for."""

from dataclasses import replace

from engineo.features.deo_score.domain.findings.check import Check, Hit, Impact, OnMember, OnPage, OnReading
from engineo.features.deo_score.domain.findings.repairs import Repair, answering, reads, saying
from engineo.features.deo_score.domain.reader import Seen
from engineo.features.deo_score.domain.signals.answers import ANSWER_AGENTS, LEAST_WORDS, UNITS
from engineo.features.deo_score.domain.site import Member, Site

AREA = "answers"
AI_FEATURES = "https://developers.google.com/search/docs/appearance/ai-features"
OPEN_GRAPH = "https://ogp.me/"
_ANSWERS = ("answerSurfacePresence",)
_QUESTIONS = 5
_FEW_QUESTIONS = 3


def _kept_out(_: Site, member: Member) -> Hit | float:
    agents = [agent for agent in ANSWER_AGENTS if agent in member.row.blocked_agents]
    return Hit(member.url, len(agents), ", ".join(agents)) if agents and member.reading is not None else 0.0


def _opening_without_fact(seen: Seen) -> bool:
    return not seen.facts.lead_has_fact


def _opening_elsewhere(seen: Seen) -> bool:
    """The first words take up less than 60 % of what the heading promises."""
    return seen.reading.lead - 0.5 * seen.facts.lead_has_fact <= 0


CHECKS = (
    Check(
        "answer-agents-blocked",
        AREA,
        Impact.SERIOUS,
        "Pages closed to answer engines",
        "Let answer engines crawl {pages}",
        why="robots.txt keeps out agents that fetch for answers: Bingbot, OAI-SearchBot, Claude-SearchBot, "
        "PerplexityBot, Applebot. Training bots do not matter here.",
        how="Allow these agents in robots.txt; a group for * that disallows all closes the site to them, too.",
        source="https://platform.openai.com/docs/bots",
        find=OnMember(_kept_out, "agents"),
        repair=Repair(
            _ANSWERS,
            answering(
                lambda row: replace(
                    row, blocked_agents=tuple(agent for agent in row.blocked_agents if agent not in ANSWER_AGENTS)
                )
            ),
        ),
    ),
    Check(
        "answer-text-missing",
        AREA,
        Impact.SERIOUS,
        "Pages with too little text to be quoted",
        "Write something on {pages} that can be quoted",
        why="Below 20 words of main text an answer engine has nothing to quote.",
        how="Open the page with two or three sentences that stand by themselves.",
        source=AI_FEATURES,
        find=OnReading(lambda _, reading: reading.words < LEAST_WORDS),
    ),
    Check(
        "answer-units-missing",
        AREA,
        Impact.MODERATE,
        "Pages that answer no question",
        "Answer questions under headings on {pages}",
        why="A question as heading, answered below it in 20 to 120 words with a fact, is what answer engines quote.",
        how="Turn what customers ask into headings, and answer each at once, with a number, a name or a date.",
        source=AI_FEATURES,
        find=OnReading(lambda _, reading: reading.answer_units == 0 and reading.product_questions == 0),
        repair=Repair(_ANSWERS, saying(lambda member, reading: replace(reading, answer_units=UNITS[member.type]))),
    ),
    Check(
        "shopper-questions-open",
        AREA,
        Impact.MODERATE,
        "Products that leave shoppers' questions open",
        "Answer more of what shoppers ask on {pages}",
        why="They answer fewer than three of: size, weight, material, care, contents, audience, compatibility, power "
        "or duration, warranty, shipping or returns.",
        how="Add a table of data and a line on care, delivery and returns to the description.",
        source=AI_FEATURES,
        find=OnReading(
            lambda _, reading: (
                _FEW_QUESTIONS - reading.product_questions if reading.product_questions < _FEW_QUESTIONS else 0
            ),
            "questions short of three",
        ),
        repair=reads(*_ANSWERS, product_questions=_QUESTIONS),
        types=("product",),
    ),
    Check(
        "lead-without-fact",
        AREA,
        Impact.ADVICE,
        "Openings without a fact",
        "Open {pages} with a fact",
        why="The first 80 words after the heading are what an answer engine reads first.",
        how="Put the number, date, price or measure that people look for into the first paragraph.",
        source="https://arxiv.org/abs/2311.09735",
        find=OnPage(_opening_without_fact),
        repair=Repair(_ANSWERS, saying(lambda _, reading: replace(reading, lead=min(1.0, reading.lead + 0.5)))),
    ),
    Check(
        "lead-off-topic",
        AREA,
        Impact.ADVICE,
        "Openings that do not take up the heading",
        "Begin {pages} with what their headings promise",
        why="Whether a page answers a question is judged by how it begins.",
        how="Use the words of the heading in the first sentence, and say what it is.",
        source=AI_FEATURES,
        find=OnPage(_opening_elsewhere),
        repair=Repair(_ANSWERS, saying(lambda _, reading: replace(reading, lead=min(1.0, reading.lead + 0.5)))),
    ),
    Check(
        "open-graph-missing",
        AREA,
        Impact.ADVICE,
        "Pages without a preview of their own",
        "Add og:title and og:image to {pages}",
        why="They are what is shown where a page is shared or cited.",
        how="Add both properties to the head, with an image of at least 1200 by 630 pixels.",
        source=OPEN_GRAPH,
        find=OnReading(lambda _, reading: not reading.open_graph),
        repair=reads("serpPresence", open_graph=True),
    ),
)
