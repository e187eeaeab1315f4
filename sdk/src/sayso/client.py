"""The client: the SDK's public API. The constructor, `tag` and `identity_token` raise ValueError
for a developer's mistake. The other calls never raise, and only `flush` and `close` block."""

import re
import time
import weakref
from datetime import datetime
from os import PathLike
from typing import Final, NoReturn
from urllib.parse import quote

from sayso.addresses import address
from sayso.identity import IdentitySecret, sign
from sayso.properties import ATTRIBUTES_BYTES, PROPERTIES_BYTES, Invalid, Properties, encode
from sayso.queue import Queue
from sayso.record import Person, UserId, event_name, new_event, person_id, user, visitor
from sayso.route import Route
from sayso.tag import Tag, script_tag
from sayso.tally import Stats
from sayso.transport import Transport

_SECRET_KEY: Final = re.compile(r"sk_[!-~]+")
_PUBLIC_KEY: Final = re.compile(r"pk_[!-~]+")


class Client:
    """A connection to one project; threads may share it.

    ``sayso create-project`` prints ``secret_key`` (``sk_…``), ``public_key`` (``pk_…``) and
    ``identity_secret`` (``is_…``). Only `identity_token` and `tag` use the last two. ``host``: the
    address of your Sayso server. ``public_host``: its address for browsers, if different.
    ``proxy`` and ``ca_certs`` (a file or folder of certificates) default to the usual environment
    variables. ``max_queue``: maximum number of records that wait to be sent. ``exit_timeout``:
    seconds to wait at process exit until the remaining records are sent.

    If ``secret_key`` is None or ``enabled`` is False, every call does nothing. Raises a ValueError
    with the remedy when an argument is invalid.
    """

    def __init__(
        self,
        secret_key: str | None,
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
    ) -> None:
        self._queue: Queue | None = None
        if secret_key is None or not enabled:
            return
        _check(secret_key, _SECRET_KEY, "secret_key", "sk_")
        if public_key is not None:
            _check(public_key, _PUBLIC_KEY, "public_key", "pk_")
        if max_queue < 1 or exit_timeout < 0:
            raise ValueError("max_queue must be at least 1, exit_timeout at least 0 seconds")
        reached_at = address(host, "host")
        self._host = reached_at if public_host is None else address(public_host, "public_host")
        self._public_key = public_key
        self._secret = None if identity_secret is None else IdentitySecret.parse(identity_secret)
        transport = Transport(reached_at, secret_key, Route.to(reached_at, proxy, ca_certs))
        self._queue = Queue(transport, limit=max_queue, exit_timeout=exit_timeout)
        weakref.finalize(self, self._queue.retire).atexit = False

    def __reduce_ex__(self, _protocol: object) -> NoReturn:
        raise TypeError(
            "a Sayso client can be neither copied nor pickled: it holds the records that its own "
            "process must send. Share the object; in another process, call sayso.init() there"
        )

    def track(
        self,
        user_id: UserId | None = None,
        event: str = "",
        properties: Properties | None = None,
        *,
        anonymous_id: str | None = None,
        ask_within: float | None = None,
        at: datetime | None = None,
        id: str | None = None,  # noqa: A002 - the API's name
    ) -> None:
        """Record an event for a person. Returns at once; a background thread sends it.

        Name the person by ``user_id``, or by ``anonymous_id`` when nobody is logged in.
        ``properties`` are copied at once. ``ask_within``: seconds after which it is too late to ask
        (the server's default is 15 minutes). ``at``: when it happened, default now; a datetime
        without zone is taken as UTC. ``id``: an idempotency key of at most 64 characters, if you
        may report the same event twice; by default each call is a new event.
        """
        if self._queue is None:
            return
        try:
            name = event_name(event)
            text = "{}" if properties is None else _encode(self._queue, name, properties)
            self._queue.put(new_event(user_id, name, text, anonymous_id, ask_within, at, id))
        except Exception as error:  # noqa: BLE001 - never raise into the host
            _drop(self._queue, f"track {event[:60]!r}" if type(event) is str else "track", error)

    def identify(self, user_id: UserId, attributes: Properties) -> None:
        """Set attributes of a person; they are merged into the existing ones."""
        if self._queue is None:
            return
        try:
            text = _encode(self._queue, "identify", attributes, ATTRIBUTES_BYTES)
            self._queue.put(Person(user(user_id), attributes=text))
        except Exception as error:  # noqa: BLE001 - never raise into the host
            _drop(self._queue, "identify", error)

    def alias(self, anonymous_id: str, user_id: UserId) -> None:
        """Merge an anonymous visitor, with their history, into this user."""
        if self._queue is None:
            return
        try:
            self._queue.put(Person(user(user_id), anonymous_id=visitor(anonymous_id)))
        except Exception as error:  # noqa: BLE001 - never raise into the host
            _drop(self._queue, "alias", error)

    def identity_token(self, user_id: UserId, ttl: int = 3600) -> str:
        """A signed token that proves the user's identity to the server, valid for ``ttl`` seconds,
        at most 86,400. Raises ValueError when a key is missing or an argument is invalid."""
        if self._queue is None:
            return ""
        if self._secret is None:
            raise ValueError(
                "identity_token() needs the identity secret: "
                'Client(…, identity_secret="is_…"), as `sayso create-project` prints it'
            )
        audience = self._need_public_key("identity_token")
        try:
            return sign(self._secret, user_id, audience, ttl, now=time.time())
        except Invalid as error:
            raise ValueError(str(error)) from None

    def tag(
        self, user_id: UserId | None = None, *, nonce: str | None = None, stub: bool = True
    ) -> Tag:
        """The script tag for a page, already escaped: templates need not mark it as safe.

        With ``user_id`` and an identity secret it contains a token, so the page must not be cached
        for other people. ``nonce``: the nonce in your Content-Security-Policy. ``stub``: include an
        inline script, so that ``window.sayso`` can be called before the main script is loaded; your
        policy must allow it. Raises ValueError as `identity_token` does.
        """
        if self._queue is None:
            return Tag()
        public_key = quote(self._need_public_key("tag"), safe="")
        try:
            named = None if user_id is None else person_id(user_id)
        except Invalid as error:
            raise ValueError(str(error)) from None
        token = None if named is None or self._secret is None else self.identity_token(named)
        src = f"{self._host}/v1/p/{public_key}/sayso.js"
        return script_tag(src, user_id=named, token=token, nonce=nonce, stub=stub)

    def flush(self, timeout: float = 10.0) -> bool:
        """Send all queued records now, and wait at most ``timeout`` seconds.

        Returns True if all records were sent, or dropped and counted in `stats`.
        """
        if self._queue is None:
            return True
        try:
            return self._queue.flush(timeout)
        except Exception as error:  # noqa: BLE001 - never raise into the host
            self._queue.tally.warn("flush", "flush() could not be understood: %s", error)
            return False

    def close(self, timeout: float = 5.0) -> bool:
        """`flush`, then stop: records not sent in time, or tracked later, are dropped and counted.
        At process exit the queue is sent automatically, within ``exit_timeout``."""
        if self._queue is None:
            return True
        try:
            return self._queue.close(timeout)
        except Exception as error:  # noqa: BLE001 - never raise into the host
            self._queue.tally.warn("close", "close() could not be understood: %s", error)
            return False

    def stats(self) -> Stats:
        return Stats(0, 0, {}, 0) if self._queue is None else self._queue.tally.stats()

    def _need_public_key(self, call: str) -> str:
        if self._public_key is None:
            raise ValueError(
                f'{call}() needs the public key: Client(…, public_key="pk_…"), '
                "as `sayso create-project` prints it"
            )
        return self._public_key


def _encode(
    queue: Queue, call: str, properties: Properties, most_bytes: int = PROPERTIES_BYTES
) -> str:
    text, left_out = encode(properties, most_bytes)
    if left_out.count:
        queue.tally.leave_out(call, left_out.count, left_out.messages)
    return text


def _drop(queue: Queue, call: str, error: Exception) -> None:
    detail = str(error) if isinstance(error, Invalid) else repr(error)
    queue.tally.drop("invalid", detail=f"{call}: {detail}")


def _check(key: object, shape: re.Pattern[str], name: str, prefix: str) -> None:
    if not isinstance(key, str) or not shape.fullmatch(key):
        raise ValueError(
            f"{name} must be the key that begins with {prefix}, as `sayso create-project` prints "
            "it, without spaces or line ends"
        )
