"""`sayso …` on the command line."""

import fcntl
import json
import time
from pathlib import Path

import jwt
import pytest
from click.testing import CliRunner, Result
from flask.testing import FlaskClient

from sayso_server.app import create_app
from sayso_server.cli.commands import sayso
from sayso_server.parts import parts
from sayso_server.settings import from_environment
from sayso_server.storage import projects


@pytest.fixture
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SAYSO_DATA_DIR", str(tmp_path))
    monkeypatch.delenv("SAYSO_DATABASE_URL", raising=False)
    return tmp_path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(sayso, arguments)


def create() -> dict[str, str]:
    result = run("create-project", "Shop", "--origin", "https://Shop.example/", "--json")
    assert result.exit_code == 0, result.output
    created: dict[str, str] = json.loads(result.stdout)
    return created


@pytest.mark.usefixtures("data_dir")
def test_create_project_prints_every_key_once() -> None:
    created = create()
    assert set(created) == {"project", "public_key", "secret_key", "identity_secret"}
    assert created["public_key"].startswith("pk_")
    assert created["secret_key"].startswith("sk_")
    assert created["identity_secret"].startswith("is_")


def test_no_secret_lies_in_the_database(data_dir: Path) -> None:
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
def test_an_origin_that_is_none_is_refused_with_the_remedy(origin: str) -> None:
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
def test_an_origin_is_kept_as_browsers_send_it(origin: str, sent: str) -> None:
    created = json.loads(run("create-project", "Shop", "--origin", origin, "--json").stdout)
    reply = server().post(
        f"/v1/p/{created['public_key']}/identify",
        json={"visitor": "v" * 16},
        headers={"Origin": sent},
    )
    assert reply.status_code == 200, reply.text


@pytest.mark.usefixtures("data_dir")
def test_a_key_that_is_none_is_not_said_to_be_revoked() -> None:
    created = create()
    unknown = run("revoke-key", created["secret_key"][:-1])
    assert (unknown.exit_code, unknown.stdout) == (1, "")
    unknown = run("rotate-identity", created["project"], "--retire", "00000000")
    assert (unknown.exit_code, unknown.stdout) == (1, "")


@pytest.mark.usefixtures("data_dir")
def test_a_project_that_does_not_exist_is_said_so() -> None:
    commands = "create-key", "extend-project", "pause-project", "rotate-identity", "login-link"
    for command in commands:
        result = run(command, "00000000-0000-0000-0000-000000000000")
        assert (result.exit_code, result.stdout) == (1, "")
        assert "There is no project" in result.stderr


def server() -> FlaskClient:
    """A server that starts now, in the same place."""
    return create_app(from_environment()).test_client()


def surveys_by(key: str) -> str:
    """What listing the surveys with this key comes to: ok, or an error's code."""
    response = server().get("/v1/surveys", headers={"Authorization": f"Bearer {key}"})
    assert response.json is not None
    return str(response.json.get("code", "ok"))


@pytest.mark.usefixtures("data_dir")
def test_a_key_may_do_what_it_was_made_for_until_it_is_revoked() -> None:
    created = create()
    key = run("create-key", created["project"], "--scope", "read").stdout.strip()
    other = run("create-key", created["project"]).stdout.strip()
    keys = [created["secret_key"], key, other]
    assert [surveys_by(one) for one in keys] == ["ok", "ok", "scope_missing"]
    assert run("revoke-key", key).exit_code == 0
    assert [surveys_by(one) for one in keys] == ["ok", "unauthorized", "scope_missing"]


@pytest.mark.usefixtures("data_dir")
def test_an_identity_secret_proves_users_until_it_is_retired() -> None:
    created = create()
    fresh = run("rotate-identity", created["project"]).stdout.strip()

    def proves(secret: str) -> bool:
        _, kid, key = secret.split("_", 2)
        now = int(time.time())
        claims = {"sub": "u", "aud": created["public_key"], "iat": now, "exp": now + 60}
        token = jwt.encode(claims, key, headers={"kid": kid})
        body = {"visitor": "v" * 16, "token": token}
        headers = {"Origin": "https://shop.example"}
        path = f"/v1/p/{created['public_key']}/identify"
        return server().post(path, json=body, headers=headers).status_code == 200

    secrets = [created["identity_secret"], fresh]
    assert [proves(secret) for secret in secrets] == [True, True]
    old = created["identity_secret"].split("_")[1]
    retired = run("rotate-identity", created["project"], "--retire", old)
    assert "refused from now on" in retired.stdout
    assert [proves(secret) for secret in secrets] == [False, True]


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
def test_a_project_waits_as_long_between_surveys_as_it_was_made_to() -> None:
    options = ("--origin", "https://shop.example:8443", "--cool-down-days", "30", "--json")
    created = json.loads(run("create-project", "Shop", *options).stdout)
    with parts(create_app(from_environment())).store.read() as connection:
        project = projects.by_public_key(connection, created["public_key"])
    assert project is not None
    assert project.policy == {"cool_down_days": 30}
    assert project.origins == {"https://shop.example:8443"}


@pytest.mark.usefixtures("data_dir")
@pytest.mark.parametrize(("options", "kept"), [((), "en"), (("--language", "PT-br"), "pt-BR")])
def test_a_project_has_the_language_of_its_plain_texts(options: tuple[str, ...], kept: str) -> None:
    made = run("create-project", "Shop", "--origin", "https://shop.example", "--json", *options)
    key = json.loads(made.stdout)["secret_key"]
    survey = {"name": "x", "template": "nps", "trigger": {"event": "e"}, "why": "Porque."}
    reply = server().post("/v1/surveys", json=survey, headers={"Authorization": f"Bearer {key}"})
    assert reply.status_code == 201
    assert json.loads(reply.data)["why"] == {kept: "Porque."}


@pytest.mark.usefixtures("data_dir")
def test_a_language_that_is_none_is_refused_before_anything_is_made() -> None:
    refused = run("create-project", "Shop", "--origin", "https://shop.example", "--language", "jp")
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert "--language is 'jp'. `jp` is no language; send a code of ISO 639" in refused.stderr


def test_a_project_is_extended_by_origins_and_events(data_dir: Path) -> None:
    created = create()
    extended = run(
        *("extend-project", created["project"]),
        *("--origin", "https://new.example", "--track", "opened"),
    )
    assert extended.exit_code == 0
    client = create_app(from_environment()).test_client()
    rules = client.get(f"/v1/p/{created['public_key']}/rules.json").json
    assert rules is not None
    assert (rules["tracked"], rules["version"]) == (["opened"], 2)
    for origin in ("https://new.example", "https://shop.example"):
        headers = {"Origin": origin}
        response = client.post(f"/v1/p/{created['public_key']}/decide", headers=headers)
        assert response.status_code == 400
    run("extend-project", created["project"], "--track", "closed")
    rules = server().get(f"/v1/p/{created['public_key']}/rules.json").json
    assert rules is not None
    assert rules["tracked"] == ["closed", "opened"]


@pytest.mark.usefixtures("data_dir")
def test_a_login_link_keeps_its_secret_out_of_what_a_server_logs() -> None:
    link = run("login-link", create()["project"]).stdout.strip()
    address, secret = link.split("#")
    assert address == "http://127.0.0.1:8300/login"
    assert len(secret) >= 32
    own = {"Sec-Fetch-Site": "same-origin"}
    assert server().post("/login", data={"secret": link}, headers=own).location == "/results"


@pytest.mark.usefixtures("data_dir")
def test_the_schema_can_be_brought_up_again_and_again() -> None:
    for _ in range(2):
        assert run("db", "upgrade").output == "The schema is up to date.\n"


def test_a_wrong_setting_is_one_plain_sentence(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SAYSO_DATABASE_URL", "mysql://x")
    result = run("db", "upgrade")
    assert result.exit_code == 2
    assert result.stderr.startswith("sayso: SAYSO_DATABASE_URL begins with 'mysql'")


@pytest.mark.usefixtures("data_dir")
def test_several_workers_on_sqlite_are_refused_with_the_remedy() -> None:
    result = run("serve", "--workers", "2")
    assert result.exit_code == 2
    assert "PostgreSQL" in result.stderr


def test_several_workers_without_redis_are_refused_with_the_remedy(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SAYSO_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")
    result = run("serve", "--workers", "2")
    assert result.exit_code == 2
    assert "SAYSO_REDIS_URL" in result.stderr


def test_a_second_server_on_one_data_directory_is_refused(data_dir: Path) -> None:
    with (data_dir / "serve.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        result = run("serve", "--port", "0")
    assert result.exit_code == 2
    assert f"Another `sayso serve` uses {data_dir}" in result.stderr
