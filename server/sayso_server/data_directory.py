"""The data directory and the secret key in it, both readable only by their owner."""

import fcntl
import os
import re
import secrets
import stat
from contextlib import suppress
from pathlib import Path

from sayso_server.atomic_file import PRIVATE, opened_folder, write_atomically
from sayso_server.errors import Misconfigured

DATABASE = "sayso.db"
KEY = "secret_key"
LOCK = "serve.lock"
OWN = re.compile(rf"({DATABASE}|{KEY}|{LOCK})([.-].*)?")
"""Our file names, including those that SQLite creates beside its database."""

PRIVATE_FOLDER = 0o700
SHORTEST_KEY = 32  # characters
MADE_HERE = re.compile(r"[0-9a-f]{64}")
"""The form of `secrets.token_hex(32)`."""


def prepare(folder: Path) -> None:
    """Create the directory, or make it and our files in it private. If it also contains files that
    are not ours, the directory keeps its mode. Raises Misconfigured."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=PRIVATE_FOLDER)
        paths = list(folder.iterdir())
        for path in paths:
            if OWN.fullmatch(path.name) and path.is_file():
                _make_private(path, PRIVATE)
        if all(OWN.fullmatch(path.name) for path in paths):
            _make_private(folder, PRIVATE_FOLDER)
    except OSError as error:
        raise _unusable(folder, error) from error


def is_open_to_others(folder: Path) -> bool:
    """Whether other users of the machine have access to the directory."""
    return bool(folder.stat().st_mode & 0o077)


def kept_key(folder: Path, database: Path) -> str:
    """The secret key in the directory; created if neither key nor database exists. A file lock
    makes processes that start together use the same key. Raises Misconfigured."""
    path = folder / KEY
    try:
        with opened_folder(folder) as descriptor:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            if not path.exists():
                _must_be_new(path, database)
                write_atomically(path, f"{secrets.token_hex(32)}\n".encode())
        content = path.read_bytes()
    except OSError as error:
        raise _unusable(folder, error) from error
    return _checked(path, content)


def wrong_with_key(key: str) -> str | None:
    """Why the key is not usable, as the end of a sentence; None if it is usable."""
    if len(key) < SHORTEST_KEY:
        return f"is shorter than {SHORTEST_KEY} characters"
    if key != key.strip() or not key.isprintable():
        return "has line breaks, control characters, or blanks around it"
    return None


def _must_be_new(path: Path, database: Path) -> None:
    if database.exists() and database.stat().st_size:
        raise Misconfigured(
            f"The secret key of the database {database} is lost: there is no {path}. Restore that "
            "file from a backup, or give the key by SAYSO_SECRET_KEY. If it is gone for good, "
            "give a new one by SAYSO_SECRET_KEY and run `sayso db change-key`, which says what "
            "the change costs."
        )


def _checked(path: Path, content: bytes) -> str:
    """The file is complete if it ends with a line break or has the exact form of our own keys."""
    try:
        text = content.decode()
    except UnicodeDecodeError:
        raise _damaged(path, "is not text") from None
    key = text.removesuffix("\n").removesuffix("\r")
    if not key:
        raise _damaged(path, "is empty")
    if wrong := wrong_with_key(key):
        raise _damaged(path, wrong)
    if key == text and not MADE_HERE.fullmatch(key):
        raise _damaged(path, "does not end with a line break, as if it was written only in part")
    return key


def _damaged(path: Path, wrong: str) -> Misconfigured:
    return Misconfigured(
        f"The secret key in {path} cannot be used: it {wrong}. Restore the file from a backup, or "
        "give the key by SAYSO_SECRET_KEY. Only where nothing has been stored yet, remove the file "
        "and start again: a new key is made."
    )


def _make_private(path: Path, mode: int) -> None:
    """Remove permissions beyond `mode`, if we own the file."""
    status = path.stat()
    current_mode = stat.S_IMODE(status.st_mode)
    if current_mode & ~mode and status.st_uid == os.geteuid():
        with suppress(OSError):  # a read-only file system; `is_open_to_others` still reports it
            path.chmod(current_mode & mode)


def _unusable(folder: Path, error: OSError) -> Misconfigured:
    return Misconfigured(
        f"SAYSO_DATA_DIR {folder} cannot be used ({error.strerror}: {error.filename or folder}); "
        "name a directory that this user may read and write"
    )
