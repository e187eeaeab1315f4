"""`sayso backup`: a server started from the copy has all the data of the first server."""

import os
import sqlite3
import threading
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from sayso_server.background import Background
from sayso_server.cli.commands import sayso
from sayso_server.dependencies import dependencies
from sayso_server.storage.database import backup
from tests.dashboard.member import Member
from tests.one_product import clock
from tests.product import SECRET_KEY, Clock, Product, make_app, make_product

__all__ = ["clock"]


@pytest.fixture
def product(migrated_sqlite_url: str, tmp_path: Path, clock: Clock) -> Any:
    """A server on an SQLite file; commands use the same settings."""
    app = make_app(migrated_sqlite_url, tmp_path, clock)
    yield make_product(app, clock)
    dependencies(app).store.engine.dispose()


@pytest.fixture(autouse=True)
def _environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAYSO_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("SAYSO_SECRET_KEY", SECRET_KEY)


def back_up(folder: Path) -> Result:
    return CliRunner().invoke(sayso, ["backup", str(folder)])


def restored(folder: Path, product: Product, monkeypatch: pytest.MonkeyPatch) -> Product:
    """The same project on a server started from the copy, with the copied key."""
    monkeypatch.setenv("SAYSO_DATA_DIR", str(folder))
    monkeypatch.delenv("SAYSO_SECRET_KEY")
    assert CliRunner().invoke(sayso, ["db", "upgrade"]).exit_code == 0
    assert (folder / "secret_key").read_text() == f"{SECRET_KEY}\n"
    app = make_app(f"sqlite:///{folder / 'sayso.db'}", folder, product.clock)
    return Product(
        app,
        product.clock,
        product.public_key,
        product.secret_key,
        product.project_id,
        product.kid,
    )


def test_a_restored_server_keeps_tokens_receipts_answers_and_never_again(
    product: Product, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    survey = product.survey()
    product.track("u_1")
    visitor = product.visitor("u_1")
    invitation = visitor.asked()["invitation"]
    visitor.show(invitation)
    receipt = visitor.answer(invitation, ("score", 4), ("comment", "good tea"), complete=True)
    secret = receipt["receipt"]["url"].partition("#")[2]
    product.track("u_2")
    refusing = product.visitor("u_2")
    invitation = refusing.asked()["invitation"]
    refusing.show(invitation)
    assert refusing.state(invitation, "never").status_code == 200
    product.call("DELETE", "/v1/people?user_id=u_2")
    Background(product.dependencies).run_once()
    link = Member(product).link()

    assert back_up(tmp_path / "copy").exit_code == 0
    copy = restored(tmp_path / "copy", product, monkeypatch)

    assert copy.report(survey) == product.report(survey)
    opened = copy.client.post("/v1/answer", json={"secret": secret}).json
    assert {"question": "comment", "value": "good tea"} in opened["answers"]
    again = copy.visitor()
    again.token = visitor.token
    assert again.post("identify", again.who()).status_code == 200
    assert Member(copy).log_in(link).status_code == 303
    for user in ("u_2", "u_3"):
        copy.track(user)
    assert [copy.visitor(user).asked() is not None for user in ("u_2", "u_3")] == [False, True]
    dependencies(copy.app).store.engine.dispose()


def test_a_copy_made_during_writes_is_consistent(product: Product, tmp_path: Path) -> None:
    """An event and its count are written in one transaction, so their numbers must match."""
    stop = threading.Event()
    written = threading.Event()

    def write() -> None:
        number = 0
        while not stop.is_set():
            product.track(f"u_{number % 7}", "opened")
            number += 1
            written.set()

    writer = threading.Thread(target=write)
    writer.start()
    copies = [tmp_path / f"copy_{number}" for number in range(4)]
    try:
        for folder in copies:
            written.clear()
            assert written.wait(30)
            result = back_up(folder)
            assert result.exit_code == 0, result.output
    finally:
        stop.set()
        writer.join()
    seen = []
    for folder in copies:
        copy = sqlite3.connect(folder / "sayso.db")
        (events,) = copy.execute("SELECT count(*) FROM events").fetchone()
        assert copy.execute("SELECT sum(count) FROM event_counts").fetchone() == (events,)
        assert copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        copy.close()
        seen.append(events)
    assert seen == sorted(set(seen))


def test_only_its_user_can_read_a_copy(product: Product, tmp_path: Path) -> None:
    earlier = os.umask(0)
    try:
        back_up(tmp_path / "a" / "copy")
    finally:
        os.umask(earlier)
    folder = tmp_path / "a" / "copy"
    modes = {path.name: path.stat().st_mode & 0o777 for path in [folder, *folder.iterdir()]}
    assert modes == {"copy": 0o700, "sayso.db": 0o600, "secret_key": 0o600}


def test_a_copy_contains_no_deleted_data(product: Product, tmp_path: Path) -> None:
    product.survey()
    product.track("u_1", properties={"note": "a very private word"})
    file = tmp_path / "sayso.db"
    product.dependencies.store.engine.dispose()
    assert b"a very private word" in file.read_bytes()
    raw = sqlite3.connect(file)
    raw.execute("PRAGMA secure_delete = OFF")
    raw.execute("DELETE FROM events")
    raw.commit()
    raw.close()
    assert b"a very private word" in file.read_bytes()
    back_up(tmp_path / "copy")
    assert b"a very private word" not in (tmp_path / "copy" / "sayso.db").read_bytes()


def test_a_backup_refuses_a_directory_that_is_not_empty(product: Product, tmp_path: Path) -> None:
    assert back_up(tmp_path / "copy").exit_code == 0
    before = (tmp_path / "copy" / "sayso.db").read_bytes()
    product.survey()
    again = back_up(tmp_path / "copy")
    assert again.exit_code == 1
    assert "is there and not empty; name a new one" in again.stderr
    assert (tmp_path / "copy" / "sayso.db").read_bytes() == before
    (tmp_path / "empty").mkdir()
    assert back_up(tmp_path / "empty").exit_code == 0


def test_a_backup_that_fails_leaves_nothing_behind(
    product: Product, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_store: object, file: Path) -> None:
        file.write_bytes(b"half of it")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(backup, "copy_to", fail)
    (tmp_path / "to").mkdir()
    result = back_up(tmp_path / "to" / "copy")
    assert result.exit_code == 1
    assert "cannot be written (No space left on device)" in result.stderr
    assert list((tmp_path / "to").iterdir()) == []


def test_a_folder_that_cannot_be_created_is_refused(product: Product, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    result = back_up(tmp_path / "file" / "copy")
    assert result.exit_code == 1
    assert "name one that is not there yet" in result.stderr


def test_a_wrong_data_directory_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAYSO_DATA_DIR", str(tmp_path / "elsewhere"))
    result = back_up(tmp_path / "copy")
    assert result.exit_code == 1
    assert "so there is nothing to back up" in result.stderr
    assert not (tmp_path / "elsewhere" / "sayso.db").exists()


def test_a_backup_with_another_key_is_refused(
    product: Product, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert CliRunner().invoke(sayso, ["db", "upgrade"]).exit_code == 0
    monkeypatch.setenv("SAYSO_SECRET_KEY", "another one, 32 characters long.")
    result = back_up(tmp_path / "copy")
    assert result.exit_code == 2
    assert "is not the one that this database was made with" in result.stderr
    assert not (tmp_path / "copy").exists()


def test_a_backup_does_not_migrate_an_older_schema(sqlite_url: str, tmp_path: Path) -> None:
    """A backup is made before an upgrade, perhaps by the newer version."""
    raw = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"))
    raw.execute("CREATE TABLE alembic_version (version_num VARCHAR(32))")
    raw.execute("INSERT INTO alembic_version VALUES ('0004')")
    raw.commit()
    raw.close()
    assert back_up(tmp_path / "copy").exit_code == 0
    for folder in (tmp_path, tmp_path / "copy"):
        copy = sqlite3.connect(folder / "sayso.db")
        assert copy.execute("SELECT version_num FROM alembic_version").fetchone() == ("0004",)
        copy.close()


def test_with_postgresql_the_error_names_pg_dump(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SAYSO_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")
    result = back_up(tmp_path / "copy")
    assert result.exit_code == 1
    assert "use pg_dump" in result.stderr
    assert "keep SAYSO_SECRET_KEY with it" in result.stderr
    assert not (tmp_path / "copy").exists()
