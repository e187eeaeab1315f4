"""`sayso explain` shows on one screen why a person was or was not asked."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from sayso_server.app import create_app
from sayso_server.background import Background
from sayso_server.cli.commands import sayso
from sayso_server.settings import from_environment
from tests.product import Clock, Product

LONG_AGO = datetime(2026, 3, 3, 9, 30, tzinfo=UTC)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(sayso, arguments)


@pytest.fixture
def product(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Product:
    """A server where u_42 was not asked on 3 March."""
    monkeypatch.setenv("SAYSO_DATA_DIR", str(tmp_path))
    monkeypatch.delenv("SAYSO_DATABASE_URL", raising=False)
    made = json.loads(
        run("create-project", "Shop", "--origin", "https://shop.example", "--json").stdout
    )
    clock = Clock()
    clock.now = LONG_AGO - timedelta(days=1)
    app = create_app(from_environment(), clock=clock)
    _, kid, _ = made["identity_secret"].split("_", 2)
    product = Product(app, clock, made["public_key"], made["secret_key"], made["project"], kid)
    product.survey("csat", name="Orders", throttle={"cool_down_days": 7})
    product.survey("ces", event="support_called", name="Support", throttle={"cool_down_days": 7})
    visitor = product.visitor()
    visitor.show(visitor.did()["invitation"])
    product.ok("POST", "/v1/people", {"people": [{"user_id": "u_42", "anonymous_id": visitor.id}]})
    clock.now = LONG_AGO
    product.track("u_42", "support_called")
    Background(product.dependencies).run_once()
    return product


def test_explain_tells_why_u_42_was_not_asked_on_3_march(product: Product) -> None:
    result = run("explain", str(product.project_id), "--person", "u_42", "--on", "2026-03-03")
    assert result.exit_code == 0, result.output
    said = result.stdout
    assert "On 3 March 2026" in said
    assert "3 Mar 09:30 UTC  Support: cooling_down" in said
    assert "Survey Orders was shown 2 Mar 2026 09:30 UTC, then ignored." in said
    assert "→ Wait, or shorten the cool-down" in said
    assert len(said.splitlines()) <= 40  # one screen


def test_every_rule_passes_or_fails_as_of_now(product: Product) -> None:
    said = run("explain", str(product.project_id), "--person", "u_42").stdout
    assert "If it happened now, Orders: already_asked" in said
    assert "✗ The survey was already shown to this person, and is shown only once." in said
    assert "✓ The person has not chosen never to be asked again." in said


def test_one_survey_can_be_selected(product: Product) -> None:
    surveys = product.ok("GET", "/v1/surveys")["surveys"]
    support = next(one["id"] for one in surveys if one["name"] == "Support")
    said = run("explain", str(product.project_id), "--person", "u_42", "--survey", support).stdout
    assert "Support" in said
    assert "Orders: " not in said


def test_a_day_without_decisions_prints_possible_causes(product: Product) -> None:
    said = run("explain", str(product.project_id), "--person", "u_42", "--on", "2026-03-09").stdout
    assert "Nothing was decided." in said
    assert "never reaches the server" in said


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--person", "nobody"), "Nothing is known of 'nobody'"),
        (
            ("--person", "u_42", "--survey", "00000000-0000-0000-0000-000000000000"),
            "There is no survey",
        ),
    ],
)
def test_an_unknown_person_or_survey_gives_a_one_line_error(
    product: Product, arguments: tuple[str, ...], message: str
) -> None:
    result = run("explain", str(product.project_id), *arguments)
    assert result.exit_code == 1
    assert message in result.stderr


def test_a_debug_token_allows_explain_calls(product: Product) -> None:
    product.clock.now = datetime.now(UTC)
    said = run("debug-token", str(product.project_id)).stdout
    token = said.split('"')[1]
    visitor = product.visitor()
    assert visitor.post("explain", {**visitor.who(), "debug": token}).status_code == 200


@pytest.mark.parametrize(
    ("sent", "printed"),
    [
        ("\x1b]0;owned\x07", r"\x1b]0;owned\x07"),
        ("\x1b[2J\x1b[31mred", r"\x1b[2J\x1b[31mred"),
        ("a\r\nsayso: all is well", r"a\r\nsayso: all is well"),
        ("\u202egnp.exe", r"\u202egnp.exe"),
        ("zero\u200bwidth\u2066", r"zero\u200bwidth\u2066"),
        ("\x9b31m\x7f\u2028", r"\x9b31m\x7f\u2028"),
    ],
)
def test_stored_texts_are_escaped_for_the_terminal(
    product: Product, sent: str, printed: str
) -> None:
    wanted = [{"property": "plan", "op": "eq", "value": "pro"}]
    product.survey("nps", event="seen", name=f"To {sent}", audience={"attributes": wanted})
    person = {"user_id": "u_42", "attributes": {"plan": sent}}
    product.ok("POST", "/v1/people", {"people": [person]})
    product.track("u_42", "seen")
    Background(product.dependencies).run_once()
    said = run("explain", str(product.project_id), "--person", "u_42").stdout
    assert sent not in said
    assert f"To {printed}: not_in_audience" in said
    assert f"the value was {printed}" in said or f"value: {printed}" in said
    assert all(line.isprintable() for line in said.split("\n"))
