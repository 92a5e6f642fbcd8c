import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from engineo.infra.http.settings import FetchSettings, refuse_in_production
from engineo.infra.settings import EnvironmentSettings, SettingsError, load
from engineo.kernel.errors import BootError


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("", ()),
        ("localhost:8080", ("localhost:8080",)),
        ("127.0.0.1:8080,[::1]:8080", ("127.0.0.1:8080", "[::1]:8080")),
        (" Localhost:80 , my-shop.internal:65535 ,", ("localhost:80", "my-shop.internal:65535")),
    ],
)
def test_the_variable_is_a_comma_separated_list(
    monkeypatch: pytest.MonkeyPatch, value: str, expected: tuple[str, ...]
) -> None:
    monkeypatch.setenv("CRAWL_ALLOW_PRIVATE_HOSTS", value)
    assert load([FetchSettings])[FetchSettings].crawl_allow_private_hosts == expected


def test_nothing_private_is_allowed_by_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CRAWL_ALLOW_PRIVATE_HOSTS", raising=False)
    assert FetchSettings().crawl_allow_private_hosts == ()


@pytest.mark.parametrize(
    "entry",
    [
        "localhost",
        "localhost:",
        ":8080",
        "localhost:0",
        "localhost:65536",
        "localhost:http",
        "http://localhost:8080",
        "localhost:8080/path",
        "user@localhost:8080",
        "::1:8080",
        "[::1]",
        "[::g]:80",
        "[127.0.0.1]:80",
        "*:8080",
        "10.0.0.0/8:80",
        "a b:80",
    ],
)
def test_what_is_not_host_and_port_is_refused_with_the_way_to_write_it(
    monkeypatch: pytest.MonkeyPatch, entry: str
) -> None:
    monkeypatch.setenv("CRAWL_ALLOW_PRIVATE_HOSTS", f"localhost:80,{entry}")
    with pytest.raises(SettingsError, match="CRAWL_ALLOW_PRIVATE_HOSTS: entry 2 is not host:port; write") as caught:
        load([FetchSettings])
    assert f"localhost:80,{entry}" not in str(caught.value)


@given(st.text())
def test_any_text_is_accepted_or_refused_and_nothing_else(text: str) -> None:
    try:
        settings = FetchSettings(crawl_allow_private_hosts=text)  # type: ignore[arg-type] # as the variable has it
    except ValidationError:
        return
    assert all(":" in entry for entry in settings.crawl_allow_private_hosts)


def test_private_hosts_are_refused_in_production() -> None:
    allowed = FetchSettings(crawl_allow_private_hosts=("localhost:80",))
    with pytest.raises(BootError, match="CRAWL_ALLOW_PRIVATE_HOSTS is refused in production"):
        refuse_in_production(EnvironmentSettings(engineo_env="production"), allowed)


@pytest.mark.parametrize("environment", ["development", "test", "staging"])
def test_private_hosts_may_be_allowed_elsewhere(environment: str) -> None:
    allowed = FetchSettings(crawl_allow_private_hosts=("localhost:80",))
    refuse_in_production(EnvironmentSettings.model_validate({"engineo_env": environment}), allowed)


def test_production_without_private_hosts_boots() -> None:
    refuse_in_production(EnvironmentSettings(engineo_env="production"), FetchSettings(crawl_allow_private_hosts=()))
