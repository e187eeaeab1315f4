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
    """While Redis is away, messages reach the listeners of this process; other pages find their
    invitation at the next page."""

    def __init__(self, url: str, hub: Hub) -> None:
        self._redis = redis.Redis.from_url(
            url.replace("valkey://", "redis://", 1),
            socket_connect_timeout=2,
            health_check_interval=15,
        )
        self._hub = hub

    def publish(self, message: Message) -> None:
        try:
            self._redis.publish(CHANNEL, message.encode())
        except redis.RedisError as error:
            log.warning("Redis is away (%s); only this process's pages were told", error)
            self._hub.deliver(message)

    def listen(self) -> None:
        """Start the subscription in a thread of its own."""
        threading.Thread(target=self._run, name="sayso-live", daemon=True).start()

    def _run(self) -> None:
        while True:
            try:
                self._subscribe()
            except redis.RedisError as error:
                log.warning("Redis is away (%s); trying again", error)
                time.sleep(AGAIN_AFTER)

    def _subscribe(self) -> None:
        with self._redis.pubsub(ignore_subscribe_messages=True) as subscription:  # type: ignore[no-untyped-call]  # untyped there
            subscription.subscribe(CHANNEL)
            for message in subscription.listen():
                self._hub.deliver(Message.decode(message["data"]))
