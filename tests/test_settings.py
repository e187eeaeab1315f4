"""Settings are validated, and errors name the variable and the remedy."""

from pathlib import Path

import pytest

from sayso_server.app import create_app
from sayso_server.dependencies import dependencies
from sayso_server.errors import Misconfigured
from sayso_server.limit_table import LIMITS
from sayso_server.settings import Settings, from_environment, sqlite_file
from sayso_server.storage.database import connecting


def test_without_any_variable_everything_is_in_the_data_directory(tmp_path: Path) -> None:
    found = from_environment({"SAYSO_DATA_DIR": str(tmp_path)})
    assert found.database_url == f"sqlite:///{tmp_path / 'sayso.db'}"
    assert found.embedded


def test_the_secret_key_is_made_once_and_is_private(tmp_path: Path) -> None:
    environment = {"SAYSO_DATA_DIR": str(tmp_path)}
    first = from_environment(environment).secret_key
    assert from_environment(environment).secret_key == first
    assert len(first) == 64
    assert (tmp_path / "secret_key").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_every_postgresql_scheme_is_accepted(tmp_path: Path, scheme: str) -> None:
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
def test_the_error_names_a_wrong_setting(tmp_path: Path, name: str, value: str) -> None:
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
        database_url=f"sqlite:///{Path('elsewhere.db').absolute()}",
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


@pytest.mark.parametrize("query", ["", "?timeout=9"])
def test_a_relative_database_file_is_relative_to_the_working_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, query: str
) -> None:
    """For the server, for commands and for a backup alike."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SAYSO_DATABASE_URL", f"sqlite:///some/own.db{query}")
    (tmp_path / "some").mkdir()
    settings = from_environment()
    server = dependencies(create_app(settings)).store.engine.url
    assert server == connecting.connect(settings).url
    assert server.database == str(tmp_path / "some" / "own.db")
    assert sqlite_file(settings.database_url) == tmp_path / "some" / "own.db"


def test_every_limit_is_read(tmp_path: Path) -> None:
    values = {name: str(number) for number, name in enumerate(LIMITS, start=7)}
    environment = {LIMITS[name].setting: value for name, value in values.items()}
    found = from_environment({"SAYSO_DATA_DIR": str(tmp_path), **environment})
    assert {name: str(getattr(found, name)) for name in LIMITS} == values


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_with_postgresql_the_key_must_be_given(tmp_path: Path, scheme: str) -> None:
    """Otherwise every node would make its own key."""
    environment = {"SAYSO_DATA_DIR": str(tmp_path), "SAYSO_DATABASE_URL": f"{scheme}://host/db"}
    with pytest.raises(Misconfigured, match="the secret key must be given by SAYSO_SECRET_KEY"):
        from_environment(environment)
    assert list(tmp_path.iterdir()) == []


def test_the_error_points_to_an_existing_key_file(tmp_path: Path) -> None:
    (tmp_path / "secret_key").write_text("k" * 64)
    environment = {"SAYSO_DATA_DIR": str(tmp_path), "SAYSO_DATABASE_URL": "postgresql://host/db"}
    with pytest.raises(Misconfigured, match=f"give the one in {tmp_path}/secret_key"):
        from_environment(environment)


def test_no_error_contains_a_password(tmp_path: Path) -> None:
    for name in ("SAYSO_DATABASE_URL", "SAYSO_REDIS_URL", "SAYSO_PUBLIC_URL"):
        for value in ("mysql://me:pass-word@host", "redis://me:pass-word@host:x"):
            with pytest.raises(Misconfigured) as refused:
                from_environment({"SAYSO_DATA_DIR": str(tmp_path), name: value})
            assert "pass-word" not in refused.value.message


def test_the_public_url_defaults_to_the_listening_address(tmp_path: Path) -> None:
    environment = {"SAYSO_DATA_DIR": str(tmp_path)}
    follows = from_environment(environment, listening_at="http://[::1]:9000")
    assert follows.public_url == "http://[::1]:9000"
    environment["SAYSO_PUBLIC_URL"] = "https://ask.example/sayso/"
    stays = from_environment(environment, listening_at="http://[::1]:9000")
    assert stays.public_url == "https://ask.example/sayso"
