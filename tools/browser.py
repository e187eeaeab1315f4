"""Find a Chromium for the browser suite, or install one.

    python -m tools.browser            print its path; install one if there is none

Tried in this order: PATH, the system's package (as root on Debian), Playwright's download.
The result is cached in .cache/browser.json.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from tools import debian

ROOT = Path(__file__).resolve().parent.parent
CACHE = ROOT / ".cache" / "browser.json"

NAMES = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "microsoft-edge",
)

RETRY_SECONDS = 3600  # after a failure, because the network may have been down

VERSION_SECONDS = 60  # the first start on a cold disk is slow


class NoBrowser(Exception):
    """No Chromium could be found or installed; the message says what was tried."""


def find() -> str:
    """The path of a Chromium that starts, without installing anything.

    Raises NoBrowser.
    """
    known = _remembered()
    path = known.get("path")
    if path and os.access(path, os.X_OK):
        return path
    for path in _candidates():
        if _starts(path):
            _remember(path=path)
            return path
    raise NoBrowser(known.get("why") or "no Chromium found; `make browser` tries to install one")


def find_or_install() -> str:
    """The path of a Chromium that starts, installed if necessary.

    Raises NoBrowser.
    """
    try:
        return find()
    except NoBrowser as not_found:
        if time.time() - float(_remembered().get("at", 0)) < RETRY_SECONDS:
            raise NoBrowser(f"{not_found} (tried less than an hour ago)") from None
    tried = []
    for install in (_install_system_package, _install_from_playwright):
        tried.append(install())
        try:
            return find()
        except NoBrowser:
            continue
    why = "no Chromium found; " + "; ".join(tried)
    _remember(why=why)
    raise NoBrowser(why)


def _candidates() -> Iterator[str]:
    yield from filter(None, map(shutil.which, NAMES))
    # Ask for Playwright's own download in a separate process, because Playwright starts a driver.
    ask = (
        "from playwright.sync_api import sync_playwright as start\n"
        "with start() as playwright: print(playwright.chromium.executable_path)"
    )
    try:
        path = _output([sys.executable, "-c", ask], VERSION_SECONDS).strip()
    except (OSError, subprocess.SubprocessError):
        return
    if os.access(path, os.X_OK):
        yield path


def _starts(path: str) -> bool:
    """On some distributions ``chromium-browser`` only prints how to install Chromium."""
    try:
        return bool(_output([path, "--version"], VERSION_SECONDS).strip())
    except (OSError, subprocess.SubprocessError):
        return False


def _install_system_package() -> str:
    print("Installing Chromium from the system's packages …", file=sys.stderr, flush=True)
    # Without these fonts a minimal system renders no text, or no Chinese and Japanese.
    try:
        debian.install("chromium", "fonts-liberation", "fonts-noto-cjk")
    except debian.NotInstalled as error:
        return str(error)
    return "apt-get installed it, but it does not start"


def _install_from_playwright() -> str:
    print("Downloading Playwright's Chromium …", file=sys.stderr, flush=True)
    try:
        debian.run([sys.executable, "-m", "playwright", "install", "chromium"])
    except debian.NotInstalled as error:
        return f"Playwright's download: {error}"
    return "Playwright's download does not start (its system libraries may be missing)"


def _output(command: list[str], seconds: float) -> str:
    done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=seconds)
    return done.stdout


def _remembered() -> dict[str, str]:
    try:
        known: dict[str, str] = json.loads(CACHE.read_text())
    except (OSError, ValueError):
        return {}
    return known


def _remember(**outcome: str) -> None:
    CACHE.parent.mkdir(exist_ok=True)
    CACHE.write_text(json.dumps({**outcome, "at": str(time.time())}))


def main() -> int:
    """Print the path, or why no browser works. Always returns 0: the tests report a failure."""
    try:
        print(find_or_install())
    except NoBrowser as error:
        print(f"No browser for the browser suite: {error}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
