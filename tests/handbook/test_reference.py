"""The reference has each thing of the code under a heading or in a row of its own, and no other."""

import dataclasses
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import click
import pytest

import sayso as sdk
from sayso.environment import VARIABLES
from sayso.tag import STUB
from sayso.tally import REMEDIES
from sayso_server import errors
from sayso_server.cli.commands import sayso
from sayso_server.decision.reasons import Reason
from sayso_server.limit_table import LIMITS, Limit
from sayso_server.settings import Settings
from tests.handbook.blocks import DOCS, ROOT, headings
from tests.product import Clock, make_app

CONVERTER, PLACEHOLDER = r"<(?:[a-z]+:)?([a-z_]+)>", r"{\1}"  # Flask's, and OpenAPI's
LIMITED = {limit.setting for limit in LIMITS.values()}
SETTINGS = {
    f"SAYSO_{field.name.upper()}": field
    for field in dataclasses.fields(Settings)
    if f"SAYSO_{field.name.upper()}" not in LIMITED
}
WIDGET = "\n".join(file.read_text() for file in sorted((ROOT / "widget/src").rglob("*.ts")))
PACKAGE = (ROOT / "widget/package/index.ts").read_text()
SERVER = [file.read_text() for file in sorted((ROOT / "server").rglob("*.py"))]


def section(page: str, name: str) -> str:
    """The text below the heading of this name, up to the next heading."""
    text = (DOCS / page).read_text()
    found = re.search(rf"^### `{re.escape(name)}`\n(.*?)(?=^##|\Z)", text, re.MULTILINE | re.DOTALL)
    assert found, f"{page} has no heading `{name}`"
    return found[1]


def test_settings() -> None:
    assert sorted(headings("reference/settings.md")) == sorted(SETTINGS)


@pytest.mark.parametrize("name", SETTINGS)
def test_the_default_of_a_setting(name: str) -> None:
    default = SETTINGS[name].default
    if default is not dataclasses.MISSING:
        said = "none" if default is None else f"`{default}`"
        assert re.search(
            rf"^Default: {re.escape(said)}[.,;]?(\s|$)",
            section("reference/settings.md", name),
            re.MULTILINE,
        )


def test_limits() -> None:
    rows = re.findall(
        r"^\| `(SAYSO_[A-Z_]+)` \|", (DOCS / "reference/limits.md").read_text(), re.MULTILINE
    )
    assert sorted(rows) == sorted(LIMITED)


@pytest.mark.parametrize("limit", LIMITS.values(), ids=lambda limit: limit.name)
def test_a_limit(limit: Limit) -> None:
    row = f"| `{limit.setting}` | {limit.default} | {limit.of} | {limit.per} | {limit.span} |"
    assert row in (DOCS / "reference/limits.md").read_text()


def commands(group: click.Group, above: str) -> Iterator[tuple[str, click.Command]]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, f"{above} {name}")
        else:
            yield f"{above} {name}", command


def test_commands() -> None:
    assert sorted(headings("reference/commands.md")) == sorted(dict(commands(sayso, "sayso")))


@pytest.mark.parametrize(("name", "command"), [*commands(sayso, "sayso")])
def test_the_options_of_a_command(name: str, command: click.Command) -> None:
    options = {
        option
        for parameter in command.params
        if isinstance(parameter, click.Option)
        for option in parameter.opts
        if option.startswith("--")
    }
    rows = re.findall(r"^\| `([^`]+)`", section("reference/commands.md", name), re.MULTILINE)
    assert {option for row in rows for option in re.findall(r"--[a-z-]+", row)} == options
    assert command.help


def test_reasons() -> None:
    assert sorted(headings("reference/reasons.md")) == sorted(Reason)


@pytest.mark.parametrize("reason", Reason)
def test_a_reason_in_its_own_words(reason: Reason) -> None:
    said = " ".join(section("reference/reasons.md", reason.value).split())
    assert reason.because in said
    assert reason.remedy in said


def test_reasons_on_the_servers_own_page(migrated_sqlite_url: str, tmp_path: Path) -> None:
    app = make_app(migrated_sqlite_url, tmp_path, Clock())
    page = app.test_client().get("/docs/reasons").text
    plain = unescape(re.sub("<[^>]*>", "", page))
    for reason in Reason:
        assert f'id="{reason.value}"' in page
        assert reason.because.replace("`", "") in plain
        assert reason.remedy.replace("`", "") in plain


def test_addresses(migrated_sqlite_url: str, tmp_path: Path) -> None:
    app = make_app(migrated_sqlite_url, tmp_path, Clock())
    served = {
        f"{method} {re.sub(CONVERTER, PLACEHOLDER, rule.rule)}"
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    text = (DOCS / "reference/addresses.md").read_text()
    assert set(re.findall(r"^\| `([A-Z]+ /[^`]*)` \| \S", text, re.MULTILINE)) == served


def test_attributes_of_the_tag() -> None:
    named = re.findall(r"const \{([^}]*)\} =\s*script\.dataset", WIDGET)
    read = {word.partition(":")[0].strip() for names in named for word in names.split(",")}
    read |= set(re.findall(r"script\.dataset\.(\w+)", WIDGET))
    of_pages = set(re.findall(r"\bdata-sayso[a-z-]*", WIDGET))
    known = {f"data-{name}" for name in read} | of_pages
    assert {name for name in headings("reference/tag.md") if name.startswith("data-")} == known


def test_calls_of_the_page() -> None:
    found = re.search(r"'([a-z ]+)'\.split", STUB)
    assert found
    calls = {f"sayso.{name}()" for name in found[1].split()}
    assert set(headings("reference/page-api.md")) == calls


def test_events_of_the_page() -> None:
    union = re.search(r"type SurveyEvent =(.*?);", PACKAGE, re.DOTALL)
    assert union
    told = set(re.findall(r'"(\w+)"', union[1]))
    assert told <= set(headings("reference/events.md"))


def test_the_sdk() -> None:
    public = {name for name in sdk.__all__ if name not in ("Client", "Stats", "__version__")}
    calls = {f"sayso.{name}()" for name in public} | {"sayso.Client", "sayso.Stats"}
    known = calls | set(VARIABLES.values()) | set(REMEDIES)
    assert set(headings("reference/sdk.md")) == known


def test_codes_of_errors() -> None:
    classes = {
        error.code
        for error in vars(errors).values()
        if isinstance(error, type) and issubclass(error, errors.SaysoError)
    } - {errors.Misconfigured.code}  # raised at start only
    given = {code for text in SERVER for code in re.findall(r'\bcode="([a-z_]+)"', text)}
    assert classes | given <= set(headings("reference/rest-api.md"))
