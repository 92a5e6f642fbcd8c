"""Logs: one line each, and no secret in any of them."""

import json
import logging
from collections.abc import Iterator

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from engineo.infra.logging import LogSettings, configure, mask, redact

SECRET = "hunter2secret"
KEY = "eo_" + "Ab3-_" * 8


@pytest.fixture(autouse=True)
def as_it_was() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level, structured = root.handlers[:], root.level, structlog.get_config()
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.configure(**structured)


def lines(capsys: pytest.CaptureFixture[str]) -> list[str]:
    return capsys.readouterr().err.splitlines()


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        (f"redis://:{SECRET}@host:6379/0", "redis://:***@host:6379/0"),
        (f"cannot reach postgresql+psycopg://me:{SECRET}@host/db now", "cannot reach postgresql+psycopg://me:***@host/db now"),  # noqa: E501 - one row of a table
        (f"key {KEY}, and {KEY}.", "key eo_***, and eo_***."),
        ("https://shop.example:8080/@user", "https://shop.example:8080/@user"),
        ("mail me@shop.example", "mail me@shop.example"),
        ("eo_short", "eo_short"),
    ],
)  # fmt: skip
def test_what_is_masked(text: str, masked: str) -> None:
    assert mask(text) == masked


@given(st.text(st.characters(categories=["L", "N"]), min_size=1))
def test_a_password_in_a_url_is_never_shown(password: str) -> None:
    assert mask(f"at redis://user:{password}@h") == "at redis://user:***@h"


@pytest.mark.parametrize("key", ["password", "REDIS_PASSWORD", "api_key", "Authorization", "client_secret", "dsn"])
def test_values_of_secret_names_are_masked(key: str) -> None:
    assert redact(None, "info", {key: SECRET, "other": SECRET})[key] == "***"


@pytest.mark.parametrize("local", [True, False])
def test_no_secret_leaves_whichever_logger_and_format(capsys: pytest.CaptureFixture[str], *, local: bool) -> None:
    configure(LogSettings(), local=local)
    log = structlog.get_logger("engineo.test")
    with structlog.contextvars.bound_contextvars(request_id="r-1"):
        log.info("a.b.c", url=f"redis://:{SECRET}@h", password=SECRET, header=f"Bearer {KEY}")
        log.info("nested", settings={"url": f"redis://:{SECRET}@h", "password": SECRET}, urls=[f"redis://:{SECRET}@h"])
        log.info("object", error=ValueError(f"redis://:{SECRET}@h"))
        logging.getLogger("some.library").warning("to %s with %s", f"redis://:{SECRET}@h", KEY)
    try:
        int(f"no postgresql://me:{SECRET}@h/db")
    except ValueError:
        log.exception("failed")
        logging.getLogger("some.library").exception("failed too")
    written = capsys.readouterr().err
    assert SECRET not in written
    assert KEY not in written
    assert written.count("r-1") == 4
    assert "ValueError" in written


def test_json_where_machines_read(capsys: pytest.CaptureFixture[str]) -> None:
    configure(LogSettings(), local=False)
    structlog.get_logger("engineo.test").warning("queue.job.failed", reason='a "quoted"\nreason')
    (line,) = lines(capsys)
    entry = json.loads(line)
    assert (entry["event"], entry["level"], entry["reason"]) == ("queue.job.failed", "warning", 'a "quoted"\nreason')
    assert entry["timestamp"].endswith("Z")


@pytest.mark.parametrize(("chosen", "local", "as_json"), [("json", True, True), ("console", False, False)])
def test_the_format_can_be_chosen(
    capsys: pytest.CaptureFixture[str], chosen: str, *, local: bool, as_json: bool
) -> None:
    configure(LogSettings.model_validate({"log_format": chosen}), local=local)
    structlog.get_logger("engineo.test").info("hello")
    assert lines(capsys)[0].startswith("{") is as_json


def test_the_level_and_the_libraries_chatter(capsys: pytest.CaptureFixture[str]) -> None:
    configure(LogSettings(log_level="warning"), local=False)
    configure(LogSettings(log_level="warning"), local=False)
    structlog.get_logger("engineo.test").info("quiet")
    logging.getLogger("dramatiq").info("chatter")
    assert lines(capsys) == []
    configure(LogSettings(log_level="debug"), local=False)
    structlog.get_logger("engineo.test").debug("loud")
    logging.getLogger("httpx2").info("chatter")
    assert [json.loads(line)["event"] for line in lines(capsys)] == ["loud"]
