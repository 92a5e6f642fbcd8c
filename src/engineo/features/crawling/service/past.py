"""What the latest finished run knows: conditional requests are made with its validators and answered with its facts."""

import asyncio
from collections.abc import Mapping, Sequence

from engineo.features.crawling.domain.urls import url_key
from engineo.features.crawling.repository.pages import AnyRow, PageRepository
from engineo.features.crawling.settings import FACTS_VERSION
from engineo.kernel.ports import UnitOfWork


class Past:
    """`run_id` is None where the project has no finished run."""

    def __init__(self, uow: UnitOfWork, pages: PageRepository, run_id: str | None) -> None:
        self._uow = uow
        self._pages = pages
        self._run_id = run_id

    async def headers(self, url: str) -> Mapping[str, str]:
        """If-None-Match and If-Modified-Since, where the page's facts are stored."""
        if self._run_id is None:
            return {}
        row = await asyncio.to_thread(self._find_stored, self._run_id, url_key(url))
        named = {"if-none-match": row.etag, "if-modified-since": row.last_modified} if row else {}
        return {name: value for name, value in named.items() if value}

    async def page(self, key: str) -> AnyRow | None:
        """The row that answers for a page that has not changed."""
        row = None if self._run_id is None else await asyncio.to_thread(self._find, self._run_id, key)
        return row if row is not None and row.facts_version == FACTS_VERSION else None

    async def known(self, limit: int) -> Sequence[AnyRow]:
        """(url_key, url) of the pages that answered then: they are fetched again, whoever still links to them."""
        if self._run_id is None:
            return []
        return await asyncio.to_thread(self._answered, self._run_id, limit)

    def _find_stored(self, run_id: str, key: str) -> AnyRow | None:
        with self._uow(read_only=True) as work:
            return self._pages.find_stored(work, run_id, key, FACTS_VERSION)

    def _find(self, run_id: str, key: str) -> AnyRow | None:
        with self._uow(read_only=True) as work:
            return self._pages.find(work, run_id, key)

    def _answered(self, run_id: str, limit: int) -> Sequence[AnyRow]:
        with self._uow(read_only=True) as work:
            return self._pages.answered_before(work, run_id, limit=limit)
