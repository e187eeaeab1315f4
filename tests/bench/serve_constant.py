"""Start the plain application: `python -m tests.bench.serve_constant --port 8000`."""

from __future__ import annotations

import argparse


def main() -> None:
    """Like `sayso serve`, patches the standard library before anything that uses it is imported."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--worker-class", choices=["gevent", "gthread"], default="gevent")
    arguments = parser.parse_args()
    if arguments.worker_class == "gevent":
        from gevent import monkey  # noqa: PLC0415  # threads stay threads under gthread

        monkey.patch_all()
    from tests.bench.constant import PlainServer  # noqa: PLC0415  # after the patch

    PlainServer(arguments.port, arguments.workers, arguments.worker_class).run()


if __name__ == "__main__":
    main()
