"""Ports to listen on: the usual ones, or the next ones with a word when they are taken."""

from __future__ import annotations

import socket

TRIES = 10
"""A port and the nine after it. The shop's ten are the origins that its project allows."""


class NoPort(Exception):
    """The port and those after it are taken."""


def candidates(wanted: int) -> range:
    """The port that is wanted, and those that may stand in for it."""
    return range(wanted, min(wanted + TRIES, 65_536))


def choose(wanted: int, who: str, *, besides: int | None = None) -> int:
    """The wanted port, or the first free one after it.

    Raises NoPort.
    """
    for port in candidates(wanted):
        if port != besides and is_free(port):
            if port != wanted:
                print(f"Port {wanted} is taken; {who} uses {port}.", flush=True)
            return port
    last = candidates(wanted)[-1]
    option = "--shop-port" if who == "the shop" else "--sayso-port"
    raise NoPort(f"The ports {wanted} to {last} are taken; name a free one with {option}.")


def is_free(port: int) -> bool:
    """Whether nobody listens there."""
    with socket.socket() as probe:
        # As a server does it: what a closed connection left behind is no obstacle.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
