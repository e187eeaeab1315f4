"""The command line, `sayso …`."""

import os
import sys

PRIVATE = 0o077


def main() -> None:
    """The entry point. `serve` makes the standard library cooperative before anything that uses it
    is imported, so the commands are imported here. What any command writes is its user's alone."""
    os.umask(PRIVATE)
    if sys.argv[1:2] == ["serve"]:
        from gevent import monkey  # noqa: PLC0415  # only a server pays for it

        from sayso_server import output  # noqa: PLC0415  # ditto

        output.open_standard_descriptors()
        monkey.patch_all()
    from sayso_server.cli.commands import sayso  # noqa: PLC0415  # after the patch

    sayso()
