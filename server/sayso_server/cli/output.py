"""The only way in which commands print, so that nothing others wrote reaches a terminal raw."""

import click

from sayso_server.printable import printable


def say(*lines: str, err: bool = False) -> None:
    """Print each line, escaped; `err` on standard error."""
    for line in lines:
        click.echo(printable(line), err=err)
