"""The stylesheet and scripts of the pages. Their URLs contain a hash of the content, so that they
can be cached for ever."""

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
    """The content of the file, or None for an unknown name."""
    return _content()[name] if name in TYPES else None


def content_type(name: str) -> str:
    """The Content-Type of the file."""
    return TYPES[name]


@cache
def version() -> str:
    """A short hash of all files."""
    all_content = "".join(content for _, content in sorted(_content().items()))
    return hashlib.sha256(all_content.encode()).hexdigest()[:12]


def url_of(name: str) -> str:
    """The file's URL path, with the script root."""
    return f"{request.script_root}/assets/{version()}/{name}"


@cache
def _content() -> dict[str, str]:
    folder = files(__package__).joinpath("assets")
    return {name: folder.joinpath(name).read_text(encoding="utf-8") for name in TYPES}
