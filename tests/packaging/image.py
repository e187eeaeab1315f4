"""The steps of the Dockerfile, run without a container engine."""

from __future__ import annotations

import json
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
INSTALLED = "/opt/sayso"  # the folder in the image
BUILT = shutil.ignore_patterns("node_modules", "static", "dist", "__pycache__", "*.egg-info")


@dataclass(frozen=True, slots=True)
class Step:
    """One instruction. `stage` counts the FROM lines, from 0."""

    stage: int
    name: str
    arguments: str


def steps() -> list[Step]:
    """The instructions of the Dockerfile, with continued lines joined."""
    lines = (ROOT / "Dockerfile").read_text().replace("\\\n", " ").splitlines()
    found: list[Step] = []
    stage = -1
    for line in lines:
        name, _, arguments = line.strip().partition(" ")
        if name and not name.startswith("#"):
            stage += name == "FROM"
            found.append(Step(stage, name, arguments.strip()))
    return found


def arguments_of(name: str) -> list[str]:
    """The words of the only instruction with this name, in JSON form, such as ENTRYPOINT."""
    (arguments,) = [step.arguments for step in steps() if step.name == name]
    words: list[str] = json.loads(arguments[arguments.index("[") :])
    return words


def copied() -> list[tuple[list[str], str]]:
    """Sources and target of each COPY from the build context."""
    words = [shlex.split(step.arguments) for step in steps() if step.name == "COPY"]
    return [(given[:-1], given[-1]) for given in words if not given[0].startswith("--from=")]


def is_ignored(path: str) -> bool:
    """Whether .dockerignore keeps this path out of the build context. The last match decides."""
    ignored = False
    for line in (ROOT / ".dockerignore").read_text().splitlines():
        pattern = line.removeprefix("!")
        if pattern in ("*", path) or path.startswith(f"{pattern}/"):
            ignored = not line.startswith("!")
    return ignored


def build(folder: Path) -> Path:
    """Run the steps of the first stage below the folder. Returns the folder of the commands that
    the second stage copies. Uses pip's cache."""
    for sources, target in copied():
        for source in sources:
            _copy(ROOT / source, folder / target)
    for step in steps():
        if step.stage == 0 and step.name == "RUN":
            _run(step.arguments, folder)
    return folder / "installed" / "bin"


def _copy(source: Path, target: Path) -> None:
    """Like COPY into a folder: copies a folder's contents, or a single file."""
    if source.is_dir():
        shutil.copytree(source, target, ignore=BUILT, dirs_exist_ok=True)
    else:
        target.mkdir(parents=True, exist_ok=True)
        shutil.copy(source, target)


def _run(command: str, folder: Path) -> None:
    here = command.replace(INSTALLED, str(folder / "installed")).replace(" --no-cache-dir", "")
    python = f'python() {{ {shlex.quote(sys.executable)} "$@"; }}'
    subprocess.run(["bash", "-euc", f"{python}\n{here}"], cwd=folder, check=True)
