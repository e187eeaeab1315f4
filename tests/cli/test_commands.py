"""Other `sayso` commands."""

import fcntl
import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from sayso_server.app import create_app
from sayso_server.dependencies import dependencies
from sayso_server.settings import from_environment
from sayso_server.storage.projects import projects
from tests.cli.running import create, run, server


@pytest.mark.usefixtures("data_dir")
def test_create_project_prints_every_key_once() -> None:
    created = create()
    assert set(created) == {"project", "public_key", "secret_key", "identity_secret"}
    assert created["public_key"].startswith("pk_")
    assert created["secret_key"].startswith("sk_")
    assert created["identity_secret"].startswith("is_")


def test_the_database_contains_no_secret(data_dir: Path) -> None:
    created = create()
    stored = b"".join(path.read_bytes() for path in data_dir.glob("sayso.db*"))
    assert created["public_key"].encode() in stored
    assert created["secret_key"].encode() not in stored
    assert created["identity_secret"].rpartition("_")[2].encode() not in stored


@pytest.mark.usefixtures("data_dir")
@pytest.mark.parametrize(
    "origin",
    [
        "shop.example",
        "https://",
        "ftp://a",
        "https://a/path",
        "https://a?x",
        "https://user@a",
        "https://a:b",
        "https://:80",
        "https://[",
    ],
)
def test_an_invalid_origin_is_refused_with_the_remedy(origin: str) -> None:
    result = run("create-project", "Shop", "--origin", origin)
    assert result.exit_code == 2
    assert "write scheme and host only" in result.stderr


@pytest.mark.parametrize(
    ("origin", "sent"),
    [
        ("https://Shop.example:443/", "https://shop.example"),
        ("http://shop.example:80", "http://shop.example"),
        ("http://shop.example:8080", "http://shop.example:8080"),
        ("https://bücher.example", "https://xn--bcher-kva.example"),
        ("http://[::1]:3000", "http://[::1]:3000"),
    ],
)
@pytest.mark.usefixtures("data_dir")
def test_an_origin_is_stored_as_browsers_send_it(origin: str, sent: str) -> None:
    created = json.loads(run("create-project", "Shop", "--origin", origin, "--json").stdout)
    reply = server().post(
        f"/v1/p/{created['public_key']}/identify",
        json={"visitor": "v" * 16},
        headers={"Origin": sent},
    )
    assert reply.status_code == 200, reply.text


@pytest.mark.usefixtures("data_dir")
def test_a_paused_project_has_no_live_survey_until_it_is_resumed() -> None:
    created = create()
    headers = {"Authorization": f"Bearer {created['secret_key']}"}
    draft = {"name": "x", "template": "csat", "trigger": {"event": "e"}}
    made = server().post("/v1/surveys", json=draft, headers=headers).json
    assert made is not None
    server().post(f"/v1/surveys/{made['id']}/publish", headers=headers)
    events, versions = [], []
    for arguments in ([], ["pause-project"], ["pause-project", "--resume"]):
        if arguments:
            assert run(*arguments, created["project"]).exit_code == 0
        rules = server().get(f"/v1/p/{created['public_key']}/rules.json").json
        assert rules is not None
        events.append(rules["events"])
        versions.append(rules["version"])
    assert events == [["e"], [], ["e"]]
    assert versions == sorted(set(versions))


@pytest.mark.usefixtures("data_dir")
def test_create_project_sets_the_cool_down() -> None:
    options = ("--origin", "https://shop.example:8443", "--cool-down-days", "30", "--json")
    created = json.loads(run("create-project", "Shop", *options).stdout)
    with dependencies(create_app(from_environment())).store.read() as connection:
        project = projects.by_public_key(connection, created["public_key"])
    assert project is not None
    assert project.policy == {"cool_down_days": 30}
    assert project.origins == {"https://shop.example:8443"}


@pytest.mark.usefixtures("data_dir")
@pytest.mark.parametrize(("options", "kept"), [((), "en"), (("--language", "PT-br"), "pt-BR")])
def test_create_project_sets_the_language_of_plain_texts(
    options: tuple[str, ...], kept: str
) -> None:
    made = run("create-project", "Shop", "--origin", "https://shop.example", "--json", *options)
    key = json.loads(made.stdout)["secret_key"]
    survey = {"name": "x", "template": "nps", "trigger": {"event": "e"}, "why": "Porque."}
    reply = server().post("/v1/surveys", json=survey, headers={"Authorization": f"Bearer {key}"})
    assert reply.status_code == 201
    assert json.loads(reply.data)["why"] == {kept: "Porque."}


@pytest.mark.usefixtures("data_dir")
def test_the_language_of_a_project_can_be_changed() -> None:
    project = create()["project"]
    assert run("change-project", project, "--language", "PT-br").exit_code == 0
    (stands,) = json.loads(run("projects", "--json").stdout)
    assert stands["language"] == "pt-BR"
    refused = run("change-project", project, "--language", "jp")
    assert (refused.exit_code, refused.stdout) == (2, "")


@pytest.mark.usefixtures("data_dir")
def test_an_invalid_language_is_refused_before_anything_is_created() -> None:
    refused = run("create-project", "Shop", "--origin", "https://shop.example", "--language", "jp")
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert "The language is 'jp'. `jp` is no language; send a code of ISO 639" in refused.stderr


@pytest.mark.usefixtures("data_dir")
def test_a_login_links_secret_is_in_the_fragment() -> None:
    link = run("login-link", create()["project"]).stdout.strip()
    address, secret = link.split("#")
    assert address == "http://127.0.0.1:8300/login"
    assert len(secret) >= 32
    own = {"Sec-Fetch-Site": "same-origin"}
    assert server().post("/login", data={"secret": link}, headers=own).location == "/results"


@pytest.mark.usefixtures("data_dir")
def test_db_upgrade_can_be_repeated() -> None:
    for _ in range(2):
        assert run("db", "upgrade").output == "The schema is up to date.\n"


def test_vacuum_removes_deleted_bytes(data_dir: Path) -> None:
    run("db", "upgrade")
    path = data_dir / "sayso.db"
    with closing(sqlite3.connect(path)) as raw:  # deletes as SQLite does without our settings
        raw.execute("PRAGMA secure_delete=OFF")
        raw.execute("CREATE TABLE t (a)")
        raw.execute("INSERT INTO t VALUES ('mine-alone')")
        raw.execute("DROP TABLE t")
        raw.commit()
    assert b"mine-alone" in b"".join(file.read_bytes() for file in data_dir.glob("sayso.db*"))
    assert run("db", "vacuum").exit_code == 0
    assert b"mine-alone" not in b"".join(file.read_bytes() for file in data_dir.glob("sayso.db*"))


def test_a_wrong_setting_gives_a_one_line_error(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SAYSO_DATABASE_URL", "mysql://x")
    result = run("db", "upgrade")
    assert result.exit_code == 2
    assert result.stderr.startswith("sayso: SAYSO_DATABASE_URL begins with 'mysql'")


@pytest.mark.usefixtures("data_dir")
def test_several_workers_on_sqlite_are_refused_with_the_remedy() -> None:
    result = run("serve", "--port", "0", "--workers", "2")
    assert result.exit_code == 2
    assert "PostgreSQL" in result.stderr


def test_several_workers_without_redis_are_refused_with_the_remedy(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SAYSO_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")
    monkeypatch.setenv("SAYSO_SECRET_KEY", "k" * 32)
    result = run("serve", "--port", "0", "--workers", "2")
    assert result.exit_code == 2
    assert "SAYSO_REDIS_URL" in result.stderr


def test_a_second_server_on_a_data_directory_is_refused(data_dir: Path) -> None:
    with (data_dir / "serve.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        result = run("serve", "--port", "0")
    assert result.exit_code == 2
    assert f"Another `sayso serve` uses {data_dir}" in result.stderr
