"""Running `sayso …` in the test's own process."""

import json

from click.testing import CliRunner, Result
from flask.testing import FlaskClient

from sayso_server.app import create_app
from sayso_server.cli.commands import sayso
from sayso_server.settings import from_environment


def run(*arguments: str, typed: str | None = None) -> Result:
    """What a command comes to; `typed` is what its standard input holds."""
    return CliRunner().invoke(sayso, arguments, input=typed)


def create(name: str = "Shop") -> dict[str, str]:
    """A project; what the command printed."""
    result = run("create-project", name, "--origin", "https://Shop.example/", "--json")
    assert result.exit_code == 0, result.output
    created: dict[str, str] = json.loads(result.stdout)
    return created


def server() -> FlaskClient:
    """A server that starts now, in the same place."""
    return create_app(from_environment()).test_client()


def surveys_by(key: str) -> str:
    """What listing the surveys with this key comes to: ok, or an error's code."""
    response = server().get("/v1/surveys", headers={"Authorization": f"Bearer {key}"})
    assert response.json is not None
    return str(response.json.get("code", "ok"))
