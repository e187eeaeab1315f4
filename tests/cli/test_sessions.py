"""`sayso sessions`, `sayso end-session` and `sayso audit`."""

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask.testing import FlaskClient

from sayso_server.app import create_app
from sayso_server.cli.commands import sayso
from sayso_server.dependencies import dependencies
from sayso_server.settings import from_environment
from sayso_server.storage.projects import audit
from sayso_server.storage.projects.audit import Action, Entry

OWN = {"Sec-Fetch-Site": "same-origin", "User-Agent": "Firefox/140.0 \x1b]0;evil\x07 Linux"}


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("SAYSO_DATA_DIR", str(tmp_path))
    monkeypatch.delenv("SAYSO_DATABASE_URL", raising=False)
    made = run("create-project", "Shop", "--origin", "https://shop.example", "--json")
    # Projects from before the rule for names may have such a name.
    with dependencies(create_app(from_environment())).store.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE projects SET name = ?", ("Shop\x1b[31m",))
    return str(json.loads(made.stdout)["project"])


def run(*arguments: str) -> Result:
    return CliRunner().invoke(sayso, arguments)


def log_in(project: str) -> FlaskClient:
    link = run("login-link", project).stdout.strip()
    browser = create_app(from_environment()).test_client()
    assert browser.post("/login", data={"secret": link}, headers=OWN).status_code == 303
    return browser


def test_sessions_are_listed_and_ended_by_id(project: str) -> None:
    assert run("sessions").stdout == "Nobody is logged in.\n"
    browser, other = log_in(project), log_in(project)
    listed = run("sessions", project).stdout.splitlines()
    assert len(listed) == 2
    found = re.fullmatch(
        r"([0-9a-f-]{36})  since ([\d-]+ [\d:]+), last seen \2 UTC  Firefox on Linux  "
        r"Shop\\x1b\[31m",
        listed[0],
    )
    assert found
    assert run("end-session", found[1]).stdout == "The session is ended.\n"
    assert [one.get("/results").status_code for one in (browser, other)] == [303, 200]
    assert run("sessions").stdout.splitlines() == listed[1:]
    again = run("end-session", found[1])
    assert (again.exit_code, again.stdout) == (1, "")
    assert "There is no open session" in again.stderr


def test_sessions_refuses_an_unknown_project(project: str) -> None:
    unknown = run("sessions", project[::-1][:8] + project[8:])
    assert unknown.exit_code == 1
    assert "There is no project" in unknown.stderr


def test_audit_prints_newest_first_by_project_or_as_json(project: str) -> None:
    log_in(project)
    elsewhere = Entry(Action.PROJECT_CREATED, audit.COMMAND, "Other")
    with dependencies(create_app(from_environment())).store.engine.begin() as connection:
        audit.record(connection, elsewhere, dependencies(create_app(from_environment())).clock())
    told = run("audit", project).stdout.splitlines()
    assert [line.split("  ")[1] for line in told][:2] == ["logged_in", "login_link_made"]
    assert re.fullmatch(
        rf"[\d-]+ [\d:]+ UTC  logged_in  by session [0-9a-f-]{{36}}  in project {project}  "
        r'\{"browser": "Firefox on Linux", "address": "127.0.0.1"\}',
        told[0],
    )
    entries = json.loads(run("audit", "--json").stdout)
    assert [entry["subject"] for entry in entries][:1] == ["Other"]
    assert set(entries[0]) == {"at", "action", "actor", "subject", "project", "details"}
    assert len(entries) == len(told) + 1


def test_audit_prints_the_requested_days(project: str) -> None:
    run("login-link", project)
    assert "login_link_made" in run("audit", project, "--days", "1").stdout
    store = dependencies(create_app(from_environment())).store
    with store.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE audit SET at = '2020-01-01 00:00:00.000000'")
    assert run("audit", project).stdout == "Nothing was recorded in the last 30 days.\n"
    assert run("audit", "--days", "0").exit_code == 2
    assert run("audit", "--days", "401").exit_code == 2


@pytest.mark.parametrize(
    "odd", ["\x1b]0;evil\x07", "a\nb", "\u202egnp.exe", "\u2028", 'a"  by command']
)
@pytest.mark.usefixtures("project")
def test_stored_texts_are_escaped_for_terminal_and_columns(odd: str) -> None:
    entry = Entry(Action.SEGMENT_CHANGED, "key abcd", odd, details={odd: odd})
    application = dependencies(create_app(from_environment()))
    with application.store.engine.begin() as connection:
        audit.record(connection, entry, application.clock())
    told = run("audit", "--days", "1").stdout.splitlines()[0]
    assert told.isprintable()
    assert odd not in told
    assert re.match(r'[\d-]+ [\d:]+ UTC  segment_changed  "(\\.|[^"])+"  by key abcd  \{', told)
    assert odd not in run("audit", "--json").stdout
