"""Another version of Sayso beside the checkout: its own code, and files from the real build.

Unlike ours, its build does not shorten the names that chunks and loader share. A loader from one
build and a chunk from the other are therefore incompatible.
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
    """Build the version in the folder; return the first entry for its PYTHONPATH."""
    unwanted = shutil.ignore_patterns("node_modules", "dist", "__pycache__", "static")
    for name in ("server", "widget", "migrations"):
        shutil.copytree(ROOT / name, folder / name, ignore=unwanted)
    (folder / "widget" / "node_modules").symlink_to(ROOT / "widget" / "node_modules")
    _replace(folder / "widget" / "bundle.mjs", "mangleProps: [^,]*,", "")
    _replace(folder / "widget" / "build.mjs", "if .first > [^;]*;", "")  # no size limit
    node.run("node", "build.mjs", cwd=folder / "widget")
    return folder / "server"


def build_of(code: Path = ROOT / "server") -> str:
    """The build id in the names of all its files."""
    names: dict[str, str] = json.loads((code / BUILT).read_text(encoding="utf-8"))
    return names["popup"].split(".")[1]


def _replace(path: Path, old: str, new: str) -> None:
    text, found = re.subn(old, new, path.read_text(encoding="utf-8"), count=1)
    assert found, f"{path} has no {old}"
    path.write_text(text, encoding="utf-8")
