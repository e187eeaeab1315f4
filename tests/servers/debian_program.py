"""Programs that a Debian package brings."""

from __future__ import annotations

import os
import shutil

from tests.servers.processes import ServerUnavailable
from tools import debian

FOLDERS = f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin"


def debian_program(name: str) -> str:
    """The path of a program whose package has the same name; installed where it is missing.

    Raises ServerUnavailable where there is none and none can be installed.
    """
    if not shutil.which(name, path=FOLDERS):
        try:
            debian.install(name)
        except debian.NotInstalled as error:
            raise ServerUnavailable(f"{name} is not installed ({error})") from error
    found = shutil.which(name, path=FOLDERS)
    if not found:
        raise ServerUnavailable(f"The package {name} has no program {name}")
    return found
