"""Importing a catalogue: a source becomes the project's products, all of it or nothing."""

import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import blake2b
from itertools import islice
from typing import Any, Literal

import structlog

from engineo.features.products.contracts import CatalogueChanged
from engineo.features.products.domain.csv_rows import read_csv
from engineo.features.products.domain.drafts import Context, Draft, Entry, Fault, read_currency
from engineo.features.products.domain.json_items import read_json
from engineo.features.products.errors import InvalidCatalogueError
from engineo.features.products.repository import ProductRepository
from engineo.features.products.service.source import Source, lines_of
from engineo.features.products.settings import ProductSettings
from engineo.features.projects.contracts import ProjectReader, ProjectView
from engineo.kernel.ports import Clock, UnitOfWork, Work

log = structlog.get_logger(__name__)

Mode = Literal["replace", "upsert"]
Invalid = Literal["refuse", "skip"]
_BATCH = 500
_TOLD = 100  # faults in a report
_ENOUGH = 1000  # faults after which a source that is refused anyway is not read on


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """`mode` replace: what the source does not hold is deleted. `invalid` refuse: one fault, and nothing changes.

    `currency` is that of prices which name none.
    """

    mode: Mode = "replace"
    invalid: Invalid = "refuse"
    currency: str | None = None


@dataclass(slots=True)
class ImportResult:
    """What an import did. `skipped` products had faults; `errors` and `warnings` tell the first hundred of each."""

    project_id: str
    mode: Mode
    format: str  # csv, shopify, json
    encoding: str
    received: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    deleted: int = 0
    skipped: int = 0
    total: int = 0
    ignored_columns: tuple[str, ...] = ()
    errors: list[dict[str, Any]] = field(default_factory=list)
    warnings: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Opened:
    format: str
    encoding: str
    entries: Iterator[Entry]
    place: str  # what a number counts: line, item
    identity: str
    ignored: tuple[str, ...] = ()


class ProductImports:
    """Imports run one at a time per project. The same source a second time changes nothing."""

    def __init__(
        self, uow: UnitOfWork, clock: Clock, projects: ProjectReader, products: ProductRepository,
        settings: ProductSettings,
    ) -> None:  # fmt: skip
        self._uow = uow
        self._clock = clock
        self._projects = projects
        self._products = products
        self._most = settings.products_max

    def run_owned(
        self, owner_id: str, project_id: str, source: Callable[[], Source], options: ImportOptions
    ) -> ImportResult:
        """Raise `NotFoundError`, before the source is looked at, for a project of someone else."""
        with self._uow(read_only=True) as work:
            project = self._projects.get_owned(work, project_id, owner_id)
        return self.run(project, source(), options)

    def run(
        self,
        project: ProjectView,
        source: Source,
        options: ImportOptions,
        on_progress: Callable[[int], None] | None = None,
    ) -> ImportResult:
        """Raise `InvalidCatalogueError` with line and field of what is wrong; then nothing has changed.

        `on_progress` is called with the number of products read so far.
        """
        with _opened(source, project.origin, options) as opened:
            result = ImportResult(project.id, options.mode, opened.format, opened.encoding)
            result.ignored_columns = opened.ignored[:_TOLD]
            with self._uow() as work:
                self._projects.lock(work, project.id)
                self._projects.get_any(work, project.id)
                taken = _Intake(opened, result, self._most)
                while batch := list(islice(opened.entries, _BATCH)):
                    drafts = taken.take(batch)
                    if drafts and not (options.invalid == "refuse" and result.skipped):
                        self._save(work, result, drafts, opened.format, self._clock.now())
                    if options.invalid == "refuse" and result.skipped >= _ENOUGH:
                        break
                    if on_progress is not None:
                        on_progress(result.received)
                self._finish(work, result, taken, options)
        log.info(
            "products.catalogue.imported", project_id=project.id, mode=result.mode, received=result.received,
            created=result.created, updated=result.updated, deleted=result.deleted, skipped=result.skipped,
        )  # fmt: skip
        return result

    def _save(self, work: Work, result: ImportResult, drafts: Sequence[Draft], source: str, now: datetime) -> None:
        stored = self._products.digests(work, result.project_id, [draft.external_id for draft in drafts])
        new: list[dict[str, Any]] = []
        changed: list[dict[str, Any]] = []
        for draft in drafts:
            digest = _digest(draft)
            if stored.get(draft.external_id) == digest:
                result.unchanged += 1
                continue
            row = {
                **draft.values,
                "id": str(uuid.uuid5(uuid.NAMESPACE_URL, f"{result.project_id}/products/{draft.external_id}")),
                "project_id": result.project_id,
                "external_id": draft.external_id,
                "imported_at": now,
                "source": "json" if source == "json" else "csv",
                "digest": digest,
            }
            (changed if draft.external_id in stored else new).append(row)
        self._products.add(work, new)
        self._products.save(work, changed)
        result.created += len(new)
        result.updated += len(changed)

    def _finish(self, work: Work, result: ImportResult, taken: "_Intake", options: ImportOptions) -> None:
        if result.skipped and options.invalid == "refuse":
            first = result.errors[0]
            where = ", ".join(f"{name} {first[name]}" for name in (taken.place, "field") if name in first)
            many = f"{result.skipped} products have faults" if result.skipped > 1 else "one product has a fault"
            raise InvalidCatalogueError(
                f"{many}, and nothing was changed; the first is in {where}: {first['message']}", result.errors
            )
        if not result.received:
            raise InvalidCatalogueError("there is no product in it; DELETE /projects/{id}/products empties a catalogue")
        if options.mode == "replace":
            result.deleted = self._products.delete_others(work, result.project_id, taken.seen)
        result.total = self._products.count(work, result.project_id).total
        if result.total > self._most:
            raise InvalidCatalogueError(f"the catalogue would have {result.total:,} products; {_limit(self._most)}")
        if result.created or result.updated or result.deleted:
            work.emit(
                CatalogueChanged(
                    project_id=result.project_id, created=result.created, updated=result.updated,
                    deleted=result.deleted, total=result.total,
                )
            )  # fmt: skip


class _Intake:
    """Sorts entries into drafts and faults, and knows which ids have come already."""

    def __init__(self, opened: _Opened, result: ImportResult, most: int) -> None:
        self.seen: dict[str, int] = {}
        self.place = opened.place
        self._identity = opened.identity
        self._result = result
        self._most = most

    def take(self, entries: Sequence[Entry]) -> list[Draft]:
        drafts = []
        for entry in entries:
            self._result.received += 1
            draft, faults = entry.draft, list(entry.faults)
            if entry.external_id:
                first = self.seen.setdefault(entry.external_id, entry.number)
                if first != entry.number:
                    message = f"{entry.external_id[:60]!r} stands in {self.place} {first} already"
                    draft, faults = None, [*faults, Fault(entry.number, self._identity, message)]
            self._tell(faults)
            if draft is None:
                self._result.skipped += 1
            else:
                drafts.append(draft)
        if len(self.seen) > self._most:
            raise InvalidCatalogueError(f"the catalogue has more than {self._most:,} products; {_limit(self._most)}")
        return drafts

    def _tell(self, faults: Sequence[Fault]) -> None:
        for fault in faults:
            told = self._result.warnings if fault.harmless else self._result.errors
            if len(told) < _TOLD:
                shown = {self.place: fault.number, "field": fault.field, "message": fault.message}
                told.append({name: value for name, value in shown.items() if value != ""})


def _limit(most: int) -> str:
    return f"PRODUCTS_MAX allows {most:,}"


@contextmanager
def _opened(source: Source, origin: str, options: ImportOptions) -> Iterator[_Opened]:
    with _blaming_the_source():
        context = Context(origin=origin, currency=read_currency(options.currency) if options.currency else None)
    if source.format == "json":
        source.file.seek(0)
        with _blaming_the_source():
            items = read_json(source.file.read(), replace(context, plain_prices=True))
        yield _Opened("json", "utf-8", items, "item", "externalId")
        return
    with lines_of(source) as (encoding, lines):
        with _blaming_the_source():
            columns, entries = read_csv(lines, context)
        kind = "shopify" if columns.shopify else "csv"
        yield _Opened(kind, encoding, entries, "line", columns.headers[columns.identity], columns.ignored)


@contextmanager
def _blaming_the_source() -> Iterator[None]:
    try:
        yield
    except UnicodeError:
        raise
    except ValueError as error:
        raise InvalidCatalogueError(str(error)) from error


def _digest(draft: Draft) -> str:
    """Of the values in the order of their columns; a new release may change it, and then an import writes all again."""
    return blake2b(repr(tuple(draft.values.items())).encode(), digest_size=16).hexdigest()
