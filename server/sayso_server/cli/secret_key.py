"""`sayso db change-key`: changes the secret key of the database, after a warning."""

import click

from sayso_server.cli.database import store_of, tell
from sayso_server.cli.output import say
from sayso_server.settings import from_environment
from sayso_server.storage.database import opening
from sayso_server.storage.database.server_facts import COST


@click.command("change-key")
@click.option("--yes", is_flag=True, help="Do not ask.")
def change_key(yes: bool) -> None:
    """Change the database's secret key to the one in the settings. Stop all servers before."""
    settings = from_environment()
    if not yes:
        click.confirm(f"With the other key {COST}. Change it?", abort=True)
    opening.change_key(store_of(settings), settings.secret_key.encode(), tell)
    say("The database belongs to the key that is given now. Start the server with it.")
