"""Atomic file writes: a file is written under a temporary name, synced, and renamed."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

PRIVATE = 0o600
READABLE = 0o644


def write_atomically(path: Path, content: bytes, mode: int = PRIVATE) -> None:
    """Write the file atomically: after a crash or on a full disk the old content is still there.
    Raises OSError."""
    draft = path.with_name(f"{path.name}.{uuid4().hex}.new")
    try:
        descriptor = os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, mode)
        with os.fdopen(descriptor, "wb") as file:
            os.fchmod(descriptor, mode)  # regardless of the umask
            file.write(content)
            file.flush()
            os.fsync(descriptor)
        draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def sync(path: Path) -> None:
    """fsync a file that is already written."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_folder(folder: Path) -> None:
    """fsync a directory, which makes new and renamed files in it durable."""
    with opened_folder(folder) as descriptor:
        os.fsync(descriptor)


@contextmanager
def opened_folder(folder: Path) -> Iterator[int]:
    """A file descriptor of the directory, to sync or to lock."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield descriptor
    finally:
        os.close(descriptor)
