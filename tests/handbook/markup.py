"""Pages, scripts and components: what they use of Sayso, and whether they can be parsed."""

from __future__ import annotations

import contextlib
import json
import re
import subprocess
from collections.abc import Iterator, Sequence
from html.parser import HTMLParser
from pathlib import Path
from typing import Final

from tests.handbook.blocks import Block
from tools import node

CALL: Final = re.compile(r"(?<![\w.\"'/])(?:window\.)?sayso\.(\w+)\(")
IMPORT: Final = re.compile(r"import \{([^}]*)\} from [\"']@sayso/browser[\"']")
LOADERS: Final = {"js": "js", "jsx": "jsx", "ts": "ts", "tsx": "tsx"}
PARSER: Final = Path(__file__).parent / "parse.cjs"


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[dict[str, str | None]] = []
        self.scripts: list[tuple[str, str]] = []
        self._lang: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        if tag == "script" and "/sayso.js" in (attributes.get("src") or ""):
            self.tags.append(attributes)
        typed = attributes.get("type") in (None, "module", "text/javascript")
        self._lang = (attributes.get("lang") or "js") if tag == "script" and typed else None

    def handle_data(self, data: str) -> None:
        if self._lang is not None and data.strip():
            self.scripts.append((self._lang, data))


def tags_of(block: Block) -> list[dict[str, str | None]]:
    """The attributes of each tag of ours."""
    return _page(block).tags


def scripts_of(block: Block) -> Iterator[tuple[str, str]]:
    """Each script of the block, with esbuild's name for its language."""
    if block.language in LOADERS:
        yield LOADERS[block.language], block.text
    elif block.language in ("html", "vue"):
        yield from _page(block).scripts


def calls_of(block: Block) -> set[str]:
    """The names that it calls on `sayso`."""
    return {name for _, text in scripts_of(block) for name in CALL.findall(text)}


def imports_of(block: Block) -> set[str]:
    """The names that it imports from our npm package, without `type`."""
    lists = [names for _, text in scripts_of(block) for names in IMPORT.findall(text)]
    words = [name.strip().removeprefix("type ") for names in lists for name in names.split(",")]
    return {word.partition(" as ")[0].strip() for word in words if word}


def syntax_errors(blocks: Sequence[Block], folder: Path) -> str:
    """What esbuild says about them; empty when all can be parsed."""
    scripts = [
        {"at": block.at, "loader": loader, "text": text}
        for block in blocks
        for loader, text in scripts_of(block)
    ]
    (folder / "scripts.json").write_text(json.dumps(scripts))
    printed = folder / "printed"
    with printed.open("w") as file, contextlib.suppress(subprocess.CalledProcessError):
        node.run("node", str(PARSER), str(folder / "scripts.json"), output=file.fileno())
    return printed.read_text()


def _page(block: Block) -> _Page:
    page = _Page()
    page.feed(block.text)
    page.close()
    return page
