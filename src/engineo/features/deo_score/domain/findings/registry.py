"""All checks, in the order in which they are read."""

from collections.abc import Mapping

from engineo.features.deo_score.domain.findings import (
    addresses,
    brands,
    canonicals,
    indexing,
    languages,
    links,
    marked_pages,
    marked_products,
    marked_types,
    media,
    quoting,
    site_files,
    texts,
    titles,
)
from engineo.features.deo_score.domain.findings.check import Check

_MODULES = (
    addresses, indexing, canonicals, site_files, titles, texts, links, marked_pages, marked_products, marked_types,
    languages, media, quoting, brands,
)  # fmt: skip
CHECKS: tuple[Check, ...] = tuple(check for module in _MODULES for check in module.CHECKS)
BY_ID: Mapping[str, Check] = {check.id: check for check in CHECKS}
