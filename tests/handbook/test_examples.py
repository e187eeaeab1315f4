"""Every example of the handbook does what it says, or is at least valid."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import yaml

from sayso_server.cli.commands import sayso
from sayso_server.settings import Settings
from tests.handbook import configurations
from tests.handbook.blocks import Block, blocks, pages_with
from tests.handbook.commands import commands_of, unknown_options
from tests.handbook.example_server import ExampleServer

FENCES = {
    *("python", "json", "sh", "console", "html", "js", "jsx", "ts", "tsx", "vue", "php"),
    *("nginx", "caddyfile", "yaml", "ini", "dockerfile", "text"),
}
REQUEST = re.compile(r"(GET|POST|PUT|PATCH|DELETE) (/\S+)")
OF_A_SURVEY = re.compile(r"(?<=^/v1/surveys/)(ID|\{id\})")
ANY_SURVEY = {"name": "Any", "template": "csat", "trigger": {"event": "order_completed"}}


def test_each_block_says_what_it_is() -> None:
    """Without a known language nothing would check it."""
    assert [block.at for block in blocks() if block.language not in FENCES] == []
    titles = [block for block in blocks("json") if block.title]
    assert [block.at for block in titles if not REQUEST.fullmatch(block.title)] == []


@pytest.mark.parametrize("page", pages_with("python"))
def test_python_runs(page: str, example_server: ExampleServer, tmp_path: Path) -> None:
    """All blocks of a page, one after the other, in one process."""
    source = tmp_path / "example.py"
    lines = [
        f"exec(compile({chr(10) * (block.line - 1) + example_server.filled_in(block.text)!r},"
        f" {page!r}, 'exec'))"
        for block in blocks("python")
        if block.page == page
    ]
    source.write_text("\n".join(lines))
    example_server.run_python(source)


@pytest.mark.parametrize("page", pages_with("sh"))
def test_commands_run(page: str, example_server: ExampleServer, tmp_path: Path) -> None:
    """All blocks of a page, one after the other, in one shell and an empty folder."""
    for program in ("bash", "curl"):
        configurations.need(program)
    script = ["trap 'echo \"failed in the block at $at\"' ERR"]
    for block in blocks("sh"):
        if block.page == page:
            script += [f"at={block.at}", example_server.filled_in(block.text)]
    example_server.run(["bash", "-Eeuo", "pipefail", "-c", "\n".join(script)], tmp_path)


@pytest.mark.parametrize("block", blocks("json"), ids=lambda block: block.at)
def test_json_is_accepted_by_the_request_that_its_title_names(
    block: Block, example_server: ExampleServer
) -> None:
    """A survey that it makes can be published."""
    body = json.loads(example_server.filled_in(block.text))
    if not block.title:
        return
    method, path = block.title.split()
    if OF_A_SURVEY.search(path):
        path = OF_A_SURVEY.sub(example_server.call("POST", "/v1/surveys", ANY_SURVEY)["id"], path)
    reply: Any = example_server.call(method, path, body)
    if (method, path) == ("POST", "/v1/surveys"):
        example_server.call("POST", f"/v1/surveys/{reply['id']}/publish")
        example_server.call("POST", f"/v1/surveys/{reply['id']}/end")


@pytest.mark.parametrize("block", blocks("console"), ids=lambda block: block.at)
def test_a_command_exists_with_its_options(block: Block) -> None:
    """Of what cannot be run here, as it needs root, a container engine, or never ends."""
    commands = commands_of(block.text)
    assert commands, "Lines of commands begin with `$ `"
    for words in commands:
        assert unknown_options(sayso, words) == [], shlex.join(words)


@pytest.mark.parametrize("block", blocks("nginx", "caddyfile", "php"), ids=lambda block: block.at)
def test_its_program_accepts_it(
    block: Block, example_server: ExampleServer, tmp_path: Path
) -> None:
    configurations.check(block.language, example_server.filled_in(block.text), tmp_path)


def test_yaml_is_yaml() -> None:
    assert all(yaml.safe_load(block.text) for block in blocks("yaml"))


def test_every_variable_is_one_that_is_read() -> None:
    settings = {f"SAYSO_{name.upper()}" for name in Settings.__dataclass_fields__}
    named = re.compile(r"\bSAYSO_(?!SDK_)[A-Z_]+\b")
    unknown = {block.at: set(named.findall(block.text)) - settings for block in blocks()}
    assert {at: names for at, names in unknown.items() if names} == {}
