from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engineo.kernel.errors import InvalidInputError
from engineo.ops.bench.peers import PEERS
from engineo.ops.bench.plan import SCENARIOS, choose, make_plan


def test_everything_is_measured_unless_something_is_named() -> None:
    plan = make_plan()
    assert (plan.peers, plan.scenarios) == (tuple(PEERS), SCENARIOS)
    assert (plan.drain_jobs, plan.sleep_jobs, plan.enqueue_jobs, plan.memory_jobs) == (20_000, 4_000, 20_000, 100_000)
    assert (plan.idle, plan.crash_limit) == (timedelta(seconds=60), timedelta(seconds=120))


def test_a_quick_plan_is_smaller_and_keeps_the_number_of_jobs_asked_for() -> None:
    plan = make_plan("engineo", "drain", jobs=500, rounds=3, quick=True)
    assert (plan.peers, plan.scenarios, plan.rounds) == (("engineo",), ("drain",), 3)
    assert (plan.drain_jobs, plan.enqueue_jobs) == (500, 500)
    assert plan.idle < make_plan().idle
    assert plan.sleep_jobs < make_plan().sleep_jobs
    assert make_plan(quick=True).drain_jobs == 2_000


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ("a", "b", "c")),
        (" , ", ("a", "b", "c")),
        ("c,a", ("a", "c")),
        (" b ,b", ("b",)),
    ],
)
def test_names_come_in_the_known_order_once(text: str, expected: tuple[str, ...]) -> None:
    assert choose("thing", text, ("a", "b", "c")) == expected


def test_unknown_names_are_all_named_beside_the_known_ones() -> None:
    with pytest.raises(InvalidInputError, match=r"unknown peer: mq, nix; there are bullmq, .*engineo"):
        make_plan("nix,bullmq,mq")


@given(st.text())
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        chosen = choose("scenario", text, SCENARIOS)
    except InvalidInputError:
        return
    assert chosen
    assert set(chosen) <= set(SCENARIOS)
