"""A separate data directory for each test."""

import shutil
from pathlib import Path

import pytest


@pytest.fixture
def data_dir(tmp_path: Path, sqlite_template: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data directory with a migrated database and a secret key."""
    shutil.copy(sqlite_template, tmp_path / "sayso.db")
    (tmp_path / "secret_key").write_text(f"{'5a' * 32}\n")
    monkeypatch.setenv("SAYSO_DATA_DIR", str(tmp_path))
    monkeypatch.delenv("SAYSO_DATABASE_URL", raising=False)
    return tmp_path
