"""The client shared by a whole application, for `sayso.init()` and `sayso.track()`."""

from datetime import datetime
from os import PathLike
from typing import Any

from sayso.client import Client
from sayso.environment import from_environment
from sayso.properties import Properties
from sayso.record import UserId
from sayso.tag import Tag
from sayso.tally import Stats, Tally

_client: Client | None = None
_early = Tally(limit=0)


class _FromEnvironment:
    """Marks a secret key that was not given, because None disables the client."""


def init(
    secret_key: str | type[_FromEnvironment] | None = _FromEnvironment,
    *,
    host: str | None = None,
    public_host: str | None = None,
    public_key: str | None = None,
    identity_secret: str | None = None,
    proxy: str | None = None,
    ca_certs: str | PathLike[str] | None = None,
    max_queue: int = 10_000,
    exit_timeout: float = 2.0,
    enabled: bool = True,
) -> Client:
    """Make the shared client; see `Client` for the arguments. If no secret key is given, the
    key and all other missing arguments come from the environment (``SAYSO_SDK_SECRET_KEY``,
    ``SAYSO_SDK_HOST`` and so on). If the environment has no key, every call does nothing. A second
    call makes a new client; the previous client still sends its queue."""
    global _client  # noqa: PLW0603 - this module's purpose
    named = {
        "host": host,
        "public_host": public_host,
        "public_key": public_key,
        "identity_secret": identity_secret,
        "proxy": proxy,
        "ca_certs": ca_certs,
    }
    given: dict[str, Any] = {name: value for name, value in named.items() if value is not None}
    if not enabled:
        given["enabled"] = False
    if isinstance(secret_key, type):
        given = from_environment() | given
    else:
        given["secret_key"] = secret_key
    _client = Client(**given, max_queue=max_queue, exit_timeout=exit_timeout)
    return _client


def track(
    user_id: UserId | None = None,
    event: str = "",
    properties: Properties | None = None,
    *,
    anonymous_id: str | None = None,
    ask_within: float | None = None,
    at: datetime | None = None,
    id: str | None = None,  # noqa: A002 - the API's name
) -> None:
    """`Client.track` on the shared client."""
    if client := _client_for("track"):
        client.track(
            user_id,
            event,
            properties,
            anonymous_id=anonymous_id,
            ask_within=ask_within,
            at=at,
            id=id,
        )


def identify(user_id: UserId, attributes: Properties) -> None:
    """`Client.identify` on the shared client."""
    if client := _client_for("identify"):
        client.identify(user_id, attributes)


def alias(anonymous_id: str, user_id: UserId) -> None:
    """`Client.alias` on the shared client."""
    if client := _client_for("alias"):
        client.alias(anonymous_id, user_id)


def identity_token(user_id: UserId, ttl: int = 3600) -> str:
    """`Client.identity_token` on the shared client."""
    return _need_client("identity_token").identity_token(user_id, ttl)


def tag(user_id: UserId | None = None, *, nonce: str | None = None, stub: bool = True) -> Tag:
    """`Client.tag` on the shared client."""
    return _need_client("tag").tag(user_id, nonce=nonce, stub=stub)


def flush(timeout: float = 10.0) -> bool:
    """`Client.flush` on the shared client; True if there is no client."""
    return _client is None or _client.flush(timeout)


def close(timeout: float = 5.0) -> bool:
    """`Client.close` on the shared client; True if there is no client."""
    return _client is None or _client.close(timeout)


def stats() -> Stats:
    """`Client.stats` on the shared client; calls before `init` are counted as dropped."""
    return _early.stats() if _client is None else _client.stats()


def _client_for(call: str) -> Client | None:
    if _client is None:
        _early.drop("invalid", detail=f"sayso.{call}() was called before sayso.init()")
    return _client


def _need_client(call: str) -> Client:
    if _client is None:
        raise ValueError(f'sayso.{call}() needs sayso.init("sk_…", host=…, …) first')
    return _client
