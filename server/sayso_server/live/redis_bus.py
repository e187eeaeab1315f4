"""Messages between processes over Redis or Valkey: one subscription per process feeds its `Hub`."""

import logging
import threading
import time

import redis

from sayso_server.circuit import Circuit
from sayso_server.live.hub import Hub, Message

CHANNEL = "sayso:live"
RETRY_AFTER = 1.0  # seconds until a lost subscription is retried
TIMEOUT = 2.0  # seconds for Redis to connect or to answer
PING_AFTER = 5.0  # seconds without a message until the subscription is pinged

log = logging.getLogger("sayso.live")


class RedisBus:
    """A bus over Redis. While Redis is unavailable or the subscription is lost, messages reach only
    listeners in the sending process; other people get their invitation on their next page."""

    def __init__(self, url: str, hub: Hub) -> None:
        url = url.replace("valkey://", "redis://", 1)
        limits = {"socket_connect_timeout": TIMEOUT, "socket_timeout": TIMEOUT}
        self._redis = redis.Redis.from_url(url, health_check_interval=15, **limits)
        self._subscriber = redis.Redis.from_url(url, **limits)
        self._hub = hub
        self._subscribed = threading.Event()
        self._closed = threading.Event()
        self._circuit = Circuit()

    @property
    def down(self) -> bool:
        """Whether messages cannot be sent to other processes or received from them."""
        return self._circuit.open or not self._subscribed.is_set()

    def publish(self, message: Message) -> None:
        if not (self._sent(message) and self._subscribed.is_set()):
            self._hub.deliver(message)

    def _sent(self, message: Message) -> bool:
        if not self._circuit.may_try():
            return False
        try:
            self._redis.publish(CHANNEL, message.encode())
        except (redis.RedisError, OSError) as error:
            self._circuit.failed()
            log.warning("Redis is unavailable (%s); only this process's pages were told", error)
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
            except Exception as error:  # noqa: BLE001  # any error is retried
                self._subscribed.clear()
                if not self._closed.is_set():
                    log.warning("Redis is unavailable (%s); retrying", error)
                    time.sleep(RETRY_AFTER)

    def _subscribe(self) -> None:
        with self._subscriber.pubsub() as subscription:  # type: ignore[no-untyped-call]  # untyped there
            subscription.subscribe(CHANNEL)
            pinged = False
            while not self._closed.is_set():
                message = subscription.get_message(timeout=PING_AFTER)
                if message is None:
                    if pinged:
                        raise redis.TimeoutError("no answer to a ping")
                    subscription.ping()
                elif message["type"] == "message":
                    self._hub.deliver(Message.decode(message["data"]))
                else:
                    self._subscribed.set()
                pinged = message is None
