"""Settings are validated with the variable and the remedy."""

from pathlib import Path

import pytest

from sayso_server.errors import Misconfigured
from sayso_server.limit_table import LIMITS
from sayso_server.settings import Settings, from_environment


def test_without_any_variable_everything_lies_in_the_data_directory(tmp_path: Path) -> None:
    found = from_environment({"SAYSO_DATA_DIR": str(tmp_path)})
    assert found.database_url == f"sqlite:///{tmp_path / 'sayso.db'}"
    assert found.embedded


def test_the_secret_key_is_made_once_and_kept_unreadable_for_others(tmp_path: Path) -> None:
    environment = {"SAYSO_DATA_DIR": str(tmp_path)}
    first = from_environment(environment).secret_key
    assert from_environment(environment).secret_key == first
    assert len(first) == 64
    assert (tmp_path / "secret_key").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_every_way_to_write_postgresql_is_understood(tmp_path: Path, scheme: str) -> None:
    url = f"{scheme}://me@host/db"
    key = {"SAYSO_SECRET_KEY": "k" * 32}
    found = from_environment({"SAYSO_DATA_DIR": str(tmp_path), "SAYSO_DATABASE_URL": url, **key})
    assert found.database_url == "postgresql+psycopg://me@host/db"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SAYSO_DATABASE_URL", "mysql://host/db"),
        ("SAYSO_DATABASE_URL", "sqlite://"),
        ("SAYSO_DATABASE_URL", "sqlite:///:memory:"),
        ("SAYSO_SECRET_KEY", "k" * 31),
        ("SAYSO_SECRET_KEY", "k" * 32 + "\n"),
        ("SAYSO_SECRET_KEY", "\udcff" * 32),
        ("SAYSO_REDIS_URL", "http://host"),
        ("SAYSO_REDIS_URL", "redis://host:port"),
        ("SAYSO_PUBLIC_URL", "shop.example"),
        ("SAYSO_PUBLIC_URL", "https://"),
        ("SAYSO_PUBLIC_URL", "https:///path"),
        ("SAYSO_PUBLIC_URL", "https://me@shop.example"),
        ("SAYSO_PUBLIC_URL", "https://shop.example/?x"),
        ("SAYSO_PUBLIC_URL", "https://shop.example/a//b"),
        ("SAYSO_PUBLIC_URL", "https://shop.example/a;b"),
        ("SAYSO_PUBLIC_URL", "https://shop.example/../b"),
        ("SAYSO_TRUSTED_PROXIES", "many"),
        ("SAYSO_PAGE_CALLS_PER_MINUTE", "-1"),
        ("SAYSO_DATABASE_POOL", "0"),
        ("SAYSO_DATABASE_TIMEOUT", "0"),
        ("SAYSO_DATABASE_POOLER", "statement"),
        ("SAYSO_REQUEST_SECONDS", "0"),
        *((limit.setting, "-1") for limit in LIMITS.values()),
        ("SAYSO_DATA_DIR", "/dev/null/nowhere"),
    ],
)
def test_a_wrong_setting_is_named(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(Misconfigured, match=name):
        from_environment({"SAYSO_DATA_DIR": str(tmp_path), name: value})


def test_every_variable_is_read(tmp_path: Path) -> None:
    found = from_environment(
        {
            "SAYSO_DATA_DIR": str(tmp_path),
            "SAYSO_DATABASE_URL": "sqlite:///elsewhere.db",
            "SAYSO_SECRET_KEY": "k" * 32,
            "SAYSO_REDIS_URL": "valkey://host",
            "SAYSO_PUBLIC_URL": "https://sayso.example/",
            "SAYSO_TRUSTED_PROXIES": "1",
            "SAYSO_PAGE_CALLS_PER_MINUTE": "2",
            "SAYSO_BACKEND_CALLS_PER_MINUTE": "0",
            "SAYSO_REQUEST_SECONDS": "5",
            "SAYSO_DATABASE_POOL": "4",
            "SAYSO_DATABASE_TIMEOUT": "9",
            "SAYSO_DATABASE_POOLER": "transaction",
        }
    )
    assert found == Settings(
        data_dir=tmp_path,
        database_url="sqlite:///elsewhere.db",
        secret_key="k" * 32,
        redis_url="valkey://host",
        public_url="https://sayso.example",
        trusted_proxies=1,
        page_calls_per_minute=2,
        backend_calls_per_minute=0,
        request_seconds=5,
        database_pool=4,
        database_timeout=9,
        database_pooler="transaction",
    )


def test_every_limit_is_read(tmp_path: Path) -> None:
    values = {name: str(number) for number, name in enumerate(LIMITS, start=7)}
    environment = {LIMITS[name].setting: value for name, value in values.items()}
    found = from_environment({"SAYSO_DATA_DIR": str(tmp_path), **environment})
    assert {name: str(getattr(found, name)) for name in LIMITS} == values


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_with_postgresql_the_key_must_be_given(tmp_path: Path, scheme: str) -> None:
    """Another node would make another one."""
    environment = {"SAYSO_DATA_DIR": str(tmp_path), "SAYSO_DATABASE_URL": f"{scheme}://host/db"}
    with pytest.raises(Misconfigured, match="the secret key must be given by SAYSO_SECRET_KEY"):
        from_environment(environment)
    assert list(tmp_path.iterdir()) == []


def test_a_key_that_was_kept_beside_postgresql_is_pointed_at(tmp_path: Path) -> None:
    (tmp_path / "secret_key").write_text("k" * 64)
    environment = {"SAYSO_DATA_DIR": str(tmp_path), "SAYSO_DATABASE_URL": "postgresql://host/db"}
    with pytest.raises(Misconfigured, match=f"give the one in {tmp_path}/secret_key"):
        from_environment(environment)


def test_no_password_is_repeated_in_a_refusal(tmp_path: Path) -> None:
    for name in ("SAYSO_DATABASE_URL", "SAYSO_REDIS_URL", "SAYSO_PUBLIC_URL"):
        for value in ("mysql://me:pass-word@host", "redis://me:pass-word@host:x"):
            with pytest.raises(Misconfigured) as refused:
                from_environment({"SAYSO_DATA_DIR": str(tmp_path), name: value})
            assert "pass-word" not in refused.value.message


def test_the_public_url_is_where_the_server_listens_unless_it_is_set(tmp_path: Path) -> None:
    environment = {"SAYSO_DATA_DIR": str(tmp_path)}
    follows = from_environment(environment, listening_at="http://[::1]:9000")
    assert follows.public_url == "http://[::1]:9000"
    environment["SAYSO_PUBLIC_URL"] = "https://ask.example/sayso/"
    stays = from_environment(environment, listening_at="http://[::1]:9000")
    assert stays.public_url == "https://ask.example/sayso"
