"""Messages between processes by Redis or Valkey: one subscription a process, routed in memory."""

import logging
import threading
import time

import redis

from sayso_server.circuit import Circuit
from sayso_server.live.hub import Hub, Message

CHANNEL = "sayso:live"
AGAIN_AFTER = 1.0  # seconds until a lost subscription is tried again
PATIENCE = 2.0  # seconds that Redis may take to connect or to answer
QUIET_FOR = 5.0  # seconds without a message until the subscription is asked whether it still stands

log = logging.getLogger("sayso.live")


class RedisBus:
    """While Redis is away or the subscription is lost, messages reach the listeners of the
    process that says them; other pages find their invitation at the next page."""

    def __init__(self, url: str, hub: Hub) -> None:
        url = url.replace("valkey://", "redis://", 1)
        limits = {"socket_connect_timeout": PATIENCE, "socket_timeout": PATIENCE}
        self._redis = redis.Redis.from_url(url, health_check_interval=15, **limits)
        self._subscriber = redis.Redis.from_url(url, **limits)
        self._hub = hub
        self._hears = threading.Event()
        self._closed = threading.Event()
        self._circuit = Circuit()

    @property
    def away(self) -> bool:
        """Whether messages of other processes do not arrive, or ours do not leave."""
        return self._circuit.open or not self._hears.is_set()

    def publish(self, message: Message) -> None:
        if not (self._sent(message) and self._hears.is_set()):
            self._hub.deliver(message)

    def _sent(self, message: Message) -> bool:
        if not self._circuit.may_try():
            return False
        try:
            self._redis.publish(CHANNEL, message.encode())
        except (redis.RedisError, OSError) as error:
            self._circuit.failed()
            log.warning("Redis is away (%s); only this process's pages were told", error)
            return False
        self._circuit.succeeded()
        return True

    def listen(self) -> None:
        """Start the subscription in a thread of its own."""
        threading.Thread(target=self._run, name="sayso-live", daemon=True).start()

    def close(self) -> None:
        """End the subscription."""
        self._closed.set()
        self._redis.connection_pool.disconnect()
        self._subscriber.connection_pool.disconnect()

    def _run(self) -> None:
        while not self._closed.is_set():
            try:
                self._subscribe()
            except Exception as error:  # noqa: BLE001  # whatever it was, the next try is another
                self._hears.clear()
                if not self._closed.is_set():
                    log.warning("Redis is away (%s); trying again", error)
                    time.sleep(AGAIN_AFTER)

    def _subscribe(self) -> None:
        with self._subscriber.pubsub() as subscription:  # type: ignore[no-untyped-call]  # untyped there
            subscription.subscribe(CHANNEL)
            asked = False
            while not self._closed.is_set():
                message = subscription.get_message(timeout=QUIET_FOR)
                if message is None:
                    if asked:
                        raise redis.TimeoutError("no answer to a ping")
                    subscription.ping()
                elif message["type"] == "message":
                    self._hub.deliver(Message.decode(message["data"]))
                else:
                    self._hears.set()
                asked = message is None
