"""A circuit breaker: nobody waits again and again for something that is away."""

import time

AGAIN_AFTER = 5.0  # seconds after a failure until one caller tries again


class Circuit:
    """Asked before each try and told how it went. Closed as long as tries go well."""

    def __init__(self) -> None:
        self._again_at: float | None = None

    @property
    def open(self) -> bool:
        """Whether the last try failed."""
        return self._again_at is not None

    def may_try(self) -> bool:
        """False while it is open; every `AGAIN_AFTER` seconds one caller may try."""
        now = time.monotonic()
        if self._again_at is None:
            return True
        if now < self._again_at:
            return False
        self._again_at = now + AGAIN_AFTER  # meanwhile all others go on without
        return True

    def failed(self) -> None:
        self._again_at = time.monotonic() + AGAIN_AFTER

    def succeeded(self) -> None:
        self._again_at = None
