"""Findings about structured data of further types, against what Google requires of each.

A demand is a tuple of properties any one of which will do.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from engineo.features.deo_score.domain.findings.check import ALL_TYPES, Check, Impact, OnPage
from engineo.features.deo_score.domain.findings.demands import AREA
from engineo.features.deo_score.domain.markup import Item, first_text
from engineo.features.deo_score.domain.reader import Seen
from engineo.features.deo_score.domain.text import number
from engineo.features.deo_score.domain.vocabulary import ORGANIZATION_TYPES

_DOCUMENTS = "https://developers.google.com/search/docs/appearance/structured-data"
_NO_BUSINESS = frozenset(
    ("Organization", "Corporation", "OnlineBusiness", "OnlineStore", "NGO", "Project", "Consortium")
)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of rich result: the types it is made of, and what they must have."""

    id: str
    types: frozenset[str]
    demands: tuple[tuple[str, ...], ...]
    name: str
    document: str


def _of(*types: str) -> frozenset[str]:
    return frozenset(types)


KINDS = (
    Kind("recipe", _of("Recipe"), (("name",), ("image",)), "recipes", "recipe"),
    Kind(
        "event",
        _of("Event", "MusicEvent", "BusinessEvent", "EducationEvent", "SportsEvent", "TheaterEvent", "Festival"),
        (("name",), ("startDate",), ("location",)),
        "events",
        "event",
    ),
    Kind("video", _of("VideoObject"), (("name",), ("thumbnailUrl", "thumbnail"), ("uploadDate",)), "videos", "video"),
    Kind(
        "job",
        _of("JobPosting"),
        (
            ("title",),
            ("description",),
            ("datePosted",),
            ("hiringOrganization",),
            ("jobLocation", "applicantLocationRequirements"),
        ),
        "job postings",
        "job-posting",
    ),
    Kind(
        "business",
        ORGANIZATION_TYPES - _NO_BUSINESS - _of("NewsMediaOrganization", "PerformingGroup", "MusicGroup", "SportsTeam"),
        (("name",), ("address",)),
        "local businesses",
        "local-business",
    ),
    Kind(
        "software",
        _of("SoftwareApplication", "MobileApplication", "WebApplication"),
        (("name",), ("offers",), ("aggregateRating", "review")),
        "software",
        "software-app",
    ),
    Kind("course", _of("Course"), (("name",), ("description",)), "courses", "course"),
    Kind("dataset", _of("Dataset"), (("name",), ("description",)), "data sets", "dataset"),
    Kind("movie", _of("Movie"), (("name",), ("image",)), "films", "movie"),
    Kind("image", _of("ImageObject"), (("contentUrl", "url"),), "images", "image-license-metadata"),
    Kind(
        "discussion",
        _of("DiscussionForumPosting"),
        (("author",), ("datePublished",)),
        "discussions",
        "discussion-forum",
    ),
    Kind("profile", _of("ProfilePage"), (("mainEntity",),), "profiles", "profile-page"),
)


def _lacking(items: Iterable[Item], kind: Kind) -> float | None:
    """How many items of the kind lack something; None where there is none."""
    found = [item for item in items if item.types & kind.types]
    return sum(not all(item.has(*names) for names in kind.demands) for item in found) if found else None


def _check(kind: Kind) -> Check:
    demands = ", ".join(" or ".join(names) for names in kind.demands)
    return Check(
        f"{kind.id}-incomplete",
        AREA,
        Impact.MODERATE,
        f"Incomplete markup of {kind.name}",
        f"Complete the markup of {kind.name} on {{pages}}",
        why="Without its required properties no rich result is shown.",
        how=f"Required: {demands}.",
        source=f"{_DOCUMENTS}/{kind.document}",
        find=OnPage(lambda seen: _lacking(seen.marked.top, kind), "items"),
        types=ALL_TYPES,
    )


def _questions(seen: Seen) -> float | None:
    """Questions without an answer on pages that are marked up as FAQ or as question and answer."""
    pages = [item for item in seen.marked.top if item.types & {"FAQPage", "QAPage"}]
    if not pages:
        return None
    asked = [question for page in pages for question in page.items("mainEntity")]
    open_ones = sum(
        not question.has("name") or not any(answer.has("text") for answer in _answers(question)) for question in asked
    )
    return open_ones if asked else 1


def _answers(question: Item) -> list[Item]:
    return question.items("acceptedAnswer", "suggestedAnswer")


def _ratings(seen: Seen) -> float | None:
    """Aggregate ratings without a value within their scale, or without a count."""
    ratings = [rating for item in seen.marked.every for rating in item.items("aggregateRating")]
    return sum(not _rating_valid(rating) for rating in ratings) if ratings else None


def _rating_valid(rating: Item) -> bool:
    value, best, worst = (number(first_text(rating, name)) for name in ("ratingValue", "bestRating", "worstRating"))
    within = value is not None and (1.0 if worst is None else worst) <= value <= (5.0 if best is None else best)
    return within and rating.has("ratingCount", "reviewCount")


def _reviews(seen: Seen) -> float | None:
    """Reviews of products and other things without author or rating."""
    reviews = [review for item in seen.marked.every for review in item.items("review")]
    lacking = (not review.has("author") or not review.has("reviewRating") for review in reviews)
    return sum(lacking) if reviews else None


def _past_prices(seen: Seen) -> float | None:
    """Offers whose priceValidUntil had passed when the page was fetched."""
    offers = [item for item in seen.marked.every if item.has("priceValidUntil")]
    fetched = seen.row.fetched_at
    if not offers or fetched is None:
        return None
    today = fetched.date().isoformat()
    return sum(first_text(offer, "priceValidUntil")[:10] < today for offer in offers)


CHECKS = (
    *map(_check, KINDS),
    Check(
        "questions-unanswered",
        AREA,
        Impact.MODERATE,
        "Questions in the markup without an answer",
        "Answer the questions in the markup of {pages}",
        why="A question needs a name and an answer with text; an FAQ without questions is none.",
        how="Add acceptedAnswer with the text that the page shows.",
        source=f"{_DOCUMENTS}/faqpage",
        find=OnPage(_questions, "questions"),
        types=ALL_TYPES,
    ),
    Check(
        "rating-invalid",
        AREA,
        Impact.MODERATE,
        "Ratings that cannot be right",
        "Correct the ratings in the markup of {pages}",
        why="A rating outside its scale, or without a number of votes, is not shown.",
        how="Give ratingValue within worstRating and bestRating (1 to 5 if not said), and ratingCount or reviewCount.",
        source=f"{_DOCUMENTS}/review-snippet",
        find=OnPage(_ratings, "ratings"),
        types=ALL_TYPES,
    ),
    Check(
        "review-incomplete",
        AREA,
        Impact.ADVICE,
        "Reviews without author or rating",
        "Complete the reviews in the markup of {pages}",
        why="A review by nobody, or without a verdict, is not shown.",
        how="Give every review an author with a name and a reviewRating.",
        source=f"{_DOCUMENTS}/review-snippet",
        find=OnPage(_reviews, "reviews"),
        types=ALL_TYPES,
    ),
    Check(
        "price-expired",
        AREA,
        Impact.MODERATE,
        "Prices that the markup says have expired",
        "Renew priceValidUntil in the markup of {pages}",
        why="An offer whose price was valid until a date that has passed may not be shown.",
        how="Move the date, or leave it out where the price has no end.",
        source=f"{_DOCUMENTS}/merchant-listing",
        find=OnPage(_past_prices, "offers"),
        types=ALL_TYPES,
    ),
)
