"""Builds the parent commit's widget in a separate folder."""

from __future__ import annotations

import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

from tests.bench.tables import NotMeasured
from tools import node

ROOT = Path(__file__).resolve().parents[2]
PARENT = "HEAD~1"


@contextmanager
def widget_of_parent() -> Iterator[Path]:
    """The parent commit's tree, built with the packages installed here. Raises NotMeasured."""
    with tempfile.TemporaryDirectory() as place:
        tree = Path(place)
        with tarfile.open(fileobj=BytesIO(_archive())) as archive:
            archive.extractall(tree, filter="data")
        (tree / "widget/node_modules").symlink_to(ROOT / "widget/node_modules")
        try:
            node.run("node", "build.mjs", cwd=tree / "widget", output=subprocess.DEVNULL)
        except subprocess.CalledProcessError as error:
            raise NotMeasured(f"{PARENT}'s widget does not build with these packages") from error
        yield tree


def _archive() -> bytes:
    command = ["git", "archive", "--format=tar", PARENT, "widget"]
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
    except FileNotFoundError as error:
        raise NotMeasured("there is no git") from error
    except subprocess.CalledProcessError as error:
        why = error.stderr.decode().strip().splitlines()[-1]
        raise NotMeasured(f"git has no {PARENT}: {why}") from error
    return done.stdout
