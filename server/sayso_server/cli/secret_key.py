"""`sayso db change-key`: let the database belong to another secret key, knowing what it costs."""

import click

from sayso_server.cli.database import store_of, tell
from sayso_server.cli.output import say
from sayso_server.settings import from_environment
from sayso_server.storage import opening
from sayso_server.storage.server_facts import COST


@click.command("change-key")
@click.option("--yes", is_flag=True, help="Do not ask.")
def change_key(yes: bool) -> None:
    """Let the database belong to the secret key that is given now. Stop every server before."""
    settings = from_environment()
    if not yes:
        click.confirm(f"With the other key {COST}. Change it?", abort=True)
    opening.change_key(store_of(settings), settings.secret_key.encode(), tell)
    say("The database belongs to the key that is given now. Start the server with it.")
