"""Messages as the hub hands them to a worker, for tests of what happens to them there."""

from typing import Any

import dramatiq
from hypothesis import strategies as st

from engineo.infra.broker import wire
from engineo.infra.broker.leased import LeasedMessage, receive
from engineo.infra.broker.places import Lease, Place, Record

# what an id or a key may be made of, and what it is refused or encoded for
hostile_texts = st.text(max_size=60) | st.text("|~%:@!,;\n\r\t\0\x1f\x7f\x85\u2028é😀 ", max_size=30)
# lone surrogates too, which no encoding holds
any_text = st.text(st.sampled_from("ab|%\n\ud800\udfff") | st.characters(), max_size=20)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
payloads = st.dictionaries(st.text(), json_values, max_size=5)


def lease_of(job_id: str = "job-1", queue: str = "q", owner: str = "owner", priority: int = 0) -> Lease:
    place = Place(queue, job_id, priority, "0" * 16)
    return Lease(f"{owner}.1.1||{place.entry}", place)


def leased(
    job_id: str = "job-1", queue: str = "q", *, priority: int = 0, options: dict[str, Any] | None = None, **header: Any
) -> LeasedMessage:
    """A job of kind "tests.kind" as it is delivered; `header` goes into its record."""
    lease = lease_of(job_id, queue, priority=priority)
    message: dramatiq.Message[Any] = dramatiq.Message(
        queue, "tests.kind", ({"a": 1},), {}, options or {}, job_id, 0
    )  # fmt: skip
    return receive(lease, Record(lease.place, wire.encode(message), **header).encode())
