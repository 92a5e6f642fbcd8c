"""What internal links lead to: pages, detours, or nothing."""

from dataclasses import dataclass

from engineo.features.deo_score.domain.site import Site

_BY_REDIRECTS = (1.0, 0.5, 0.25)
_UNREAD = frozenset(("disallowed", "redirected_off_site", "not_attempted"))


@dataclass(frozen=True, slots=True)
class Target:
    """A URL that is linked to. `worth` is None where it was never fetched."""

    worth: float | None
    broken: bool


WORKS = Target(1.0, broken=False)


def targets(site: Site) -> dict[str, Target]:
    """Every row by its url_key."""
    return {row.url_key: Target(_worth(site, row.url_key), is_broken(site, row.url_key)) for row in site.rows}


def _worth(site: Site, raw: str) -> float | None:
    """1 for a 200 or a disallowed URL, less for every redirect, 0 for a loop or an error; None where unknown."""
    row = site.rows.get(raw)
    if row is None or row.outcome == "not_attempted":
        return None
    if is_broken(site, raw):
        return 0.0
    return _BY_REDIRECTS[row.redirects] if row.redirects < len(_BY_REDIRECTS) else 0.0


def is_broken(site: Site, raw: str) -> bool:
    """Whether a link ends in an error, a loop or a soft 404; redirects that leave the site are not followed."""
    row = site.rows.get(raw)
    if row is None or row.outcome in _UNREAD:
        return False
    final = site.rows.final(raw)
    answer = site.rows.get(final) if final is not None else None
    if answer is None or answer.outcome in _UNREAD:
        return False
    member = site.members.get(answer.url_key)
    if member is not None and member.reading is None and answer.outcome == "html":
        return True  # a soft 404
    return not (answer.not_modified or (answer.status is not None and 200 <= answer.status < 300))  # noqa: PLR2004 - statuses are the rule


def page_targets(site: Site, url: str) -> dict[str, Target]:
    """The distinct internal targets of a page, but for those that were never fetched."""
    known, raw = site.once(targets), site.graph.links.raw
    found = {raw[number] for number in site.graph.sources.get(url, ())}
    return {key: target for key in found if key is not None and (target := known[key]).worth is not None}
