"""Repairs of what makes a page slow or restless."""

from dataclasses import replace

from engineo.features.deo_score.domain.repairs.repair import Repair, facts_with, on_facts, on_pages, pages_with
from engineo.features.deo_score.domain.signals.vitals import (
    GOOD_KB,
    GOOD_TTFB_MS,
    first_image_lazy,
    render_blocking,
    size,
    sized,
)
from engineo.features.deo_score.domain.site import Member

_VITALS = ("coreWebVitals",)
_KB = 1024


def _timing(member: Member) -> float:
    return member.row.ttfb_ms or 0.0


REPAIRS = (
    Repair(
        "ttfb-slow",
        "coreWebVitals",
        _VITALS,
        "Answer faster than 800 ms on 1 page",
        "Answer faster than 800 ms on {n} pages",
        "Nothing can be shown before the first byte arrives.",
        pages_with(lambda _, member: _timing(member) > GOOD_TTFB_MS),
        on_pages(lambda _, member, __: replace(member.row, ttfb_ms=GOOD_TTFB_MS)),
    ),
    Repair(
        "render-blocking",
        "coreWebVitals",
        _VITALS,
        "Load scripts and styles without blocking on 1 page",
        "Load scripts and styles without blocking on {n} pages",
        "Scripts in the head without async or defer, and more than one stylesheet, hold up the first paint.",
        facts_with(lambda facts: facts.head_scripts_blocking > 0 or render_blocking(facts) > 1),
        on_facts(
            lambda _, __, facts: replace(
                facts, head_scripts_blocking=0, stylesheets_blocking=min(1, facts.stylesheets_blocking)
            )
        ),
    ),
    Repair(
        "media-unsized",
        "coreWebVitals",
        _VITALS,
        "Give images and iframes on 1 page their width and height",
        "Give images and iframes on {n} pages their width and height",
        "Without a size the page jumps when they arrive.",
        facts_with(lambda facts: sized(facts) < 1),
        on_facts(
            lambda _, __, facts: replace(
                facts, images=tuple(replace(im, sized=True) for im in facts.images), iframes_sized=facts.iframes
            )
        ),
    ),
    Repair(
        "transfer-large",
        "coreWebVitals",
        _VITALS,
        "Shrink the HTML of 1 page below 100 KB",
        "Shrink the HTML of {n} pages below 100 KB",
        "Compress it, and move inline data and styles out.",
        pages_with(lambda _, member: size(member.row) < 1),
        on_pages(lambda _, member, __: replace(member.row, transfer_bytes=int(GOOD_KB * _KB))),
    ),
    Repair(
        "first-image-lazy",
        "coreWebVitals",
        _VITALS,
        "Load the first image of 1 page at once",
        "Load the first image of {n} pages at once",
        "It is likely the largest thing on the screen; loading it lazily delays it.",
        facts_with(first_image_lazy),
        on_facts(lambda _, __, facts: replace(facts, images=tuple(replace(im, lazy=False) for im in facts.images))),
    ),
)
