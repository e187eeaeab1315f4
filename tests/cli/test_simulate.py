"""`sayso simulate` prints what a draft would have done."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from click.testing import CliRunner, Result

from sayso_server.app import create_app
from sayso_server.cli.commands import sayso
from sayso_server.settings import from_environment


class Shop:
    """A project with three orders and a draft, in the commands' data directory."""

    def __init__(self) -> None:
        made = run("create-project", "Shop", "--origin", "https://shop.example", "--json")
        keys = json.loads(made.stdout)
        self.project = keys["project"]
        self._headers = {"Authorization": f"Bearer {keys['secret_key']}"}
        self._client: Any = create_app(from_environment()).test_client()
        self.survey = self.draft({"event": "order_completed"})
        for user in ("u_1", "u_2", "u_1"):
            self._track(user)

    def draft(self, trigger: dict[str, Any]) -> str:
        survey = {"name": "Loyalty", "template": "nps", "trigger": trigger}
        return str(self._post("/v1/surveys", survey)["id"])

    def _track(self, user: str) -> None:
        at = datetime.now(UTC) - timedelta(seconds=5)
        event = {"id": uuid4().hex, "name": "order_completed", "user_id": user}
        self._post("/v1/events", {"events": [{**event, "at": at.isoformat()}]})

    def _post(self, path: str, body: Any) -> Any:
        return self._client.post(path, json=body, headers=self._headers).json


def run(*arguments: str) -> Result:
    return CliRunner().invoke(sayso, arguments)


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shop:
    monkeypatch.setenv("SAYSO_DATA_DIR", str(tmp_path))
    monkeypatch.delenv("SAYSO_DATABASE_URL", raising=False)
    return Shop()


def test_the_output_counts_asks_and_reasons_against_others(shop: Shop) -> None:
    result = run("simulate", shop.project, shop.survey)
    assert result.exit_code == 0, result.output
    assert "3 events of 2 people" in result.stdout
    assert "Asked: 2 times, 2 people, 2.0 a day." in result.stdout
    assert "1 time, 1 person: already_asked." in result.stdout
    assert "± 10 points: in 317 days, with 30 % answering (assumed)" in result.stdout
    assert "Taken for granted:" in result.stdout
    assert "Replaying" in result.stderr


def test_json_output_equals_the_api_reply(shop: Shop) -> None:
    result = run("simulate", shop.project, shop.survey, "--days", "7", "--json")
    said = json.loads(result.stdout)
    assert (said["asks"]["total"], said["asks"]["people"]) == (2, 2)
    since, until = (datetime.fromisoformat(said["span"][end]) for end in ("from", "to"))
    assert until - since == timedelta(days=7)


def test_an_unsupported_trigger_is_refused_with_the_remedy(shop: Shop) -> None:
    result = run("simulate", shop.project, shop.draft({"kind": "page_view"}))
    assert (result.exit_code, result.stdout) == (1, "")
    assert "Track an event" in result.stderr


def test_an_unknown_project_or_survey_is_refused(shop: Shop) -> None:
    nobody = str(uuid4())
    assert "There is no project" in run("simulate", nobody, shop.survey).stderr
    assert "The project has no survey" in run("simulate", shop.project, nobody).stderr
