"""Run a command if the files it depends on have changed since it last succeeded.

    python tools/when_changed.py STAMP INPUT... [--makes OUTPUT...] -- COMMAND...

The stamp file contains a hash of the inputs' names and contents (folders are walked), not times. So
a fresh clone, a touched file or a switched branch does not repeat work. The command also runs if an
output is missing.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

SKIPPED = {"node_modules", "__pycache__", "dist"}


def fingerprint(inputs: list[str], command: list[str]) -> str:
    """A hash of the command and of all files in the inputs."""
    total = hashlib.sha256("\0".join(command).encode())
    for path in _files(inputs):
        content = hashlib.sha256(path.read_bytes()).hexdigest()
        total.update(f"\n{path} {content}".encode())
    return total.hexdigest()


def _files(inputs: list[str]) -> Iterator[Path]:
    for path in map(Path, inputs):
        if path.is_file():
            yield path
        elif path.is_dir():
            files = sorted(file for file in path.rglob("*") if file.is_file())
            yield from (file for file in files if not SKIPPED & set(file.parts))


def main(arguments: list[str]) -> int:
    """Run the command if necessary; returns its exit code."""
    cut = arguments.index("--")
    files, command = arguments[:cut], arguments[cut + 1 :]
    makes = files.index("--makes") if "--makes" in files else len(files)
    stamp, inputs, outputs = Path(files[0]), files[1:makes], files[makes + 1 :]

    wanted = fingerprint(inputs, command)
    is_made = all(Path(output).exists() for output in outputs)
    if is_made and stamp.exists() and stamp.read_text() == wanted:
        return 0
    code = subprocess.run(command, check=False).returncode
    if code == 0:
        stamp.parent.mkdir(parents=True, exist_ok=True)
        stamp.write_text(wanted)
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
