"""Rows of a catalogue file, one at a time, whatever spreadsheet or shop has written it."""

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain, groupby
from typing import Protocol

from engineo.features.products.domain.columns import Columns, read_columns
from engineo.features.products.domain.drafts import Context, Entry, Fault, read_draft
from engineo.features.products.domain.money import read_money

_DELIMITERS = ",;\t|"
_QUOTED = re.compile('"(?:[^"]|"")*"')
_SEPARATOR_LINE = re.compile(r"sep=(.)\s*", re.IGNORECASE)
_IN_STOCK, _OUT_OF_STOCK = "in_stock", "out_of_stock"
_GOES_ON = frozenset(("continue", "true", "yes"))


class _Reader(Protocol):
    line_num: int

    def __next__(self) -> list[str]: ...


@dataclass(frozen=True, slots=True)
class _Row:
    number: int
    fields: Mapping[str, str]
    fault: str = ""


def read_csv(lines: Iterable[str], context: Context) -> tuple[Columns, Iterator[Entry]]:
    """The columns that the header names, and the products of the rows below, read as they are asked for.

    `lines` keep their ends. Raise `ValueError` for a file without a header that names products.
    """
    rest = iter(lines)
    first = next(rest, "").lstrip("\ufeff")
    delimiter = None
    if match := _SEPARATOR_LINE.fullmatch(first):  # Excel's own first line
        delimiter, first = match[1], next(rest, "")
    if "\0" in first:
        raise ValueError("that is no text: it may be a spreadsheet's own file; save it as CSV (UTF-8)")
    reader = csv.reader(chain([first], rest), delimiter=delimiter or _delimiter(first), strict=True)
    try:
        header = next(reader, [])
    except csv.Error as error:
        raise ValueError(f"the first line is no list of columns: {_said(error)}") from None
    columns = read_columns(header)
    context = replace(context, identity=columns.identity, headers=columns.headers)
    rows = _rows(reader, columns)
    return columns, (_products(rows, columns, context) if columns.shopify else (_entry(row, context) for row in rows))


def _delimiter(header: str) -> str:
    """What stands most often between the columns' names; a comma where nothing does."""
    bare = _QUOTED.sub("", header)
    return max(_DELIMITERS, key=bare.count)


def _rows(reader: _Reader, columns: Columns) -> Iterator[_Row]:
    """Rows with something in them. One that is damaged is a row with a fault, and the next line begins another."""
    ended = False
    while not ended:
        number = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            ended = True
        except csv.Error as error:
            yield _Row(number, {}, _said(error))
        else:
            if any(cell.strip() for cell in cells[columns.width :]):
                yield _Row(number, {}, f"has {len(cells)} cells, and the header {columns.width}: is a quote missing?")
            elif fields := columns.fields(cells):
                yield _Row(number, fields)


def _said(error: csv.Error) -> str:
    text = str(error)
    if "end of data" in text:
        return "a quote is opened here and never closed"
    if "expected after" in text:
        return "a quote inside of a quoted cell must be doubled"
    if "field limit" in text:
        return "a cell has more than 131,072 characters: is a quote missing?"
    return text


def _entry(row: _Row, context: Context) -> Entry:
    if row.fault:
        return Entry(row.number, "", None, (Fault(row.number, "", row.fault),))
    return read_draft(row.number, row.fields, context)


def _products(rows: Iterable[_Row], columns: Columns, context: Context) -> Iterator[Entry]:
    """Shopify's rows: the first of a handle is the product, those below it are its variants and images."""
    for (_, damaged), group in groupby(rows, key=lambda row: (row.fields.get("handle", ""), bool(row.fault))):
        if damaged:
            yield from (_entry(row, context) for row in group)
        else:
            yield _product(group, columns, context)


def _product(group: Iterator[_Row], columns: Columns, context: Context) -> Entry:
    first = next(group)
    fields = dict(first.fields)
    states = {_stock(first.fields, columns)}
    prices: dict[str, None] = {}
    faults: list[Fault] = []
    for row in group:
        for name in ("sku", "gtin", "price", "imageUrl"):
            if name in row.fields:
                fields.setdefault(name, row.fields[name])
        if "price" in row.fields:
            states.add(_stock(row.fields, columns))
            try:
                prices[read_money(row.fields["price"], context.currency).amount] = None
            except ValueError as error:
                faults.append(Fault(row.number, columns.headers["price"], str(error)))
    states.discard(None)
    if states:
        fields["availability"] = _IN_STOCK if _IN_STOCK in states else _OUT_OF_STOCK
    if fields.get("published", "true").lower() == "false":
        fields["active"] = "false"
    entry = read_draft(first.number, fields, context, tuple(prices))
    if not faults:
        return entry
    return replace(entry, draft=None, faults=(*entry.faults, *faults))


def _stock(fields: Mapping[str, str], columns: Columns) -> str | None:
    """Whether a variant can be bought; None where the file does not say."""
    if "quantity" not in columns.positions:
        return None
    untracked = "tracker" in columns.positions and "tracker" not in fields
    if untracked or fields.get("whenSoldOut", "").lower() in _GOES_ON:
        return _IN_STOCK
    try:
        return _IN_STOCK if int(fields.get("quantity", "")) > 0 else _OUT_OF_STOCK
    except ValueError:
        return None
