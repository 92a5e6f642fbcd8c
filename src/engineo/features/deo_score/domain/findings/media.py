"""Findings about images, speed, small screens and forms."""

from dataclasses import replace

from engineo.features.deo_score.domain.findings.check import (
    ALL_TYPES,
    Amount,
    Check,
    Impact,
    OnMember,
    OnPage,
    OnReading,
)
from engineo.features.deo_score.domain.findings.repairs import Repair, answering, reads, saying
from engineo.features.deo_score.domain.reader import Seen
from engineo.features.deo_score.domain.signals.vitals import GOOD_KB, GOOD_TTFB_MS, size
from engineo.features.deo_score.domain.site import Member

IMAGES, SPEED = "images", "performance"
ALT = "https://developer.chrome.com/docs/lighthouse/accessibility/image-alt"
CLS = "https://web.dev/articles/optimize-cls"
LCP = "https://web.dev/articles/optimize-lcp"
_LONG_ALT = 100
_KB = 1024
_VITALS = ("coreWebVitals",)
_FIXED = ("user-scalable=no", "user-scalable=0", "maximum-scale=1,", "maximum-scale=1.0,")


def _undescribed(seen: Seen) -> Amount:
    """Images without an alt attribute; an empty one says that the image is for decoration."""
    images = seen.facts.images
    return sum(image.alt is None for image in images) if images else None


def _long_alts(seen: Seen) -> Amount:
    images = seen.facts.images
    return sum(len(image.alt or "") > _LONG_ALT for image in images) if images else None


def _unsized(seen: Seen) -> Amount:
    total = len(seen.facts.images) + seen.facts.iframes
    return round(total * (1 - seen.reading.sized)) if total else None


def _slow(member: Member) -> float:
    milliseconds = member.row.ttfb_ms or 0.0
    return milliseconds if member.reading is not None and milliseconds > GOOD_TTFB_MS else 0


def _kilobytes(member: Member) -> float:
    return (member.row.transfer_bytes or 0) / _KB if size(member.row) < 1 else 0


def _without_viewport(seen: Seen) -> bool:
    return not (seen.facts.viewport or "").strip()


def _zoom_forbidden(seen: Seen) -> bool:
    content = f"{(seen.facts.viewport or '').lower().replace(' ', '')},"
    return any(rule in content for rule in _FIXED)


CHECKS = (
    Check(
        "image-alt-missing",
        IMAGES,
        Impact.MODERATE,
        "Images without an alternative text",
        "Describe the images of {pages}",
        why="Engines and people who cannot see a picture know of it what its alt text says.",
        how='Say in alt what the image shows; write alt="" where it only decorates.',
        source=ALT,
        find=OnPage(_undescribed, "images"),
        types=ALL_TYPES,
    ),
    Check(
        "image-alt-long",
        IMAGES,
        Impact.ADVICE,
        "Very long alternative texts",
        "Shorten the alternative texts of {pages}",
        why="An alt text of more than 100 characters is read out in one breath, without a way to skip it.",
        how="Say the essential in alt, and the rest in a caption or in the text.",
        source=ALT,
        find=OnPage(_long_alts, "images"),
    ),
    Check(
        "main-image-undescribed",
        IMAGES,
        Impact.MODERATE,
        "Main images without an alternative text",
        "Describe the main image of {pages}",
        why="The first image of the main text is the one that results and answers show.",
        how="Say in alt what it shows, by name: product, colour, view.",
        source="https://developers.google.com/search/docs/appearance/google-images",
        find=OnReading(lambda _, reading: not reading.image_described),
        repair=reads("serpPresence", image_described=True),
    ),
    Check(
        "media-unsized",
        SPEED,
        Impact.MODERATE,
        "Images and frames without a size",
        "Give images and frames on {pages} their width and height",
        why="Without a size the page jumps when they arrive.",
        how="Add width and height attributes, or an aspect-ratio.",
        source=CLS,
        find=OnPage(_unsized, "images and frames"),
        repair=Repair(_VITALS, saying(lambda _, reading: replace(reading, sized=1.0))),
    ),
    Check(
        "first-image-lazy",
        SPEED,
        Impact.MODERATE,
        "Main images that are loaded late",
        "Load the first image of {pages} at once",
        why="It is likely the largest thing on the screen; loading it lazily delays it.",
        how='Remove loading="lazy" from the first image of the main text, and give it fetchpriority="high".',
        source=LCP,
        find=OnReading(lambda _, reading: reading.lazy_first),
        repair=reads("coreWebVitals", lazy_first=False),
    ),
    Check(
        "ttfb-slow",
        SPEED,
        Impact.SERIOUS,
        "Pages that answer slowly",
        "Answer faster than 800 ms on {pages}",
        why="Nothing can be shown before the first byte arrives.",
        how="Cache pages near the reader, and look for slow queries behind these addresses.",
        source="https://web.dev/articles/ttfb",
        find=OnMember(lambda _, member: _slow(member), "ms"),
        repair=Repair(_VITALS, answering(lambda row: replace(row, ttfb_ms=GOOD_TTFB_MS))),
    ),
    Check(
        "render-blocking",
        SPEED,
        Impact.MODERATE,
        "Scripts and styles that hold up the first paint",
        "Load scripts and styles without blocking on {pages}",
        why="Scripts in the head without async or defer, and more than one stylesheet, delay all that follows.",
        how="Add defer to scripts, join stylesheets into one, and load those for print or rare parts later.",
        source="https://developer.chrome.com/docs/lighthouse/performance/render-blocking-resources",
        find=OnReading(lambda _, reading: reading.blocking if reading.blocking > 1 else 0, "files"),
        repair=Repair(_VITALS, saying(lambda _, reading: replace(reading, blocking=1))),
    ),
    Check(
        "transfer-large",
        SPEED,
        Impact.MODERATE,
        "Pages of more than 100 KB",
        "Shrink the HTML of {pages} below 100 KB",
        why="The HTML is what everything else waits for.",
        how="Compress answers with gzip or Brotli, and move inline data, images and styles out.",
        source="https://developer.chrome.com/docs/lighthouse/performance/uses-text-compression",
        find=OnMember(lambda _, member: _kilobytes(member) if member.reading is not None else 0, "KB"),
        repair=Repair(_VITALS, answering(lambda row: replace(row, transfer_bytes=int(GOOD_KB * _KB)))),
    ),
    Check(
        "viewport-missing",
        SPEED,
        Impact.SERIOUS,
        "Pages that do not fit small screens",
        "Add a viewport to {pages}",
        why="Without it phones show the page as a shrunken desktop, and wait before they react to a tap.",
        how='Add <meta name="viewport" content="width=device-width, initial-scale=1">.',
        source="https://developer.chrome.com/docs/lighthouse/best-practices/viewport",
        find=OnPage(_without_viewport),
        types=ALL_TYPES,
    ),
    Check(
        "viewport-fixed",
        SPEED,
        Impact.ADVICE,
        "Pages that cannot be zoomed",
        "Let visitors zoom {pages}",
        why="Who cannot read small text needs to enlarge it.",
        how="Take user-scalable=no and maximum-scale=1 out of the viewport.",
        source="https://dequeuniversity.com/rules/axe/4.10/meta-viewport",
        find=OnPage(_zoom_forbidden),
        types=ALL_TYPES,
    ),
    Check(
        "form-insecure",
        "security",
        Impact.SERIOUS,
        "Forms that are sent without encryption",
        "Send the forms of {pages} over https",
        why="What visitors type can be read on the way, and browsers warn of it.",
        how="Write https:// into the action of the form.",
        source="https://developer.mozilla.org/en-US/docs/Web/Security/Mixed_content",
        find=OnPage(lambda seen: seen.facts.forms_insecure, "forms"),
        types=ALL_TYPES,
    ),
)
