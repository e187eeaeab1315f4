"""Running `sayso …` in the test's own process."""

import json

from click.testing import CliRunner, Result
from flask.testing import FlaskClient

from sayso_server.app import create_app
from sayso_server.cli.commands import sayso
from sayso_server.settings import from_environment


def run(*arguments: str, typed: str | None = None) -> Result:
    """Runs a command with `typed` as its standard input."""
    return CliRunner().invoke(sayso, arguments, input=typed)


def create(name: str = "Shop") -> dict[str, str]:
    """Creates a project; returns the printed keys."""
    result = run("create-project", name, "--origin", "https://Shop.example/", "--json")
    assert result.exit_code == 0, result.output
    created: dict[str, str] = json.loads(result.stdout)
    return created


def server() -> FlaskClient:
    """A new server on the same data directory."""
    return create_app(from_environment()).test_client()


def surveys_by(key: str) -> str:
    """Lists the surveys with this key; returns "ok" or the error code."""
    response = server().get("/v1/surveys", headers={"Authorization": f"Bearer {key}"})
    assert response.json is not None
    return str(response.json.get("code", "ok"))
