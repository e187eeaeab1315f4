"""Install Firefox and WebKit for the long proofs, if they are missing.

    python -m tools.other_browsers

Playwright's own builds are not available everywhere; Debian's packages are what people use.
"""

from __future__ import annotations

import shutil
import sys

from tools import debian

PACKAGES = {
    "firefox-esr": "firefox-esr",
    "WebKitWebDriver": "webkit2gtk-driver",
    "Xvfb": "xvfb",  # WebKitGTK has no headless mode
    "dbus-run-session": "dbus",
}
"""Program → its package."""


def main() -> int:
    """Install missing programs. Always returns 0: the tests report what they could not run."""
    missing = [package for program, package in PACKAGES.items() if not shutil.which(program)]
    if missing:
        print(f"Installing {', '.join(missing)} …", file=sys.stderr, flush=True)
        try:
            debian.install(*missing)
        except debian.NotInstalled as error:
            print(f"No Firefox or WebKit for the proofs: {error}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
