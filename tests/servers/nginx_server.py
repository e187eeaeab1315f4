"""A real nginx from Debian's package."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import urllib3

from tests.servers.debian_program import debian_program
from tests.servers.processes import (
    START_TRIES,
    ServerUnavailable,
    free_port,
    spawn,
    stop,
    wait_until_ready,
)

CONFIGURATION = """
daemon off;
pid {folder}/pid;
{user}
worker_processes 1;
error_log {folder}/log warn;
events {{ worker_connections 256; }}
http {{
  access_log off;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  server {{
    listen 127.0.0.1:{port};
    location = /nginx {{ return 204; }}
{locations}
  }}
}}
"""


@contextmanager
def nginx(locations: str) -> Iterator[str]:
    """Runs an nginx with these locations; yields its URL.

    Raises ServerUnavailable if nginx is missing and cannot be installed.
    """
    binary = debian_program("nginx")
    folder = Path(tempfile.mkdtemp(prefix="sayso-nginx-"))
    try:
        process, url = _start(binary, folder, locations)
        try:
            yield url
        finally:
            stop(process)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _start(binary: str, folder: Path, locations: str) -> tuple[subprocess.Popen[bytes], str]:
    log = folder / "log"
    log.touch()
    for _ in range(START_TRIES):
        port = free_port()
        user = "user root;" if os.geteuid() == 0 else ""  # only root may set a user
        text = CONFIGURATION.format(folder=folder, port=port, locations=locations, user=user)
        (folder / "nginx.conf").write_text(text)
        command: list[str | Path] = [binary, "-c", folder / "nginx.conf", "-p", folder, "-e", log]
        process = spawn(command, log=log, cwd=folder)
        url = f"http://127.0.0.1:{port}"
        if wait_until_ready(process, partial(_answers, url)):
            return process, url
        stop(process)
    raise ServerUnavailable(f"nginx did not start: {log.read_text()[-2000:]}")


def _answers(url: str) -> bool:
    try:
        return urllib3.request("GET", f"{url}/nginx", retries=False).status == 204
    except urllib3.exceptions.HTTPError:
        return False
