"""Configurations of other programs, checked by these programs."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.servers import ServerUnavailable, free_port
from tests.servers.debian_program import debian_program
from tests.servers.nginx_server import CONFIGURATION

CERTIFICATE = re.compile(r"(ssl_certificate(?:_key)?) [^;]+;")
LISTEN = re.compile(r"(?<=listen )[^ ;]+")


def need(program: str) -> None:
    """Install the program where it is missing; skips where that cannot be done."""
    try:
        debian_program(program)
    except ServerUnavailable as error:
        pytest.skip(str(error))


def check(language: str, text: str, folder: Path) -> None:
    """Fails with what the program says about it."""
    programs = {"nginx": _nginx, "caddyfile": _caddy, "php": _php}
    try:
        programs[language](text, folder)
    except ServerUnavailable as error:
        pytest.skip(str(error))


def _nginx(text: str, folder: Path) -> None:
    """A block of `server`s stands beside ours, any other within it. Its own certificates and ports
    are replaced: they are not to be had here."""
    certificate = folder / "certificate.pem"
    made = ["req", "-x509", "-nodes", "-subj", "/CN=localhost", "-keyout", "key.pem"]
    _run([debian_program("openssl"), *made, "-out", str(certificate)], folder)
    certificate.write_text(certificate.read_text() + (folder / "key.pem").read_text())
    text = CERTIFICATE.sub(rf"\1 {certificate};", text)
    text = LISTEN.sub(lambda _: f"127.0.0.1:{free_port()}", text)
    is_server = "server {" in text
    locations, servers = ("", text) if is_server else (text, "")
    whole = CONFIGURATION.format(folder=folder, port=free_port(), locations=locations, user="")
    ours = whole.rindex("}")  # the end of `http`
    (folder / "nginx.conf").write_text(f"{whole[:ours]}{servers}{whole[ours:]}")
    log = folder / "log"
    _run([debian_program("nginx"), "-t", "-c", folder / "nginx.conf", "-e", log], folder)


def _caddy(text: str, folder: Path) -> None:
    (folder / "Caddyfile").write_text(text)
    _run([debian_program("caddy"), "adapt", "--validate", "--config", "Caddyfile"], folder)


def _php(text: str, folder: Path) -> None:
    (folder / "example.php").write_text(text)
    _run([debian_program("php", package="php-cli"), "-l", "example.php"], folder)


def _run(command: Sequence[str | Path], folder: Path) -> None:
    done = subprocess.run(
        command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
    )
    assert done.returncode == 0, done.stdout.decode()
