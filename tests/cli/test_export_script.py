"""`sayso export-script`: the script for who keeps it beside their own pages."""

import hashlib
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


def test_the_tag_pins_the_script_by_its_content(tmp_path: Path) -> None:
    result = export(tmp_path / "public" / "sayso")
    assert result.exit_code == 0, result.output
    found = script(tmp_path / "public" / "sayso")
    assert result.stdout == (
        f'<script async crossorigin="anonymous" integrity="{integrity(found)}" '
        f'src="/where/you/put/it/{found.name}" data-project="pk_…" '
        'data-host="https://ask.example"></script>\n'
    )


def test_the_script_pins_each_file_beside_it_and_brings_no_rules(tmp_path: Path) -> None:
    assert export(tmp_path / "out").exit_code == 0
    found = script(tmp_path / "out")
    text = found.read_text()
    others = set((tmp_path / "out").iterdir()) - {found}
    assert re.search(r'popup:\["popup\.', text)
    assert others
    for other in others:
        assert f'["{other.name}","{integrity(other)}"]' in text
    assert "__SAYSO" not in text


def test_a_later_export_leaves_what_earlier_tags_pin(tmp_path: Path) -> None:
    earlier = tmp_path / "sayso.00000000.js"
    earlier.write_text("earlier")
    assert export(tmp_path).exit_code == 0
    assert earlier.read_text() == "earlier"


def test_a_folder_that_cannot_be_written_is_refused_with_the_remedy(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    result = export(tmp_path / "file" / "out")
    assert result.exit_code == 1
    assert "name a directory that this user may write to" in result.stderr
