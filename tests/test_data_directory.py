"""The data directory and the secret key in it."""

import errno
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from sayso_server import data_directory
from sayso_server.errors import Misconfigured
from sayso_server.settings import from_environment

MADE_HERE = "0123456789abcdef" * 4


def key_in(folder: Path) -> str:
    return from_environment({"SAYSO_DATA_DIR": str(folder)}).secret_key


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def test_eight_concurrent_first_starts_make_one_key(tmp_path: Path) -> None:
    for attempt in range(5):
        folder = tmp_path / str(attempt)
        together = Barrier(8)

        def start(folder: Path = folder, together: Barrier = together) -> str:
            together.wait()
            return key_in(folder)

        with ThreadPoolExecutor(8) as pool:
            keys = {future.result() for future in [pool.submit(start) for _ in range(8)]}
        assert len(keys) == 1
        assert (folder / "secret_key").read_text() == f"{keys.pop()}\n"
        assert [path.name for path in folder.iterdir()] == ["secret_key"]


@pytest.mark.parametrize(
    ("content", "wrong"),
    [
        (b"", "is empty"),
        (b"\n", "is empty"),
        (MADE_HERE[:20].encode(), "is shorter than 32 characters"),
        (MADE_HERE[:40].encode(), "does not end with a line break"),
        (MADE_HERE[:63].encode(), "does not end with a line break"),
        (b"\0" * 64, "has line breaks, control characters"),
        (b" " * 64 + b"\n", "has line breaks, control characters, or blanks"),
        (f"{MADE_HERE}\n{MADE_HERE}\n".encode(), "has line breaks"),
        (f"\ufeff{MADE_HERE}\n".encode(), "has line breaks, control characters"),
        (b"\xff\xfe" * 32, "is not text"),
    ],
)
def test_an_incomplete_key_is_refused_with_the_remedy(
    tmp_path: Path, content: bytes, wrong: str
) -> None:
    (tmp_path / "secret_key").write_bytes(content)
    with pytest.raises(Misconfigured) as refused:
        key_in(tmp_path)
    assert f"it {wrong}" in refused.value.message
    assert "Restore the file from a backup" in refused.value.message
    assert (tmp_path / "secret_key").read_bytes() == content


@pytest.mark.parametrize(
    "content", [MADE_HERE, f"{MADE_HERE}\n", f"{MADE_HERE}\r\n", f"{'own pass phrase ' * 2}x\n"]
)
def test_a_complete_key_is_used_unchanged(tmp_path: Path, content: str) -> None:
    (tmp_path / "secret_key").write_bytes(content.encode())
    assert key_in(tmp_path) == content.rstrip("\r\n")


@pytest.mark.parametrize("step", ["fsync", "fchmod"])
def test_a_full_disk_leaves_no_key_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(os, step, full)
        with pytest.raises(Misconfigured, match="No space left on device"):
            key_in(tmp_path)
    assert list(tmp_path.iterdir()) == []
    assert len(key_in(tmp_path)) == 64


def test_no_new_key_is_made_for_a_database_that_has_one(tmp_path: Path) -> None:
    (tmp_path / "sayso.db").write_bytes(b"SQLite format 3\x00")
    with pytest.raises(Misconfigured) as refused:
        key_in(tmp_path)
    assert f"The secret key of the database {tmp_path}/sayso.db is lost" in refused.value.message
    assert "Restore that file from a backup, or give the key by SAYSO_SECRET_KEY" in (
        refused.value.message
    )
    assert not (tmp_path / "secret_key").exists()


def test_a_new_directory_is_private(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "data"
    key_in(folder)
    assert (mode(folder), mode(folder / "secret_key")) == (0o700, 0o600)
    assert not data_directory.is_open_to_others(folder)


def test_open_permissions_from_an_earlier_version_are_closed(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    folder.chmod(0o755)
    for name in ("secret_key", "sayso.db", "sayso.db-wal", "sayso.db-shm", "serve.lock"):
        (folder / name).write_text(MADE_HERE)
        (folder / name).chmod(0o644)
    key_in(folder)
    assert mode(folder) == 0o700
    assert {mode(path) for path in folder.iterdir()} == {0o600}


def test_a_directory_with_other_files_stays_open_and_is_reported(tmp_path: Path) -> None:
    folder = tmp_path / "shared"
    folder.mkdir()
    folder.chmod(0o755)
    for name in ("secret_key", "index.html"):
        (folder / name).write_text(MADE_HERE)
        (folder / name).chmod(0o644)
    key_in(folder)
    assert mode(folder) == 0o755
    assert (mode(folder / "secret_key"), mode(folder / "index.html")) == (0o600, 0o644)
    assert data_directory.is_open_to_others(folder)
