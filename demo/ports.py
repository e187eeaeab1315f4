"""Choose ports to listen on: the default ones, or the next free ones with a message."""

from __future__ import annotations

import socket

TRIES = 10
"""A port and the nine after it. The shop's project allows these ten as origins."""


class NoPort(Exception):
    """The port and those after it are taken."""


def candidates(wanted: int) -> range:
    """The wanted port, and its alternatives."""
    return range(wanted, min(wanted + TRIES, 65_536))


def choose(wanted: int, name: str, *, except_port: int | None = None) -> int:
    """The wanted port, or the first free one after it.

    Raises NoPort.
    """
    for port in candidates(wanted):
        if port != except_port and is_free(port):
            if port != wanted:
                print(f"Port {wanted} is taken; {name} uses {port}.", flush=True)
            return port
    last = candidates(wanted)[-1]
    option = "--shop-port" if name == "the shop" else "--sayso-port"
    raise NoPort(f"The ports {wanted} to {last} are taken; name a free one with {option}.")


def is_free(port: int) -> bool:
    """Whether no process listens on the port."""
    with socket.socket() as probe:
        # As servers do, so that connections in TIME_WAIT do not matter.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
