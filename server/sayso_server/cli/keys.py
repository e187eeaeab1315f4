"""Commands for the secret keys and identity keys of a project."""

import json
from datetime import UTC, datetime

import click

from sayso_server.administration import identity_keys, keys
from sayso_server.cli.database import open_store
from sayso_server.cli.output import say
from sayso_server.cli.projects import existing
from sayso_server.errors import Invalid
from sayso_server.settings import from_environment
from sayso_server.storage.projects.audit import COMMAND
from sayso_server.storage.projects.keys import SCOPES, Key
from sayso_server.tokens.identity import identity_secret

NAME_BY_ID = (
    "Name the key by its id, which `sayso keys PROJECT` lists: a secret on a command line stays in "
    "the shell's history and stands in the list of processes."
)


@click.command("keys")
@click.argument("project")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_keys(project: str, as_json: bool) -> None:
    """List a project's keys: id, last characters, scopes, creation and last use."""
    store = open_store(from_environment())
    found = existing(store, project)
    secret = keys.of_project(store, found.id)
    identity = identity_keys.of_project(store, found.id)
    if as_json:
        kids = [{"kid": key.kid, "created_at": _time(key.created_at)} for key in identity]
        say(json.dumps({"keys": [_plain(key) for key in secret], "identity_keys": kids}))
        return
    say("Secret keys")
    for key in secret:
        used = f"last used {_time(key.last_used_at)}" if key.last_used_at else "never used"
        say(f"  {key.id}  sk_…{key.hint}  {', '.join(key.scopes)}")
        say(f"      made {_time(key.created_at)}, {used}")
    say("Identity keys")
    for kept in identity:
        say(f"  {kept.kid}  made {_time(kept.created_at)}")


@click.command("create-key")
@click.argument("project")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    type=click.Choice(SCOPES),
    default=("events",),
    show_default=True,
    help="What the key may do; may be repeated.",
)
def create_key(project: str, scopes: tuple[str, ...]) -> None:
    """Create a secret key and print it; it is shown only this once."""
    store = open_store(from_environment())
    found = existing(store, project)
    key, secret = keys.make(store, found.id, scopes, COMMAND, datetime.now(UTC))
    say(secret)
    say(f"Its id is {key.id}; revoke it with `sayso revoke-key {key.id}`.", err=True)


@click.command("revoke-key")
@click.argument("key_id", metavar="KEY_ID")
def revoke_key(key_id: str) -> None:
    """Revoke a secret key; `sayso keys` lists the ids."""
    if key_id.startswith("sk_"):
        raise Invalid(NAME_BY_ID)
    store = open_store(from_environment())
    key = keys.find(store, key_id)
    now = datetime.now(UTC)
    keys.revoke(store, key.project_id, key.id, COMMAND, now, also_the_last=True)
    say("The key opens nothing any more.")
    remaining = keys.of_project(store, key.project_id)
    if not any("manage" in other.scopes for other in remaining):
        say(
            "No key of the project has the scope `manage` now; make one with "
            f"`sayso create-key {key.project_id} --scope manage` to change it by the API.",
            err=True,
        )


@click.command("rotate-identity")
@click.argument("project")
@click.option("--retire", metavar="KID", help="Refuse tokens of this earlier key from now on.")
def rotate_identity(project: str, retire: str | None) -> None:
    """Create an identity secret; earlier ones stay valid until they are retired."""
    settings = from_environment()
    store = open_store(settings)
    found, now = existing(store, project), datetime.now(UTC)
    if retire:
        identity_keys.retire(store, found.id, retire, COMMAND, now)
        say(f"Tokens signed with {retire} are refused from now on.")
        return
    key = identity_keys.make(store, found.id, COMMAND, now)
    say(identity_secret(settings.secret_key, found.id, key.kid))


def _time(moment: datetime | None) -> str | None:
    return None if moment is None else f"{moment:%Y-%m-%d %H:%M} UTC"


def _plain(key: Key) -> dict[str, object]:
    return {
        "id": str(key.id),
        "hint": key.hint,
        "scopes": list(key.scopes),
        "created_at": key.created_at.isoformat(timespec="seconds"),
        "last_used_at": key.last_used_at and key.last_used_at.isoformat(timespec="seconds"),
    }
