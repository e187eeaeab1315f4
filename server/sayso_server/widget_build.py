"""The widget files of this build: the loader script and the files that it loads when needed.

File names contain a hash of the content. The files of earlier builds are in the database
(`storage/widget/widget_files.py`).
"""

import json
from functools import cache
from importlib.resources import files

STATIC = files("sayso_server").joinpath("static", "widget")


@cache
def loader() -> str:
    """The script that the tag loads, with a placeholder for the project's rules."""
    return _read(_manifest()["loader"])


@cache
def chunks() -> dict[str, str]:
    """Name → content of the files that the loader loads when needed."""
    return {name: _read(name) for part, name in _manifest().items() if part != "loader"}


def name_of(part: str) -> str:
    """The file name of a part, such as "popup"."""
    return _manifest()[part]


def path_of(part: str) -> str:
    """The part's URL path, without the script root."""
    return f"/v1/widget/{name_of(part)}"


@cache
def _manifest() -> dict[str, str]:
    manifest: dict[str, str] = json.loads(_read("manifest.json"))
    return manifest


def _read(name: str) -> str:
    return STATIC.joinpath(name).read_text(encoding="utf-8")
