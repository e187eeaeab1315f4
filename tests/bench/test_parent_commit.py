"""Without a parent commit to compare with, the figure is not measured and nothing fails."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.bench import parent_commit
from tests.bench.tables import NotMeasured


def not_measured() -> str:
    """The reason why there is nothing to compare with."""
    with pytest.raises(NotMeasured) as told, parent_commit.widget_of_parent():
        pass
    return str(told.value)


def test_without_git_it_is_not_measured(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert not_measured() == "there is no git"


def test_outside_of_a_repository_it_is_not_measured(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(parent_commit, "ROOT", tmp_path)
    assert "not a git repository" in not_measured()


def test_of_the_very_first_commit_it_is_not_measured(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    who = ("-c", "user.name=Ada", "-c", "user.email=ada@host")
    for command in (("init", "-q"), (*who, "commit", "-q", "--allow-empty", "-m", "First")):
        subprocess.run(["git", *command], cwd=tmp_path, check=True)
    monkeypatch.setattr(parent_commit, "ROOT", tmp_path)
    assert not_measured().startswith("git has no HEAD~1: fatal:")
