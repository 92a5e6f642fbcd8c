"""What schemathesis cannot know of the API: which strings are of its formats `origin`, `cron` and `time-zone`."""

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
MINUTE = st.one_of(st.just("*"), st.integers(0, 59).map(str), st.integers(1, 30).map(lambda step: f"*/{step}"))
HOUR = st.one_of(st.just("*"), st.integers(0, 23).map(str))
DAYS = st.sampled_from(["* * *", "1 * *", "L * *", "* 1,7 *", "* * MON-FRI", "* * 0#2"])
schemathesis.openapi.format(
    "cron", st.one_of(st.tuples(MINUTE, HOUR, DAYS).map(" ".join), st.sampled_from(["@hourly", "@daily", "@monthly"]))
)
schemathesis.openapi.format("time-zone", st.sampled_from(["UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata"]))
OWN_FORMATS = ("origin", "cron", "timezone")


def _has_twins(body: object) -> bool:
    """Whether a catalogue has two products of one id."""
    products = body.get("products") if isinstance(body, dict) else None
    ids = [str(item.get("externalId")).strip() for item in products or () if isinstance(item, dict)]
    return len(set(ids)) < len(ids)


@schemathesis.hook
def filter_case(_context: schemathesis.HookContext, case: schemathesis.Case[Any]) -> bool:
    """Without strings made up to violate a format of our own: some of them are of it all the same.

    Without what no schema says of bodies: CSV is not any text, a catalogue names each product once, and NUL cannot be
    stored. Without `invalid=skip`, which accepts what it leaves out.
    """
    if case.media_type == "text/csv" or _has_twins(case.body) or "\\u0000" in json.dumps(case.body, default=str):
        return False
    if case.query and case.query.get("invalid") == "skip":
        return False
    mutations = case.meta.phase.data.mutations if case.meta else ()
    return not any(
        "format" in mutation.keywords and any(name in mutation.schema_pointer for name in OWN_FORMATS)
        for mutation in mutations
    )
