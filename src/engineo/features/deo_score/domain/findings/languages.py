"""Findings about languages and their versions."""

import re
from collections.abc import Iterator

from engineo.features.deo_score.domain.findings.check import ALL_TYPES, Check, Hit, Impact, OnMember, OnPage, OnReading
from engineo.features.deo_score.domain.findings.repairs import reads
from engineo.features.deo_score.domain.reader import Seen
from engineo.features.deo_score.domain.reading import Reading
from engineo.features.deo_score.domain.site import Member, Site
from engineo.features.deo_score.domain.vocabulary import LANGUAGES

AREA = "international"
HREFLANG = "https://developers.google.com/search/docs/specialty/international/localized-versions"
BCP_47 = "https://www.rfc-editor.org/rfc/rfc5646"
_TAG = re.compile(r"[a-z]{2,3}(?:-[a-z]{4})?(?:-(?:[a-z]{2}|\d{3}))?(?:-[a-z0-9]{1,8})*", re.IGNORECASE)
_DEFAULT = "x-default"
_TWO_LETTERS = 2


def is_language(tag: str) -> bool:
    """A language tag of the usual form whose language exists."""
    first = tag.partition("-")[0].lower()
    return bool(_TAG.fullmatch(tag)) and (len(first) > _TWO_LETTERS or first in LANGUAGES)


def _language_wrong(seen: Seen) -> bool | None:
    language = (seen.facts.lang or "").strip()
    return not is_language(language) if language else None


def _codes_wrong(seen: Seen) -> float | None:
    codes = [code.strip() for code, _ in seen.facts.hreflang]
    return sum(code.lower() != _DEFAULT and not is_language(code) for code in codes) if codes else None


def _addresses_wrong(seen: Seen) -> float | None:
    addresses = [href.strip().lower() for _, href in seen.facts.hreflang]
    return sum(not href.startswith(("http://", "https://")) for href in addresses) if addresses else None


def _versions(member: Member) -> tuple[tuple[str, str], ...]:
    return member.reading.hreflang if member.reading is not None else ()


def _without_itself(_: Site, member: Member) -> bool | None:
    found = _versions(member)
    return member.url not in {url for _, url in found} if found else None


def _without_default(_: Member, reading: Reading) -> bool | None:
    return _DEFAULT not in {code for code, _ in reading.hreflang} if reading.hreflang else None


def _other_versions(site: Site, member: Member) -> Iterator[tuple[str, Member]]:
    """(address as listed, page) of the other language versions of this site."""
    for _, url in _versions(member):
        key = site.rows.find(url) if url else None
        final = site.rows.final(key) if key is not None else None
        other = site.members.get(final) if final is not None else None
        if other is not None and other.url != member.url:
            yield url, other


def _one_way(site: Site, member: Member) -> Hit | float | None:
    if not _versions(member):
        return None
    found = sorted(
        other.url
        for _, other in _other_versions(site, member)
        if other.reading is not None and member.url not in {url for _, url in other.reading.hreflang}
    )
    return Hit(member.url, len(found), f"not named by {site.address(found[0])}") if found else 0.0


def _broken(site: Site, member: Member) -> Hit | float | None:
    if not _versions(member):
        return None
    found = sorted(url for url, other in _other_versions(site, member) if other.reading is None)
    return Hit(member.url, len(found), f"names {found[0]}") if found else 0.0


def _redirected(site: Site, member: Member) -> Hit | float | None:
    if not _versions(member):
        return None
    found = sorted(
        url for url, other in _other_versions(site, member) if other.reading is not None and other.url != url
    )
    return Hit(member.url, len(found), f"names {found[0]}") if found else 0.0


def _closed(site: Site, member: Member) -> Hit | float | None:
    if not _versions(member):
        return None
    found = sorted(url for url, other in _other_versions(site, member) if other.reading is not None and other.g == 0)
    return Hit(member.url, len(found), f"names {found[0]}") if found else 0.0


def _speaks_otherwise(seen: Seen) -> bool | None:
    """The page's own hreflang gives another language than its lang attribute."""
    language = (seen.facts.lang or "").partition("-")[0].strip().lower()
    own = [
        code.partition("-")[0] for code, url in seen.reading.hreflang if url == seen.row.url_key and code != _DEFAULT
    ]
    return bool(own) and language not in own if language and seen.facts.hreflang else None


CHECKS = (
    Check(
        "lang-missing",
        AREA,
        Impact.ADVICE,
        "Pages that do not say their language",
        "Say the language of {pages}",
        why="Translators, screen readers and some engines go by it.",
        how='Add lang to the html element: <html lang="en">.',
        source="https://dequeuniversity.com/rules/axe/4.10/html-has-lang",
        find=OnPage(lambda seen: not (seen.facts.lang or "").strip()),
        types=ALL_TYPES,
    ),
    Check(
        "lang-invalid",
        AREA,
        Impact.MODERATE,
        "Languages that do not exist",
        "Correct the lang attribute of {pages}",
        why="A language that does not exist is none.",
        how="Use a code of BCP 47, such as en, de-AT or zh-Hant.",
        source=BCP_47,
        find=OnPage(_language_wrong),
        types=ALL_TYPES,
    ),
    Check(
        "hreflang-invalid",
        AREA,
        Impact.MODERATE,
        "hreflang with codes that do not exist",
        "Correct the hreflang codes of {pages}",
        why="A version whose language is not understood is shown to nobody.",
        how="Use ISO 639-1 for the language and ISO 3166-1 for the region: en-GB, not en-UK.",
        source="https://developer.chrome.com/docs/lighthouse/seo/hreflang",
        find=OnPage(_codes_wrong, "codes"),
        repair=reads("serpPresence", hreflang_valid=True),
    ),
    Check(
        "hreflang-relative",
        AREA,
        Impact.MODERATE,
        "hreflang without full addresses",
        "Write the hreflang addresses of {pages} in full",
        why="Addresses of language versions must be complete, scheme and host included.",
        how="Write https://, host and path.",
        source="https://developer.chrome.com/docs/lighthouse/seo/hreflang",
        find=OnPage(_addresses_wrong, "addresses"),
        repair=reads("serpPresence", hreflang_valid=True),
    ),
    Check(
        "hreflang-not-itself",
        AREA,
        Impact.MODERATE,
        "hreflang lists without the page itself",
        "Add {pages} to their own hreflang lists",
        why="Every version must list itself and all others, or the list is ignored.",
        how="Use one and the same list on all versions.",
        source=HREFLANG,
        find=OnMember(_without_itself),
    ),
    Check(
        "hreflang-one-way",
        AREA,
        Impact.MODERATE,
        "Language versions that do not name each other",
        "Let the versions that {pages} name, name them in return",
        why="Without the return link anyone could claim to be a version of any page: both are ignored.",
        how="Use one and the same list on all versions.",
        source=HREFLANG,
        find=OnMember(_one_way, "versions"),
    ),
    Check(
        "hreflang-no-default",
        AREA,
        Impact.ADVICE,
        "hreflang lists without a default",
        "Add x-default to the hreflang lists of {pages}",
        why="Visitors whose language is not among the versions get whatever the engine guesses.",
        how="Name the version or the language chooser for everyone else as x-default.",
        source=HREFLANG,
        find=OnReading(_without_default),
    ),
    Check(
        "hreflang-broken",
        AREA,
        Impact.SERIOUS,
        "Language versions that cannot be read",
        "Correct the hreflang lists of {pages}",
        why="They lead readers of another language to an error.",
        how="Remove versions that do not exist, or bring them back.",
        source=HREFLANG,
        find=OnMember(_broken, "versions"),
    ),
    Check(
        "hreflang-redirected",
        AREA,
        Impact.ADVICE,
        "Language versions that are redirected",
        "Name the final addresses in the hreflang lists of {pages}",
        why="A version that redirects does not match the page that it leads to.",
        how="List the address under which the version answers 200.",
        source=HREFLANG,
        find=OnMember(_redirected, "versions"),
    ),
    Check(
        "hreflang-closed",
        AREA,
        Impact.MODERATE,
        "Language versions that may not be indexed",
        "Open the versions that {pages} name, or leave them out",
        why="A version with noindex or another canonical cannot be shown to anyone.",
        how="Let every version be indexed, and name itself as canonical.",
        source=HREFLANG,
        find=OnMember(_closed, "versions"),
    ),
    Check(
        "hreflang-other-language",
        AREA,
        Impact.ADVICE,
        "Pages listed under another language than their own",
        "Make lang and hreflang of {pages} agree",
        why="One of the two is wrong, and readers may get a page that they cannot read.",
        how="Correct the lang attribute or the list.",
        source=HREFLANG,
        find=OnPage(_speaks_otherwise),
    ),
)
