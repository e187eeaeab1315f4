"""The command line, `sayso …`."""

import os
import sys

PRIVATE = 0o077


def main() -> None:
    """The entry point. Sets the umask, so that files are private. `serve` runs `monkey.patch_all()`
    before anything else is imported, so the commands are imported here."""
    os.umask(PRIVATE)
    if sys.argv[1:2] == ["serve"]:
        from gevent import monkey  # noqa: PLC0415  # only `serve` needs it

        from sayso_server import output  # noqa: PLC0415  # ditto

        output.open_standard_descriptors()
        monkey.patch_all()
    from sayso_server.cli.commands import sayso  # noqa: PLC0415  # after the patch

    sayso()
