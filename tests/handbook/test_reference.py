"""What is public is documented."""

import dataclasses
import re
from html import unescape
from pathlib import Path

import click
import pytest

from sayso_server.cli.commands import sayso
from sayso_server.decision.reasons import Reason
from sayso_server.limit_table import LIMITS, Limit
from sayso_server.settings import Settings
from tests.product import Clock, make_app

CONVERTER, PLACEHOLDER = r"<(?:[a-z]+:)?([a-z_]+)>", r"{\1}"  # Flask's, and OpenAPI's
ROOT = Path(__file__).parent.parent
ARCHITECTURE = (ROOT / "ARCHITECTURE.md").read_text()
ADDRESSES = (ROOT / "docs/reference/addresses.md").read_text()


@pytest.mark.parametrize("name", [field.name for field in dataclasses.fields(Settings)])
def test_every_setting_is_documented(name: str) -> None:
    assert f"`SAYSO_{name.upper()}`" in ARCHITECTURE


def test_every_reason_is_documented_in_its_own_words(
    migrated_sqlite_url: str, tmp_path: Path
) -> None:
    app = make_app(migrated_sqlite_url, tmp_path, Clock())
    page = app.test_client().get("/docs/reasons").text
    plain = unescape(re.sub("<[^>]*>", "", page))
    for reason in Reason:
        assert f'id="{reason.value}"' in page
        assert reason.because.replace("`", "") in plain
        assert reason.remedy.replace("`", "") in plain


@pytest.mark.parametrize("field", dataclasses.fields(Settings), ids=lambda field: field.name)
def test_a_default_is_documented_as_it_is(field: "dataclasses.Field[object]") -> None:
    if field.default is not dataclasses.MISSING:
        default = "none" if field.default is None else str(field.default)
        row = f"| `SAYSO_{field.name.upper()}` | {default} |"
        assert row in ARCHITECTURE.replace("`http", "http").replace("` | where", " | where")


@pytest.mark.parametrize("limit", LIMITS.values(), ids=lambda limit: limit.name)
def test_a_limit_is_documented_as_it_is(limit: Limit) -> None:
    row = f"| `{limit.setting}` | {limit.default} | {limit.of} | {limit.per} | {limit.span} |"
    assert row in ARCHITECTURE


def test_every_command_is_documented() -> None:
    for name, command in sayso.commands.items():
        for inner in getattr(command, "commands", {"": command}):
            assert f"`sayso {name} {inner}".strip() in ARCHITECTURE
        assert isinstance(command, click.Command)
        assert command.help


def test_every_address_is_documented(migrated_sqlite_url: str, tmp_path: Path) -> None:
    app = make_app(migrated_sqlite_url, tmp_path, Clock())
    served = {
        f"{method} {re.sub(CONVERTER, PLACEHOLDER, rule.rule)}"
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert set(re.findall(r"^\| `([A-Z]+ /[^`]*)` \| \S", ADDRESSES, re.MULTILINE)) == served
