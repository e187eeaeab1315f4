"""Pages, scripts and components of the handbook use what there is."""

from __future__ import annotations

import re
from pathlib import Path

from sayso.tag import STUB
from tests.handbook.blocks import ROOT, blocks, headings
from tests.handbook.markup import calls_of, imports_of, scripts_of, syntax_errors, tags_of

LANGUAGES = ("html", "js", "jsx", "ts", "tsx", "vue")
OF_ANY_SCRIPT = {"src", "async", "defer", "crossorigin", "nonce", "integrity", "id", "type"}
PACKAGE = (ROOT / "widget/package/index.ts").read_text()


def test_every_script_can_be_parsed(tmp_path: Path) -> None:
    assert syntax_errors(blocks(*LANGUAGES), tmp_path) == ""


def test_every_attribute_of_our_tag_is_in_the_reference() -> None:
    known = {*headings("reference/tag.md"), *OF_ANY_SCRIPT}
    unknown = {
        block.at: attributes.keys() - known
        for block in blocks("html", "vue")
        for attributes in tags_of(block)
    }
    assert {at: names for at, names in unknown.items() if names} == {}


def test_every_call_is_in_the_reference() -> None:
    known = {re.sub(r"sayso\.(\w+)\(.*", r"\1", name) for name in headings("reference/page-api.md")}
    unknown = {block.at: calls_of(block) - known for block in blocks(*LANGUAGES)}
    assert {at: names for at, names in unknown.items() if names} == {}


def test_every_import_is_exported() -> None:
    exported = set(
        re.findall(r"^export (?:interface|type|const|function) (\w+)", PACKAGE, re.MULTILINE)
    )
    unknown = {block.at: imports_of(block) - exported for block in blocks(*LANGUAGES)}
    assert {at: names for at, names in unknown.items() if names} == {}


def test_the_stub_is_the_sdks() -> None:
    stubs = {
        text.strip()
        for block in blocks("html", "vue")
        for _, text in scripts_of(block)
        if "s.push([n]" in text
    }
    assert stubs <= {STUB}
