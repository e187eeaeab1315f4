"""The demo's saved project, and the errors when it is unusable."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest

from demo.project import Project, ProjectUnusable, kept_project

PROJECT = Project(
    id="0190",
    public_key="pk_1",
    secret_key="sk_1",
    identity_secret="is_1_1",
    origins=("http://localhost:8400", "http://localhost:8401", "http://127.0.0.1:8400"),
    session_key="key",
)


def keep(data_dir: Path, text: str) -> None:
    (data_dir / "project.json").write_text(text)


def test_without_a_file_there_is_none_yet(tmp_path: Path) -> None:
    assert kept_project(tmp_path / "not-there") is None


def test_a_kept_project_is_read_as_it_was(tmp_path: Path) -> None:
    keep(tmp_path, json.dumps(dataclasses.asdict(PROJECT)))
    assert kept_project(tmp_path) == PROJECT


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"origins": []}', '{"origins": 1}'])
def test_a_file_that_cannot_be_read_says_how_to_begin_anew(tmp_path: Path, text: str) -> None:
    keep(tmp_path, text)
    with pytest.raises(ProjectUnusable, match=f"remove {tmp_path} to begin anew"):
        kept_project(tmp_path)


def test_an_allowed_address_of_the_shop_passes() -> None:
    PROJECT.must_allow("http://localhost:8401")


def test_an_address_that_is_not_allowed_names_those_that_are() -> None:
    with pytest.raises(ProjectUnusable, match=r"ports 8400, 8401, not on .*:8500.*--shop-port"):
        PROJECT.must_allow("http://localhost:8500")
