"""What schemathesis cannot know of the API: which strings are of its format `origin`."""

import json
from typing import Any

import schemathesis
from hypothesis import strategies as st

LABEL = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,20}[a-z0-9])?", fullmatch=True).filter(lambda label: label[2:4] != "--")
HOST = st.lists(LABEL, min_size=2, max_size=4).map(".".join)
PORT = st.one_of(st.just(""), st.integers(1, 65535).map(lambda port: f":{port}"))
PATH = st.sampled_from(["", "/", "/shop", "/?q=lamps#top"])

schemathesis.openapi.format(
    "origin",
    st.tuples(st.sampled_from(["", "http://", "https://", "HTTPS://"]), HOST, PORT, PATH).map("".join),
)


def _has_twins(body: object) -> bool:
    """Whether a catalogue has two products of one id."""
    products = body.get("products") if isinstance(body, dict) else None
    ids = [str(item.get("externalId")).strip() for item in products or () if isinstance(item, dict)]
    return len(set(ids)) < len(ids)


@schemathesis.hook
def filter_case(_context: schemathesis.HookContext, case: schemathesis.Case[Any]) -> bool:
    """Without strings made up to violate the format `origin`: some of them are origins all the same.

    Without what no schema says of bodies: CSV is not any text, a catalogue names each product once, and NUL cannot be
    stored. Without `invalid=skip`, which accepts what it leaves out.
    """
    if case.media_type == "text/csv" or _has_twins(case.body) or "\\u0000" in json.dumps(case.body, default=str):
        return False
    if case.query and case.query.get("invalid") == "skip":
        return False
    mutations = case.meta.phase.data.mutations if case.meta else ()
    return not any("format" in mutation.keywords and "origin" in mutation.schema_pointer for mutation in mutations)
