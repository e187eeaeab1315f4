"""Start Sayso and the shop, print their addresses, stop both with Ctrl-C."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from demo.ports import NoPort, choose
from demo.processes import ChildEnded, Processes
from demo.project import ProjectUnusable, create_project, ensure_surveys, kept_project, login_link
from demo.sayso_command import SAYSO, server_settings

ROOT = Path(__file__).resolve().parent.parent
DATA_DIR = ROOT / "var" / "demo"
SAYSO_PORT = 8300
SHOP_PORT = 8400
SHOP_THREADS = 8


def main(arguments: list[str] | None = None) -> int:
    """Exit status 0 when stopped by a signal, 1 when something could not start or ended."""
    options = _options(arguments)
    try:
        with Processes(options.data_dir / "log") as processes:
            _run(options, processes)
            processes.wait()
    except (ChildEnded, NoPort, ProjectUnusable) as error:
        print(f"\n{error}", file=sys.stderr, flush=True)
        return 1
    print("\nStopped.", flush=True)
    return 0


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m demo", description=__doc__)
    parser.add_argument("--sayso-port", type=int, default=SAYSO_PORT, help="default: %(default)s")
    parser.add_argument("--shop-port", type=int, default=SHOP_PORT, help="default: %(default)s")
    parser.add_argument(
        "--data-dir", type=Path, default=DATA_DIR, help="where data is kept; default: var/demo"
    )
    return parser.parse_args(arguments)


def _run(options: argparse.Namespace, processes: Processes) -> None:
    data_dir = options.data_dir.resolve()
    sayso_port = choose(options.sayso_port, "Sayso")
    shop_port = choose(options.shop_port, "the shop", except_port=sayso_port)
    sayso_url, shop_url = f"http://localhost:{sayso_port}", f"http://localhost:{shop_port}"
    settings = server_settings(data_dir, sayso_url)

    print("Starting Sayso and the shop …", flush=True)
    project = kept_project(data_dir) or create_project(data_dir, settings, options.shop_port)
    project.must_allow(shop_url)
    server = processes.start(
        "Sayso", [SAYSO, "serve", "--port", str(sayso_port)], settings, f"{sayso_url}/healthz"
    )
    shop = processes.start(
        "the shop", _shop_command(shop_port), project.shop_settings(sayso_url), f"{shop_url}/health"
    )
    if not processes.wait_until_answers(server):
        return
    ensure_surveys(sayso_url, project)
    if not processes.wait_until_answers(shop):
        return
    _welcome(shop_url, sayso_url, login_link(settings, project))


def _shop_command(port: int) -> list[str]:
    """The shop's own server, as a customer would run it."""
    return [
        *(sys.executable, "-m", "gunicorn"),
        *("--bind", f"127.0.0.1:{port}", "--threads", str(SHOP_THREADS)),
        *("--chdir", str(ROOT), "--no-control-socket", "--log-level", "warning"),
        "demo.shop.app:create_app()",
    ]


def _welcome(shop: str, sayso: str, results: str) -> None:
    print(
        f"""
  Sayso is running, and a small shop uses it.

    The shop   {shop}
    Results    {results}
               (opens once, within half an hour; a restart prints another)
    API docs   {sayso}/docs

  Finish an order in the shop: a question appears in the open page, and
  what you answer is in the results within a second.

  Ctrl-C stops everything.""",
        flush=True,
    )


if __name__ == "__main__":
    sys.exit(main())
