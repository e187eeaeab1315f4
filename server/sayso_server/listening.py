"""The socket of `sayso serve`, bound before anything else starts."""

import errno
import ipaddress
import socket

from sayso_server.errors import Misconfigured

BACKLOG = 2_048  # connections that wait to be accepted; gunicorn's own default

REMEDIES = {
    errno.EADDRINUSE: "another program uses that port; stop it, or name another --port",
    errno.EACCES: "this user may not use that port; name a --port from 1024 on",
    errno.EADDRNOTAVAIL: "this machine has no such address; name one of its own as --host",
}


def take(host: str, port: int) -> socket.socket:
    """A socket that is bound to the address but does not listen yet. Raises Misconfigured."""
    try:
        family, address = _resolved(host, port)
        return _bound(family, address)
    except socket.gaierror as error:
        raise Misconfigured(
            f"--host {host!r} is no address of this machine ({error.strerror}); write one, "
            "as 127.0.0.1, ::1, 0.0.0.0 or ::"
        ) from error
    except OSError as error:
        raise _refused(host, port, error) from error


def begin(taken: socket.socket) -> None:
    """Start to listen. Raises Misconfigured if another program has taken the address since."""
    try:
        taken.listen(BACKLOG)
    except OSError as error:
        host, port = taken.getsockname()[:2]
        raise _refused(host, port, error) from error


def url_of(taken: socket.socket) -> str:
    """The URL at which a browser on this machine reaches the socket."""
    host, port = taken.getsockname()[:2]
    address = ipaddress.ip_address(host.partition("%")[0])
    if address.is_unspecified:
        address = ipaddress.ip_address("127.0.0.1" if address.version == 4 else "::1")
    return f"http://[{address}]:{port}" if address.version == 6 else f"http://{address}:{port}"


def _bound(family: socket.AddressFamily, address: tuple[str, int]) -> socket.socket:
    taken = socket.socket(family, socket.SOCK_STREAM)
    try:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            taken.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)  # "::" means both
        taken.bind(address)
    except OSError:
        taken.close()
        raise
    return taken


def _refused(host: str, port: int, error: OSError) -> Misconfigured:
    otherwise = f"{error.strerror}; name another --host or --port"
    remedy = REMEDIES.get(error.errno or 0, otherwise)
    return Misconfigured(f"Cannot listen on port {port} of {host}: {remedy}")


def _resolved(host: str, port: int) -> tuple[socket.AddressFamily, tuple[str, int]]:
    """IPv4 first if a name has both, as clients of "localhost" expect."""
    if not host.strip():
        raise socket.gaierror(socket.EAI_NONAME, "it is empty")
    candidates = socket.getaddrinfo(
        host.strip("[]"), port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )
    family, _, _, _, address = min(candidates, key=lambda info: info[0] != socket.AF_INET)
    return family, address  # type: ignore[return-value]
