"""Limits of imports."""

import pytest

from engineo.features.products.settings import ProductSettings
from engineo.infra.settings import SettingsError, load


def test_defaults() -> None:
    settings = ProductSettings()
    assert (settings.products_max_import_bytes, settings.products_max) == (64 * 1024**2, 250_000)


@pytest.mark.parametrize(("name", "value"), [("PRODUCTS_MAX", "0"), ("PRODUCTS_MAX_IMPORT_BYTES", "12")])
def test_what_is_no_limit(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=name):
        load([ProductSettings])
