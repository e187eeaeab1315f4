"""The server that the handbook's examples speak to, in the handbook's own placeholders."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import urllib3

SECONDS = 240  # for a page of commands on a busy machine
HOST = "http://localhost:8300"


@dataclass(frozen=True, slots=True)
class ExampleServer:
    """`keys` are as `sayso create-project --json` prints them; `settings`, the environment of the
    server and its commands."""

    url: str
    keys: Mapping[str, str]
    settings: Mapping[str, str]

    def filled_in(self, text: str) -> str:
        """The example with this server's address and keys instead of the placeholders."""
        for placeholder, value in self._placeholders.items():
            text = text.replace(placeholder, value)
        return text

    @property
    def environment(self) -> dict[str, str]:
        """What an example sees: the commands' settings, and the SDK's own variables."""
        sdk = {
            f"SAYSO_SDK_{name.upper()}": self.keys[name]
            for name in ("secret_key", "public_key", "identity_secret")
        }
        return {**os.environ, **self.settings, **sdk, "SAYSO_SDK_HOST": self.url}

    def call(self, method: str, path: str, body: Any = None) -> Any:
        """The JSON of a 2xx reply to a call with the secret key."""
        headers = {"Authorization": f"Bearer {self.keys['secret_key']}"}
        reply = urllib3.request(method, self.url + path, json=body, headers=headers, retries=False)
        assert 200 <= reply.status < 300, f"{method} {path}: {reply.status} {reply.data.decode()}"
        return json.loads(reply.data) if reply.data else None

    def run(self, command: Sequence[str], folder: Path) -> None:
        """Run an example's program in an empty folder. Fails with what it printed."""
        done = subprocess.run(
            command,
            cwd=folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=SECONDS,
            check=False,
        )
        assert done.returncode == 0, done.stdout

    def run_python(self, source: Path) -> None:
        """Run a Python file beside this server."""
        self.run([sys.executable, str(source)], source.parent)

    @property
    def _placeholders(self) -> dict[str, str]:
        return {
            HOST: self.url,
            "sk_…": self.keys["secret_key"],
            "pk_…": self.keys["public_key"],
            "is_…": self.keys["identity_secret"],
            "PROJECT": self.keys["project"],
        }
