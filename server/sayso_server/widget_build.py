"""The page's script and its further files, as this version was built with them.

A page finds the further files by the names of its own build, which change with the content; what
earlier builds had is in the database (`storage/widget_files.py`).
"""

import json
from functools import cache
from importlib.resources import files

STATIC = files("sayso_server").joinpath("static", "widget")


@cache
def loader() -> str:
    """The script of the tag, with a name in place of the project's rules."""
    return _read(_manifest()["loader"])


@cache
def further() -> dict[str, str]:
    """Name → content of each file that a page loads when it needs it."""
    return {name: _read(name) for part, name in _manifest().items() if part != "loader"}


def name_of(part: str) -> str:
    """The name of one of them, "popup" for example."""
    return _manifest()[part]


@cache
def _manifest() -> dict[str, str]:
    manifest: dict[str, str] = json.loads(_read("manifest.json"))
    return manifest


def _read(name: str) -> str:
    return STATIC.joinpath(name).read_text(encoding="utf-8")
