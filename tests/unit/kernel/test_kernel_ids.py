"""Ids sort by the time they were made, whoever makes them, and never meet."""

import string
import subprocess
import sys
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engineo.kernel.ids import (
    ALPHABET,
    ID_LENGTH,
    STAMP_LENGTH,
    IdSource,
    id_at,
    milliseconds_of,
    new_id,
    new_stamp,
)

moments = st.integers(0, 2**48 - 1)
FORK = """
import os
from engineo.kernel.ids import new_id
mine = new_id()
read, write = os.pipe()
if os.fork() == 0:
    os.write(write, new_id().encode())
    os._exit(0)
os.wait()
theirs = os.read(read, 100).decode()
assert len(theirs) == 26 and theirs[16:] != mine[16:], (mine, theirs)
"""


def test_an_id_is_26_characters_of_the_alphabet() -> None:
    identifier = new_id()
    assert len(identifier) == ID_LENGTH
    assert set(identifier) <= set(ALPHABET)
    assert len(new_stamp(0)) == STAMP_LENGTH


def test_the_alphabet_sorts_like_the_numbers_it_spells() -> None:
    assert list(ALPHABET) == sorted(set(ALPHABET))
    assert len(ALPHABET) == 32
    assert not set("ILOU") & set(ALPHABET)


@pytest.mark.parametrize(
    ("text", "milliseconds"),
    [
        ("0" * 26, 0),
        ("0000000001" + "0" * 16, 1),
        ("7ZZZZZZZZZ" + "Z" * 16, 2**48 - 1),
        ("01ARZ3NDEKTSV4RRFFQ69G5FAV", 1_469_922_850_259),
        ("", None),
        ("0" * 25, None),
        ("0" * 27, None),
        ("8" + "0" * 25, None),  # more than 128 bits
        ("01arz3ndektsv4rrffq69g5fav", None),
        ("01ARZ3NDEKTSV4RRFFQ69G5FAI", None),
        ("01ARZ3NDEKTSV4RRFFQ69G5FA\n", None),
        ("\N{ARABIC-INDIC DIGIT ZERO}" * 26, None),  # digits, but not these
        ("0_0" + "0" * 23, None),
        (" " * 26, None),
    ],
)
def test_when_an_id_was_made(text: str, milliseconds: int | None) -> None:
    assert milliseconds_of(text) == milliseconds


@given(moments)
def test_an_id_tells_its_moment(moment: int) -> None:
    assert milliseconds_of(id_at(moment)) == moment
    assert milliseconds_of(IdSource().new(moment)) == moment


@given(st.text(max_size=40) | st.text(string.ascii_letters + string.digits, min_size=26, max_size=26))
def test_any_text_is_an_id_or_is_not(text: str) -> None:
    found = milliseconds_of(text)
    assert (found is not None) == (len(text) == 26 and set(text) <= set(ALPHABET) and text[0] <= "7")


@given(moments, moments)
def test_ids_and_stamps_sort_by_moment_then_by_call(one: int, other: int) -> None:
    source = IdSource()
    first, second = source.new(one), source.new(other)
    assert (first < second) == (one <= other)
    assert (new_stamp(one) < new_stamp(other)) == (one <= other)


def test_two_sources_never_make_the_same_id() -> None:
    one, other = IdSource(), IdSource()
    mine = {one.new(moment) for moment in range(1000)}
    assert mine.isdisjoint({other.new(moment) for moment in range(1000)})


def test_ids_strictly_increase_over_threads() -> None:
    ids: list[str] = []
    turn, together = threading.Lock(), threading.Barrier(4)

    def make() -> None:
        together.wait(10)
        for _ in range(2000):
            with turn:
                ids.append(new_id())

    threads = [threading.Thread(target=make) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(set(ids)) == 8000
    assert ids == sorted(ids)


def test_threads_that_make_ids_at_once_never_make_one_twice() -> None:
    found: list[list[str]] = []
    together = threading.Barrier(4)

    def make() -> None:
        together.wait(10)
        found.append([id_at(1_700_000_000_000 + number // 100) for number in range(5000)])

    threads = [threading.Thread(target=make) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert all(ids == sorted(ids) for ids in found)
    assert len({identifier for ids in found for identifier in ids}) == 20_000


def test_a_forked_process_makes_ids_of_its_own() -> None:
    done = subprocess.run([sys.executable, "-c", FORK], capture_output=True, text=True, check=False, timeout=30)
    assert done.returncode == 0, done.stderr
