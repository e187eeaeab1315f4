"""The first log line of `sayso serve`, and the addresses that it listens on."""

import json
import re
from urllib.parse import urlsplit

import pytest
import urllib3
from click.testing import CliRunner

from sayso_server.cli.commands import sayso
from tests.serve.conftest import Started

TIME = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d{4}"


def test_the_first_line_names_version_address_and_database(served: Started) -> None:
    port = urlsplit(served.url).port
    line = served.log.splitlines()[0]
    assert re.fullmatch(
        rf"{TIME} INFO sayso: Sayso 0\.1\.0 serves http://\[::1\]:{port}, "
        rf"listening at http://\[::1\]:{port}; database {served.data_dir}/sayso\.db; "
        r"1 worker; trusted proxies: 0",
        line,
    ), line


def test_a_server_on_all_addresses_is_reachable_over_ipv4_and_ipv6(served: Started) -> None:
    port = urlsplit(served.url).port
    for host in ("[::1]", "127.0.0.1", "localhost"):
        reply = urllib3.request("GET", f"http://{host}:{port}/healthz", retries=False)
        assert reply.status == 200


def test_only_its_user_can_read_the_servers_files(served: Started) -> None:
    assert served.data_dir.stat().st_mode & 0o777 == 0o700
    modes = {path.name: path.stat().st_mode & 0o777 for path in served.data_dir.iterdir()}
    assert set(modes) >= {"sayso.db", "secret_key", "serve.lock"}
    assert set(modes.values()) == {0o600}


def test_links_from_commands_point_to_the_servers_address(
    served: Started, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SAYSO_DATA_DIR", str(served.data_dir))
    options = ("--origin", "https://a.example", "--json")
    made = CliRunner().invoke(sayso, ["create-project", "Shop", *options])
    link = CliRunner().invoke(sayso, ["login-link", json.loads(made.stdout)["project"]])
    assert link.stdout.startswith(f"{served.url}/login#")
    servers = json.loads(served.get("/v1/openapi.json").data)["servers"]
    assert servers == [{"url": served.url}]
