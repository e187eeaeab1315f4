"""`sayso export-script` writes the script for hosts that serve it themselves."""

import errno
import hashlib
import os
import re
from base64 import b64encode
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from sayso_server.cli.commands import sayso


@pytest.fixture(autouse=True)
def _server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAYSO_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("SAYSO_PUBLIC_URL", "https://ask.example")


def export(folder: Path) -> Result:
    return CliRunner().invoke(sayso, ["export-script", str(folder)])


def integrity(file: Path) -> str:
    return "sha384-" + b64encode(hashlib.sha384(file.read_bytes()).digest()).decode()


def script(folder: Path) -> Path:
    (found,) = folder.glob("sayso.*.js")
    return found


def test_the_tag_pins_the_script_by_its_hash(tmp_path: Path) -> None:
    result = export(tmp_path / "public" / "sayso")
    assert result.exit_code == 0, result.output
    found = script(tmp_path / "public" / "sayso")
    assert result.stdout == (
        f'<script async crossorigin="anonymous" integrity="{integrity(found)}" '
        f'src="/where/you/put/it/{found.name}" data-project="pk_…" '
        'data-host="https://ask.example"></script>\n'
    )


def test_the_script_pins_every_other_file_and_contains_no_rules(tmp_path: Path) -> None:
    assert export(tmp_path / "out").exit_code == 0
    found = script(tmp_path / "out")
    text = found.read_text()
    others = set((tmp_path / "out").iterdir()) - {found}
    assert re.search(r'popup:\["popup\.', text)
    assert others
    for other in others:
        assert f'["{other.name}","{integrity(other)}"]' in text
    assert "__SAYSO" not in text


def test_a_later_export_keeps_earlier_files(tmp_path: Path) -> None:
    earlier = tmp_path / "sayso.00000000.js"
    earlier.write_text("earlier")
    assert export(tmp_path).exit_code == 0
    assert earlier.read_text() == "earlier"


def test_a_failed_export_leaves_existing_files_unchanged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Repeats the export on a full disk."""
    assert export(tmp_path / "out").exit_code == 0
    before = {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()}

    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    result = export(tmp_path / "out")
    assert result.exit_code == 1
    assert "No space left on device" in result.stderr
    assert result.stdout == ""
    assert {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()} == before


def test_a_web_server_with_another_user_can_read_the_files(tmp_path: Path) -> None:
    earlier = os.umask(0o077)
    try:
        assert export(tmp_path / "out").exit_code == 0
    finally:
        os.umask(earlier)
    modes = {path.stat().st_mode & 0o777 for path in (tmp_path / "out").iterdir()}
    assert (modes, (tmp_path / "out").stat().st_mode & 0o777) == ({0o644}, 0o755)


def test_an_export_needs_neither_a_key_nor_a_data_directory(tmp_path: Path) -> None:
    assert export(tmp_path / "out").exit_code == 0
    assert not (tmp_path / "data").exists()


def test_a_folder_that_cannot_be_written_is_refused_with_the_remedy(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    result = export(tmp_path / "file" / "out")
    assert result.exit_code == 1
    assert "name a directory that this user may write to" in result.stderr
