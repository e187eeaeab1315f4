"""The commands in a `console` block, checked against the command line as click has it."""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence

import click


def commands_of(text: str) -> list[list[str]]:
    """The words of each line that begins with `$ `, with its continuation lines."""
    joined = text.replace("\\\n", " ")
    return [
        shlex.split(line[2:], comments=True)
        for line in joined.splitlines()
        if line.startswith("$ ")
    ]


def unknown_options(root: click.Command, words: Sequence[str]) -> list[str]:
    """The options after `sayso` that this command does not have; none for other programs."""
    names = [re.sub(r".*/", "", word) if "=" not in word else "" for word in words]
    if root.name not in names:
        return []
    command, rest = root, list(words[names.index(root.name or "") + 1 :])
    while rest and isinstance(command, click.Group) and not rest[0].startswith("-"):
        name = rest.pop(0)
        if name not in command.commands:
            return [name]
        command = command.commands[name]
    known = {option for parameter in command.params for option in parameter.opts} | {"--help"}
    given = [word.partition("=")[0] for word in rest if word.startswith("-")]
    return [option for option in given if option not in known]
