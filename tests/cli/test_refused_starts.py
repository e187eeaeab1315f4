"""A server or command that cannot start prints one sentence, never a stack trace.

`sayso serve` and every other command open the database in the same way, so the tests run only some
of them in a separate process.
"""

import os
import socket
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import create_engine

from demo.sayso_command import SAYSO
from sayso_server.cli.commands import sayso
from sayso_server.storage.database import opening
from sayso_server.storage.database.store import Store
from tests.servers import free_port

KEY = "k" * 32
PROJECT = "00000000-0000-0000-0000-000000000001"
COMMANDS = [
    ["serve", "--port", "0"],
    ["db", "upgrade"],
    ["create-project", "Shop", "--origin", "https://shop.example"],
    ["extend-project", PROJECT, "--track", "opened"],
    ["create-key", PROJECT],
    ["revoke-key", PROJECT],
    ["rotate-identity", PROJECT],
    ["pause-project", PROJECT],
    ["login-link", PROJECT],
    ["explain", PROJECT, "--person", "u_1"],
    ["debug-token", PROJECT],
    ["simulate", PROJECT, PROJECT],
]


@pytest.fixture
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SAYSO_DATA_DIR", str(tmp_path / "data"))
    for name in ("SAYSO_DATABASE_URL", "SAYSO_SECRET_KEY", "SAYSO_PUBLIC_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(opening, "TIMEOUT", 0.1)
    return tmp_path / "data"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(sayso, arguments)


def refusal(*arguments: str, **environment: str) -> str:
    """Runs a command that must fail; returns its one-line error."""
    result = CliRunner(env=environment).invoke(sayso, arguments)
    assert result.exit_code in (1, 2), result.output
    assert isinstance(result.exception, SystemExit), result.exception
    (said,) = [line for line in result.stderr.splitlines() if "Trying for" not in line]
    assert said.startswith("sayso: ")
    return said


def in_a_process_of_its_own(*arguments: str, **environment: str) -> str:
    """Runs a command in a separate process, with file permissions enforced even for root. Returns
    the last line of stderr."""
    plain = ["setpriv", "--bounding-set", "-dac_override,-dac_read_search"]
    done = subprocess.run(
        [*(plain if os.geteuid() == 0 else []), SAYSO, *arguments],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode in (1, 2), done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    return done.stderr.splitlines()[-1]


# --- The key ----------------------------------------------------------------------------------


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
def test_no_command_starts_with_a_lost_key(data_dir: Path, command: list[str]) -> None:
    data_dir.mkdir()
    (data_dir / "sayso.db").write_bytes(b"SQLite format 3\x00")
    said = refusal(*command)
    assert f"The secret key of the database {data_dir}/sayso.db is lost" in said
    assert "Restore that file from a backup, or give the key by SAYSO_SECRET_KEY" in said


@pytest.mark.parametrize("command", COMMANDS[:3], ids=lambda command: command[0])
def test_no_command_starts_with_another_key(data_dir: Path, command: list[str]) -> None:
    assert run("db", "upgrade").exit_code == 0
    said = refusal(*command, SAYSO_SECRET_KEY=KEY)
    assert "The secret key is not the one that this database was made with" in said
    assert "set SAYSO_SECRET_KEY to that key, the same on every node" in said


def test_the_error_on_a_second_node_without_the_key_names_the_setting(
    data_dir: Path, postgres_url: str
) -> None:
    first = Store(create_engine(postgres_url), KEY.encode())
    opening.open_database(first, KEY.encode(), print)
    first.engine.dispose()
    for command in COMMANDS[:2]:
        said = refusal(*command, SAYSO_DATABASE_URL=postgres_url)
        assert "the secret key must be given by SAYSO_SECRET_KEY, the same on every node" in said
    said = refusal("db", "upgrade", SAYSO_DATABASE_URL=postgres_url, SAYSO_SECRET_KEY="n" * 32)
    assert "The secret key is not the one that this database was made with" in said
    assert not data_dir.exists()


@pytest.mark.parametrize("content", ["", "0123456789abcdef", "0" * 63])
def test_no_command_starts_with_a_damaged_key(data_dir: Path, content: str) -> None:
    data_dir.mkdir()
    (data_dir / "secret_key").write_text(content)
    for command in COMMANDS[:2]:
        said = refusal(*command)
        assert f"The secret key in {data_dir}/secret_key cannot be used" in said


def test_change_key_asks_for_confirmation_and_names_the_cost(data_dir: Path) -> None:
    assert run("db", "upgrade").exit_code == 0
    (data_dir / "secret_key").write_text(f"{KEY}\n")
    asked = CliRunner().invoke(sayso, ["db", "change-key"], input="n\n")
    assert asked.exit_code == 1
    for cost in ("identity secrets of all projects", "links to answers", "erased people"):
        assert cost in asked.stdout
    assert "is not the one" in refusal("db", "upgrade")
    assert run("db", "change-key", "--yes").exit_code == 0
    assert run("db", "upgrade").exit_code == 0


# --- The database -----------------------------------------------------------------------------


@pytest.mark.parametrize("command", COMMANDS[1:], ids=lambda command: command[0])
def test_no_command_starts_without_postgresql(data_dir: Path, command: list[str]) -> None:
    url = f"postgresql://me:pass-word@127.0.0.1:{free_port()}/shop"
    said = refusal(*command, SAYSO_DATABASE_URL=url, SAYSO_SECRET_KEY=KEY)
    assert "cannot be reached" in said
    assert "Start it, or correct SAYSO_DATABASE_URL." in said
    assert "pass-word" not in said


def test_a_server_logs_at_once_that_it_waits_for_postgresql(data_dir: Path) -> None:
    """Only `make proof` waits the full 30 seconds."""
    url = f"postgresql://me:pass-word@127.0.0.1:{free_port()}/shop"
    environment = {"SAYSO_DATABASE_URL": url, "SAYSO_SECRET_KEY": KEY}
    with subprocess.Popen(
        [SAYSO, "serve", "--port", "0"],
        env=os.environ | environment,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stderr is not None
        said = process.stderr.readline()
        process.terminate()
        assert "Traceback" not in process.stderr.read()
    assert "WARNING sayso: PostgreSQL at postgresql://me@127.0.0.1:" in said
    assert said.endswith("Trying for 30 seconds.\n")


@pytest.mark.proof
def test_a_server_gives_up_after_30_seconds(data_dir: Path) -> None:
    url = f"postgresql://me:pass-word@127.0.0.1:{free_port()}/shop"
    environment = {"SAYSO_DATABASE_URL": url, "SAYSO_SECRET_KEY": KEY}
    said = in_a_process_of_its_own("serve", "--port", "0", **environment)
    assert said.endswith("Tried for 30 seconds.")


@pytest.mark.parametrize(
    "url",
    [
        "mysql://host/db",
        "postgresql+psycopg2://host/db",
        "shop.db",
        "postgresql://",
        "postgresql://host:port/db",
        "postgresql://[::1/db",
        "sqlite://",
        "sqlite:///:memory:",
        "sqlite:////tmp/x.db?timeout=soon",
    ],
)
def test_an_invalid_url_gives_a_one_line_error(data_dir: Path, url: str) -> None:
    for command in COMMANDS[:2]:
        said = refusal(*command, SAYSO_DATABASE_URL=url, SAYSO_SECRET_KEY=KEY)
        assert "SAYSO_DATABASE_URL" in said


# --- Files and ports --------------------------------------------------------------------------


def test_an_unwritable_directory_gives_a_one_line_error(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "secret_key").write_text(f"{KEY}\n")
    folder.chmod(0o500)
    said = in_a_process_of_its_own("db", "upgrade", SAYSO_DATA_DIR=str(folder))
    assert f"{folder}/sayso.db cannot be opened; name a file in a directory" in said
    said = in_a_process_of_its_own("serve", "--port", "0", SAYSO_DATA_DIR=str(folder))
    assert f"{folder}/serve.lock cannot be written (Permission denied)" in said


def test_an_unreadable_key_gives_a_one_line_error(tmp_path: Path) -> None:
    (tmp_path / "secret_key").write_text(f"{KEY}\n")
    (tmp_path / "secret_key").chmod(0)
    said = in_a_process_of_its_own("db", "upgrade", SAYSO_DATA_DIR=str(tmp_path))
    assert f"cannot be used (Permission denied: {tmp_path}/secret_key)" in said


def test_a_port_in_use_gives_a_one_line_error(data_dir: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        said = refusal("serve", "--port", str(port))
    assert said == (
        f"sayso: Cannot listen on port {port} of 127.0.0.1: another program uses that port; "
        "stop it, or name another --port"
    )
    assert not data_dir.exists()


@pytest.mark.parametrize("path", ["/v1", "/a/b", "/docs", "/results", "/assets"])
def test_a_public_path_that_hides_a_route_is_refused(data_dir: Path, path: str) -> None:
    said = refusal("serve", "--port", "0", SAYSO_PUBLIC_URL=f"https://shop.example{path}")
    assert "The path of SAYSO_PUBLIC_URL begins with /" in said
