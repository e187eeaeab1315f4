"""`sayso …` on the command line."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from sayso_server.app import create_app
from sayso_server.cli.commands import sayso
from sayso_server.settings import from_environment


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
@pytest.mark.parametrize("origin", ["shop.example", "https://", "ftp://a", "https://a/path"])
def test_an_origin_that_is_none_is_refused_with_the_remedy(origin: str) -> None:
    result = run("create-project", "Shop", "--origin", origin)
    assert result.exit_code == 2
    assert "write scheme and host only" in result.stderr


@pytest.mark.usefixtures("data_dir")
def test_a_project_that_does_not_exist_is_said_so() -> None:
    for command in ("create-key", "pause-project", "rotate-identity", "login-link"):
        result = run(command, "00000000-0000-0000-0000-000000000000")
        assert (result.exit_code, result.stdout) == (1, "")
        assert "There is no project" in result.stderr


@pytest.mark.usefixtures("data_dir")
def test_keys_are_made_rotated_and_revoked() -> None:
    project = create()["project"]
    key = run("create-key", project, "--scope", "read").stdout.strip()
    assert key.startswith("sk_")
    assert run("revoke-key", key).exit_code == 0
    fresh = run("rotate-identity", project).stdout.strip()
    assert fresh.startswith("is_")
    retired = run("rotate-identity", project, "--retire", fresh.split("_")[1])
    assert "refused from now on" in retired.stdout


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
    new = {"Origin": "https://new.example"}
    assert client.post(f"/v1/p/{created['public_key']}/decide", headers=new).status_code == 400


@pytest.mark.usefixtures("data_dir")
def test_a_login_link_keeps_its_secret_out_of_what_a_server_logs() -> None:
    link = run("login-link", create()["project"]).stdout.strip()
    address, secret = link.split("#")
    assert address == "http://127.0.0.1:8300/login"
    assert len(secret) >= 32


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
