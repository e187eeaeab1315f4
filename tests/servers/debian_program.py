"""Programs from Debian packages."""

from __future__ import annotations

import os
import shutil

from tests.servers.processes import ServerUnavailable
from tools import debian

FOLDERS = f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin"


def debian_program(name: str, package: str | None = None) -> str:
    """The path to a program; installs its package if it is missing. The package defaults to the
    program's name.

    Raises ServerUnavailable if the program is missing and cannot be installed.
    """
    if not shutil.which(name, path=FOLDERS):
        try:
            debian.install(package or name)
        except debian.NotInstalled as error:
            raise ServerUnavailable(f"{name} is not installed ({error})") from error
    found = shutil.which(name, path=FOLDERS)
    if not found:
        raise ServerUnavailable(f"The package {package or name} has no program {name}")
    return found
