"""Printing for commands. All output is escaped, as it may contain text from other people."""

import click

from sayso_server.printable import printable


def say(*lines: str, err: bool = False) -> None:
    """Print each line, escaped; `err` on standard error."""
    for line in lines:
        click.echo(printable(line), err=err)  # noqa: TID251  # the only place
