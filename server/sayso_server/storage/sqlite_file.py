"""An SQLite file that was copied only in part is found before it is believed."""

from pathlib import Path

from sqlalchemy import Engine

from sayso_server.errors import Misconfigured

HEADER = 100  # bytes; https://www.sqlite.org/fileformat.html#the_database_header
MAGIC = b"SQLite format 3\x00"
LARGEST_PAGE = 65_536  # written as 1, for it does not fit into two bytes


def must_be_whole(engine: Engine) -> None:
    """Raises Misconfigured when the file of an SQLite database is shorter than it says. While a log
    stands beside it, SQLite itself completes the file."""
    if engine.dialect.name != "sqlite" or not engine.url.database:
        return
    file = Path(engine.url.database)
    log = file.with_name(f"{file.name}-wal")
    try:
        if log.exists() and log.stat().st_size:
            return
        with file.open("rb") as opened:
            wanted = _size(opened.read(HEADER))
        found = file.stat().st_size
    except OSError:
        return  # SQLite says what is wrong with it, or makes a new one
    if found < wanted:
        raise Misconfigured(
            f"{file} has {found} of the {wanted} bytes that it says it has, so it was copied only "
            "in part. Copy it again, or restore a backup."
        )


def _size(header: bytes) -> int:
    """The size that the header says; 0 where it says none."""
    if len(header) < HEADER or not header.startswith(MAGIC):
        return 0
    if header[24:28] != header[92:96]:  # the page count is of an older writer
        return 0
    page = int.from_bytes(header[16:18])
    return (LARGEST_PAGE if page == 1 else page) * int.from_bytes(header[28:32])
