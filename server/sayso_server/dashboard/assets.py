"""Style and scripts of the pages, under addresses that change with their content."""

import hashlib
from functools import cache
from importlib.resources import files

from flask import request

TYPES = {
    "style.css": "text/css; charset=utf-8",
    "fresh.js": "text/javascript; charset=utf-8",
    "login.js": "text/javascript; charset=utf-8",
}


def read(name: str) -> str | None:
    """The file, or None where there is none of that name."""
    return _content()[name] if name in TYPES else None


def content_type(name: str) -> str:
    """The type of a file of ours."""
    return TYPES[name]


@cache
def version() -> str:
    """One short hash over all files."""
    everything = "".join(content for _, content in sorted(_content().items()))
    return hashlib.sha256(everything.encode()).hexdigest()[:12]


def url_of(name: str) -> str:
    """Where a page finds the file."""
    return f"{request.script_root}/assets/{version()}/{name}"


@cache
def _content() -> dict[str, str]:
    folder = files(__package__).joinpath("assets")
    return {name: folder.joinpath(name).read_text(encoding="utf-8") for name in TYPES}
