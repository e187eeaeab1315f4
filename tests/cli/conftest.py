"""A data directory of a test's own."""

import shutil
from pathlib import Path

import pytest


@pytest.fixture
def data_dir(tmp_path: Path, sqlite_template: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """With a database whose schema is there already, and the key that it will belong to."""
    shutil.copy(sqlite_template, tmp_path / "sayso.db")
    (tmp_path / "secret_key").write_text(f"{'5a' * 32}\n")
    monkeypatch.setenv("SAYSO_DATA_DIR", str(tmp_path))
    monkeypatch.delenv("SAYSO_DATABASE_URL", raising=False)
    return tmp_path
