"""The npm package as users get it: installed in an application, and bundled."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from tools import node

WIDGET = Path(__file__).resolve().parents[2] / "widget"
BUILT = WIDGET / "dist"


def packed(place: Path) -> Path:
    """Pack the tarball that `npm publish` would upload."""
    assert (BUILT / "index.d.ts").is_file(), "run `make package` first"
    node.run("npm", "pack", str(BUILT), "--pack-destination", str(place), output=subprocess.DEVNULL)
    (tarball,) = place.glob("*.tgz")
    return tarball


def installed(place: Path) -> Path:
    """Create an application with the package as its only dependency."""
    app = place / "app"
    app.mkdir()
    (app / "package.json").write_text(json.dumps({"name": "app", "type": "module"}))
    tarball = str(packed(place))
    node.run("npm", "install", "--offline", tarball, cwd=app, output=subprocess.DEVNULL)
    return app


def bundled(app: Path, source: str, *, bundler: str = "esbuild") -> Path:
    """Bundle the application's `main.ts`; return the output folder."""
    (app / "main.ts").write_text(source)
    script = Path(__file__).with_name("bundle.mjs")
    node.run("node", str(script), str(WIDGET), str(app), bundler)
    return app / "out"
