"""`sayso export-script`: the script for hosting on one's own site, with an `integrity`
attribute."""

import hashlib
from base64 import b64encode
from importlib.resources import files
from pathlib import Path

import click

from sayso_server.atomic_file import READABLE, write_atomically
from sayso_server.cli.output import say
from sayso_server.errors import SaysoError
from sayso_server.settings import public_url

PINNED = files("sayso_server").joinpath("static", "pinned")


@click.command("export-script")
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
def export_script(folder: Path) -> None:
    """Write the script and the files that it loads into DIR; print the tag with their integrity."""
    host = public_url()
    built = {file.name: file.read_bytes() for file in PINNED.iterdir()}
    _write(folder, built)
    (name,) = (name for name in built if name.startswith("sayso."))
    say(_tag(name, built[name], host))
    say(
        f"{len(built)} files are in {folder}. Serve them side by side, put their address and your "
        "public key into the tag, and let the page connect to the server.",
        err=True,
    )


def _write(folder: Path, built: dict[str, bytes]) -> None:
    """File names contain a hash of the content, so that earlier tags keep working. Each file is
    written atomically, since pages may be loading the old file."""
    try:
        _make_readable_folder(folder)
        for name, content in built.items():
            write_atomically(folder / name, content, READABLE)
    except OSError as error:
        raise SaysoError(
            f"DIR {folder} cannot be written ({error.strerror}); "
            "name a directory that this user may write to"
        ) from error


def _make_readable_folder(folder: Path) -> None:
    """Readable by others, since the web server runs as another user."""
    if not folder.is_dir():
        folder.mkdir(parents=True)
        folder.chmod(0o755)


def _tag(name: str, content: bytes, host: str) -> str:
    digest = b64encode(hashlib.sha384(content).digest()).decode()
    return (
        f'<script async crossorigin="anonymous" integrity="sha384-{digest}" '
        f'src="/where/you/put/it/{name}" data-project="pk_…" data-host="{host}"></script>'
    )
