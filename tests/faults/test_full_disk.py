"""On a full disk that also contains the server's log, writes are refused in time and no
acknowledged write is lost. The service recovers by itself."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from uuid import uuid4

import pytest

from tests.faults.calls import Caller, writes
from tests.faults.project import create_project
from tests.faults.server import serving, wait_until

MEGABYTES = 3
MOST_TRIES = 300
AT_ONCE = 16


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """An empty file system of 3 MB."""
    place = tmp_path / "disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={MEGABYTES}m", "tmpfs", str(place)]
    done = subprocess.run(mount, check=False, capture_output=True, text=True)
    if done.returncode:
        pytest.skip(f"small disk: only root may mount one ({done.stderr.strip()})")
    try:
        yield place
    finally:
        subprocess.run(["umount", "--lazy", str(place)], check=True)


def test_writes_are_refused_on_a_full_disk_and_work_again_with_space(small_disk: Path) -> None:
    with serving(small_disk, "") as server:
        caller = Caller(server, create_project(server))
        kinds = writes(caller, caller.asked())
        acknowledged = [uuid4().hex for _ in range(5)]
        assert {caller.event(event).status for event in acknowledged} == {200}
        filler = _fill(small_disk)
        acknowledged += _write_until_refused(caller)

        for kind, write in kinds.items():
            refused = next(reply for reply in (write() for _ in range(50)) if reply.status >= 300)
            assert refused.try_again, (kind, refused)
        ids = [uuid4().hex for _ in range(2 * AT_ONCE)]
        with ThreadPoolExecutor(AT_ONCE) as pool:
            replies = dict(zip(ids, pool.map(partial(caller.event, size=3_000), ids), strict=True))
        assert {reply.status for reply in replies.values()} <= {200, 503}
        assert caller.get("/readyz").try_again
        assert caller.get("/healthz").status == 200

        filler.unlink()
        wait_until(lambda: caller.get("/readyz").status == 200, lambda: server.log)
        assert {caller.status_of(event) for event in acknowledged} == {"duplicate"}
        for event, reply in replies.items():
            stored = caller.status_of(event) == "duplicate"
            assert stored is (reply.status == 200), (event, reply)
        for kind, write in kinds.items():
            assert write().status in {200, 201}, kind
        wait_until(lambda: "disk is full" in server.log, lambda: server.log)


def _fill(disk: Path) -> Path:
    """Fills the disk to the last byte; returns the file that fills it."""
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file:
        for size in (65_536, 4_096, 1):
            try:
                while True:
                    file.write(b"x" * size)
            except OSError:
                continue
    assert os.statvfs(disk).f_bfree == 0
    return filler


def _write_until_refused(caller: Caller) -> list[str]:
    """Events that are still acknowledged, because the database's log has some space left."""
    acknowledged: list[str] = []
    for _ in range(MOST_TRIES):
        event = uuid4().hex
        reply = caller.event(event)
        if reply.status == 200:
            acknowledged.append(event)
            continue
        assert reply.try_again, reply
        return acknowledged
    raise AssertionError("The disk never got full.")
