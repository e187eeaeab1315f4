"""Messages between processes by Redis or Valkey: one subscription a process, routed in memory."""

import logging
import threading
import time

import redis

from sayso_server.live.hub import Hub, Message

CHANNEL = "sayso:live"
AGAIN_AFTER = 1.0  # seconds until a lost subscription is tried again

log = logging.getLogger("sayso.live")


class RedisBus:
    """While Redis is away or the subscription is lost, messages reach the listeners of the
    process that says them; other pages find their invitation at the next page."""

    def __init__(self, url: str, hub: Hub) -> None:
        self._redis = redis.Redis.from_url(
            url.replace("valkey://", "redis://", 1),
            socket_connect_timeout=2,
            health_check_interval=15,
        )
        self._hub = hub
        self._hears = threading.Event()
        self._closed = threading.Event()

    def publish(self, message: Message) -> None:
        try:
            self._redis.publish(CHANNEL, message.encode())
        except redis.RedisError as error:
            log.warning("Redis is away (%s); only this process's pages were told", error)
            self._hub.deliver(message)
        else:
            if not self._hears.is_set():
                self._hub.deliver(message)

    def listen(self) -> None:
        """Start the subscription in a thread of its own."""
        threading.Thread(target=self._run, name="sayso-live", daemon=True).start()

    def close(self) -> None:
        """End the subscription."""
        self._closed.set()
        self._redis.connection_pool.disconnect()

    def _run(self) -> None:
        while not self._closed.is_set():
            try:
                self._subscribe()
            except (
                redis.RedisError,
                OSError,
                ValueError,
            ) as error:  # a closed file is a ValueError
                self._hears.clear()
                if not self._closed.is_set():
                    log.warning("Redis is away (%s); trying again", error)
                    time.sleep(AGAIN_AFTER)

    def _subscribe(self) -> None:
        with self._redis.pubsub() as subscription:  # type: ignore[no-untyped-call]  # untyped there
            subscription.subscribe(CHANNEL)
            for message in subscription.listen():
                if message["type"] == "message":
                    self._hub.deliver(Message.decode(message["data"]))
                else:
                    self._hears.set()
