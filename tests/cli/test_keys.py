"""Secret keys and identity keys on the command line."""

import json
import time
from typing import Any

import jwt
import pytest

from tests.cli.running import create, run, server, surveys_by

pytestmark = pytest.mark.usefixtures("data_dir")


def listed() -> Any:
    return json.loads(run("keys", "Shop", "--json").stdout)


def test_a_key_works_within_its_scopes_until_it_is_revoked() -> None:
    created = create()
    made = run("create-key", "Shop", "--scope", "read")
    key, other = made.stdout.strip(), run("create-key", "Shop").stdout.strip()
    keys = [created["secret_key"], key, other]
    assert [surveys_by(one) for one in keys] == ["ok", "ok", "scope_missing"]
    key_id = listed()["keys"][1]["id"]
    assert f"revoke-key {key_id}" in made.stderr
    revoked = run("revoke-key", key_id)
    assert (revoked.exit_code, revoked.stderr) == (0, "")
    assert [surveys_by(one) for one in keys] == ["ok", "unauthorized", "scope_missing"]


def test_keys_are_listed_without_their_secrets() -> None:
    created = create()
    key = run("create-key", "Shop", "--scope", "read", "--scope", "events").stdout.strip()
    first, second = listed()["keys"]
    assert (first["scopes"], first["last_used_at"]) == (["events", "read", "manage"], None)
    assert (second["scopes"], second["hint"]) == (["events", "read"], key[-4:])
    assert [one["kid"] for one in listed()["identity_keys"]] == [
        created["identity_secret"].split("_")[1]
    ]
    printed = run("keys", "Shop").stdout
    assert f"{second['id']}  sk_…{key[-4:]}  events, read" in printed
    assert "never used" in printed
    for secret in (key, created["secret_key"], created["identity_secret"]):
        assert secret not in printed


def test_a_secret_on_the_command_line_is_refused_with_the_reason() -> None:
    created = create()
    result = run("revoke-key", created["secret_key"])
    assert (result.exit_code, result.stdout) == (1, "")
    assert "by its id" in result.stderr
    assert created["secret_key"] not in result.stderr
    assert surveys_by(created["secret_key"]) == "ok"


def test_an_unknown_key_id_is_refused() -> None:
    for key_id in ("00000000-0000-0000-0000-000000000000", "x", ""):
        result = run("revoke-key", key_id)
        assert (result.exit_code, result.stdout) == (1, "")
        assert "no secret key with this id" in result.stderr


def test_revoking_the_last_manage_key_prints_the_remedy() -> None:
    create()
    (key,) = listed()["keys"]
    result = run("revoke-key", key["id"])
    assert result.exit_code == 0
    assert "--scope manage" in result.stderr
    again = run("revoke-key", key["id"])
    assert again.exit_code == 1


def test_an_unknown_or_only_identity_key_is_not_retired() -> None:
    created = create()
    for kid, said in (
        ("00000000", "no identity key '00000000'"),
        (created["identity_secret"].split("_")[1], "make a new one before"),
    ):
        result = run("rotate-identity", "Shop", "--retire", kid)
        assert (result.exit_code, result.stdout) == (1, "")
        assert said in result.stderr


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
