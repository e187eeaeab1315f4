"""Detect an SQLite file that was copied only in part."""

from pathlib import Path

from sqlalchemy import Engine

from sayso_server.errors import Misconfigured

HEADER = 100  # bytes; https://www.sqlite.org/fileformat.html#the_database_header
MAGIC = b"SQLite format 3\x00"
LARGEST_PAGE = 65_536  # stored as 1, since it does not fit into two bytes


def check_complete(engine: Engine) -> None:
    """Raises Misconfigured when an SQLite file is shorter than its header says. Skips a file with a
    non-empty write-ahead log, which may contain the rest."""
    if engine.dialect.name != "sqlite" or not engine.url.database:
        return
    file = Path(engine.url.database)
    log = file.with_name(f"{file.name}-wal")
    try:
        if log.exists() and log.stat().st_size:
            return
        with file.open("rb") as opened:
            expected = _size(opened.read(HEADER))
        size = file.stat().st_size
    except OSError:
        return  # SQLite reports the error, or creates a new file
    if size < expected:
        raise Misconfigured(
            f"{file} has {size} of the {expected} bytes that it says it has, so it was copied only "
            "in part. Copy it again, or restore a backup."
        )


def _size(header: bytes) -> int:
    """The file size from the header; 0 when the header has no valid size."""
    if len(header) < HEADER or not header.startswith(MAGIC):
        return 0
    if header[24:28] != header[92:96]:  # the page count is not valid: an old SQLite wrote last
        return 0
    page = int.from_bytes(header[16:18])
    return (LARGEST_PAGE if page == 1 else page) * int.from_bytes(header[28:32])
