"""The handbook's pages, and the code blocks on them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sybil.document import Document
from sybil.parsers.markdown.lexers import RawFencedCodeBlockLexer

ROOT: Final = Path(__file__).parents[2]
DOCS: Final = ROOT / "docs"
PAGES: Final = sorted(str(page.relative_to(ROOT)) for page in DOCS.rglob("*.md"))

_INFO: Final = re.compile(
    r'(?P<language>[^\s`]*)(?: title="(?P<title>[^"\n]*)")?(?P<rest>.*)$\n?', re.MULTILINE
)


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block. `line` is that of its first line of code, from 1."""

    page: str
    line: int
    language: str
    title: str
    text: str

    @property
    def at(self) -> str:
        """Where it stands, as editors and tracebacks write it."""
        return f"{self.page}:{self.line}"


def blocks(*languages: str) -> list[Block]:
    """All blocks in these languages; without any, in all."""
    found = [block for page in PAGES for block in _blocks_of(page)]
    return [block for block in found if not languages or block.language in languages]


def pages_with(language: str) -> list[str]:
    """The pages that have a block in this language."""
    return sorted({block.page for block in blocks(language)})


def headings(page: str, level: int = 3) -> list[str]:
    """The headings of a page that name something of the code: `### `name``."""
    text = (DOCS / page).read_text()
    return re.findall(rf"^{'#' * level} `([^`]+)`$", text, re.MULTILINE)


def _blocks_of(page: str) -> Iterator[Block]:
    text = (ROOT / page).read_text()
    for region in RawFencedCodeBlockLexer(_INFO)(Document(text, page)):
        source = region.lexemes["source"]
        line = text.count("\n", 0, region.start + source.offset) + 1
        lexemes = region.lexemes
        assert not lexemes["rest"].strip(), f"{page}:{line - 1}: unknown words after the language"
        yield Block(page, line, lexemes["language"], lexemes["title"] or "", source.text)
