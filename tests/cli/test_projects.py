"""Commands that list, change, name and delete projects."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from sayso_server.administration import deletion
from sayso_server.app import create_app
from sayso_server.dependencies import dependencies
from sayso_server.settings import from_environment
from sayso_server.storage.projects import audit
from tests.cli.running import create, run, server, surveys_by

pytestmark = pytest.mark.usefixtures("data_dir")

NOBODY = "00000000-0000-0000-0000-000000000000"
ON_A_PROJECT = [
    ("keys",),
    ("create-key",),
    ("change-project", "--track", "e"),
    ("extend-project", "--track", "e"),
    ("pause-project",),
    ("rotate-identity",),
    ("login-link",),
    ("debug-token",),
    ("simulate", NOBODY),
    ("explain", "--person", "u_1"),
    ("delete-project", "--yes"),
]


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deletion, "GRACE", timedelta())


def listed() -> list[Any]:
    found: list[Any] = json.loads(run("projects", "--json").stdout)
    return found


def allowed(created: dict[str, str], origin: str) -> bool:
    path = f"/v1/p/{created['public_key']}/identify"
    reply = server().post(path, json={"visitor": "v" * 16}, headers={"Origin": origin})
    return reply.status_code == 200


def trail() -> list[tuple[str, str, str]]:
    with dependencies(create_app(from_environment())).store.read() as connection:
        rows = audit.latest(connection, None, 50)
    return [(row["action"], row["actor"], row["subject"]) for row in rows]


def test_projects_are_listed() -> None:
    assert "make one with `sayso create-project`" in run("projects").stdout
    shop, _ = create("Shop"), create("Other")
    run("change-project", "Other", "--track", "opened")
    run("pause-project", "Other")
    first, second = listed()
    assert (first["project"], first["public_key"]) == (shop["project"], shop["public_key"])
    assert (second["name"], second["tracked"], second["paused"]) == ("Other", ["opened"], True)
    printed = run("projects").stdout
    for said in (shop["project"], "Shop", "Other  (paused)", "collects opened", "https://shop"):
        assert said in printed


@pytest.mark.usefixtures("at_once")
def test_every_command_accepts_a_project_name() -> None:
    create("Shop")
    for name, *options in ON_A_PROJECT:
        done = run(name, " Shop", *options)
        got_further = ("Nothing is known of 'u_1'", "The project has no survey")
        assert done.exit_code == 0 or any(map(done.stderr.__contains__, got_further)), done.output


def test_an_ambiguous_name_is_refused_with_the_ids() -> None:
    create("Shop"), create("Twice"), create("Twice")
    for name, *options in ON_A_PROJECT:
        ambiguous = run(name, "Twice", *options)
        assert (ambiguous.exit_code, ambiguous.stdout) == (1, "")
    for project in listed():
        assert (project["project"] in ambiguous.stderr) == (project["name"] == "Twice")


def test_an_unknown_project_is_refused() -> None:
    create("Shop")
    for number, (name, *options) in enumerate(ON_A_PROJECT):
        result = run(name, (NOBODY, "shop")[number % 2], *options)
        assert (result.exit_code, result.stdout) == (1, "")
        assert "There is no project" in result.stderr
        assert "`sayso projects` lists them" in result.stderr


def test_a_project_is_renamed() -> None:
    create("Shop")
    assert run("change-project", "Shop", "--name", " Store ").exit_code == 0
    assert [one["name"] for one in listed()] == ["Store"]
    assert run("change-project", "Store", "--name", " ").exit_code == 1


def test_origins_and_events_are_added_and_removed() -> None:
    created = create()
    old, new = "https://shop.example", "https://*.new.example"
    add = ("--origin", new, "--track", "opened", "--track", "closed")
    assert run("change-project", "Shop", *add).exit_code == 0
    assert [allowed(created, one) for one in (old, "https://a.new.example")] == [True, True]
    remove = ("--remove-origin", f"{old}/", "--untrack", "opened")
    assert run("change-project", "Shop", *remove).exit_code == 0
    assert [allowed(created, one) for one in (old, "https://a.new.example")] == [False, True]
    (project,) = listed()
    assert (project["origins"], project["tracked"]) == ([new], ["closed"])
    rules = server().get(f"/v1/p/{created['public_key']}/rules.json").json
    assert rules is not None
    assert (rules["tracked"], rules["version"]) == (["closed"], 3)


def test_an_origin_is_replaced_in_one_step() -> None:
    headers = {"Authorization": f"Bearer {create()['secret_key']}"}
    pages = [{"match": "prefix", "value": "https://shop.example/pay"}]
    server().put("/v1/policy", json={"excluded_pages": pages}, headers=headers)
    change = ("--remove-origin", "https://shop.example", "--origin", "https://new.example")
    done = run("change-project", "Shop", *change)
    assert done.exit_code == 0
    assert "Warning: The excluded page 'https://shop.example/pay' lies on" in done.stderr
    assert listed()[0]["origins"] == ["https://new.example"]


IMPOSSIBLE = [
    (("--remove-origin", "https://shop.example"), 1, "needs at least one origin"),
    (("--remove-origin", "https://a.example"), 1, "it has https://shop.example"),
    (("--untrack", "opened"), 1, "is no collected event of the project; it has none"),
    (("--origin", "https://*.com"), 2, "put a domain of your own"),
    (("--origin", "shop.example"), 2, "write scheme and host only"),
    (("--track", ""), 2, "no usable name"),
]


def test_an_impossible_change_is_refused_and_changes_nothing() -> None:
    create()
    before = listed()
    for options, code, said in IMPOSSIBLE:
        result = run("change-project", "Shop", *options, "--name", "Store")
        assert (result.exit_code, result.stdout) == (code, ""), result.output
        assert said in result.stderr
    assert listed() == before


@pytest.mark.usefixtures("at_once")
@pytest.mark.parametrize("how", [{"typed": "Shop\n"}, {"options": ("--yes",)}])
def test_delete_project_deletes_everything(how: Any, data_dir: Path) -> None:
    created, other = create("Shop"), create("Other")
    result = run("delete-project", "Shop", *how.get("options", ()), typed=how.get("typed"))
    assert result.exit_code == 0, result.output
    assert "Shop is gone with everything it held." in result.stdout
    assert [one["project"] for one in listed()] == [other["project"]]
    assert [surveys_by(one["secret_key"]) for one in (created, other)] == ["unauthorized", "ok"]
    rules = server().get(f"/v1/p/{created['public_key']}/rules.json")
    assert rules.status_code == 404
    assert trail()[0] == ("project_deleted", "command", "Shop")


def test_nothing_is_deleted_without_the_right_name() -> None:
    created = create()
    for typed in ("", "\n", "shop\n", "y\n"):
        result = run("delete-project", created["project"], typed=typed)
        assert result.exit_code == 1
    assert [one["name"] for one in listed()] == ["Shop"]


def test_the_audit_trail_records_each_change_once() -> None:
    create()
    run("change-project", "Shop", "--track", "e")
    run("pause-project", "Shop")
    run("pause-project", "Shop")
    run("debug-token", "Shop")
    assert trail() == [
        ("debug_token_made", "command", "Shop"),
        ("project_changed", "command", "Shop"),
        ("project_changed", "command", "Shop"),
        ("project_created", "command", "Shop"),
    ]
