"""The example of docs/how-to/add-a-module.md, extracted from the page and run: what it says works."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tests.conftest import ROOT

from engineo.infra import migrations

FILE = re.compile(r"^`([^`\n]+\.py)`\n\n```python\n(.*?)^```", re.MULTILINE | re.DOTALL)


@pytest.mark.all
def test_the_example_module_works_as_the_page_says(tmp_path: Path) -> None:
    quiet = shutil.ignore_patterns("__pycache__")
    for folder in ("src", "tests", "migrations"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=quiet)
    for file in ("pyproject.toml", ".env.example"):
        shutil.copy(ROOT / file, tmp_path / file)
    page = (ROOT / "docs" / "how-to" / "add-a-module.md").read_text()
    files = FILE.findall(page)
    assert len(files) >= 10
    for name, text in files:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(_at_head(text) if name.startswith("migrations/") else text)
    modules = tmp_path / "src" / "engineo" / "modules.py"
    after = '    "engineo.features.projects",\n'
    modules.write_text(modules.read_text().replace(after, f'{after}    "engineo.features.word_counts",\n'))

    journey = next(name for name, _ in files if name.startswith("tests/journeys/"))
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", journey],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path / "src")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-4000:]


def _at_head(migration: str) -> str:
    """The page's migration after the newest that there is, whatever number that has by now."""
    moved = re.sub(r'^revision = "\w+"', 'revision = "word_counts"', migration, flags=re.MULTILINE)
    return re.sub(r'^down_revision = "\w+"', f'down_revision = "{migrations.head()}"', moved, flags=re.MULTILINE)
