"""Runs the three shops as in production, with workers that are often replaced."""

import os
import secrets
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import urllib3

from tests.e2e.visitor import until
from tests.servers import valkey

ROOT = Path(__file__).parents[2]
SHOPS = "tests.applications."
GUNICORN = ["gunicorn", "-w", "2", "--max-requests", "7", "--no-control-socket"]
UVICORN = ["uvicorn", "--workers", "2", "--limit-max-requests", "7", "--log-level", "warning"]
CELERY = ["celery", "-A", f"{SHOPS}flask_shop:queue", "worker", "-c", "2", "-l", "warning"]


@contextmanager
def running(name: str, port: int, keys: dict[str, str]) -> Iterator[str]:
    """Run the shop; yield its URL. The shop must stop soon after the block."""
    with ExitStack() as stack:
        own = {"SHOP_SECRET": secrets.token_hex(), "PYTHONPATH": str(ROOT)}
        if name == "flask":
            own["SHOP_BROKER"] = stack.enter_context(valkey())
        environment = {**os.environ, **keys, **own}
        for command in _commands(name, port):
            stack.enter_context(_process(command, environment))
        url = f"http://localhost:{port}"
        until(lambda: _answers(url))
        yield url


def _commands(name: str, port: int) -> list[list[str]]:
    if name == "fastapi":
        return [[*UVICORN, "--port", str(port), f"{SHOPS}fastapi_shop:app"]]
    bound = [*GUNICORN, "-b", f"127.0.0.1:{port}"]
    if name == "django":
        return [[*bound, f"{SHOPS}django_shop:application"]]
    celery = [*CELERY, "--max-tasks-per-child", "3", "--without-mingle", "--without-gossip"]
    return [celery, [*bound, "--preload", f"{SHOPS}flask_shop:application"]]


@contextmanager
def _process(command: list[str], environment: dict[str, str]) -> Iterator[None]:
    process = subprocess.Popen(
        [sys.executable, "-m", *command], cwd=ROOT, env=environment, start_new_session=True
    )
    try:
        yield
        process.send_signal(signal.SIGTERM)
        process.wait(60)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _answers(url: str) -> bool:
    try:
        return urllib3.request("GET", url, retries=False).status == 200
    except urllib3.exceptions.HTTPError:
        return False
