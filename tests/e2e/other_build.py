"""Another version of Sayso beside the checkout: its own code, its files built by the real build.

Its loader lends the further files one thing more, in the first place: a loader of one build and a
file of the other do not work together.
"""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

from tools import node

ROOT = Path(__file__).resolve().parents[2]
BUILT = Path("sayso_server", "static", "widget", "manifest.json")


def make_other_build(folder: Path) -> Path:
    """Make it in the folder; what stands before everything else in its PYTHONPATH."""
    unwanted = shutil.ignore_patterns("node_modules", "dist", "__pycache__", "static")
    for name in ("server", "widget", "migrations"):
        shutil.copytree(ROOT / name, folder / name, ignore=unwanted)
    (folder / "widget" / "node_modules").symlink_to(ROOT / "widget" / "node_modules")
    _lend_one_thing_more(folder / "widget" / "src")
    _replace(folder / "widget" / "build.mjs", "if .first > [^;]*;", "")  # it may weigh a byte more
    node.run("node", "build.mjs", cwd=folder / "widget")
    return folder / "server"


def build_of(code: Path = ROOT / "server") -> str:
    """What the names of the build's files have in common."""
    names: dict[str, str] = json.loads((code / BUILT).read_text(encoding="utf-8"))
    return names["popup"].split(".")[1]


def _lend_one_thing_more(src: Path) -> None:
    _replace(src / "loader" / "lend.ts", r"=> \[", "=> [undefined,")
    for loan in src.glob("*/loan.ts"):
        # The first thing is where a file puts what it gives back.
        _replace(loan, r"\[\s*ready\b", "[ready, ")


def _replace(path: Path, old: str, new: str) -> None:
    text, found = re.subn(old, new, path.read_text(encoding="utf-8"), count=1)
    assert found, f"{path} has no {old}"
    path.write_text(text, encoding="utf-8")
