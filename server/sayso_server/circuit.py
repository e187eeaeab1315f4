"""A circuit breaker, so that callers do not keep waiting for a service that is down."""

import time

AGAIN_AFTER = 5.0  # seconds from a failure to the next try


class Circuit:
    """Callers ask `may_try` before each try and report the result. Closed while tries succeed."""

    def __init__(self) -> None:
        self._again_at: float | None = None

    @property
    def open(self) -> bool:
        """Whether the last try failed."""
        return self._again_at is not None

    def may_try(self) -> bool:
        """True while closed. While open, True for one caller every `AGAIN_AFTER` seconds."""
        now = time.monotonic()
        if self._again_at is None:
            return True
        if now < self._again_at:
            return False
        self._again_at = now + AGAIN_AFTER  # until then, all other callers skip the service
        return True

    def failed(self) -> None:
        self._again_at = time.monotonic() + AGAIN_AFTER

    def succeeded(self) -> None:
        self._again_at = None
