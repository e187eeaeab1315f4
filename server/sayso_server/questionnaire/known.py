"""What is known of the reader that a survey is drawn for."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sayso_server.decision.conditions import Clock

LONG_AGO = Clock(datetime.min.replace(tzinfo=UTC))


@dataclass(frozen=True, slots=True)
class Known:
    """`luck` is what a fair shuffle is drawn from; `event` has the properties of what brought the
    survey up, where this page may see them."""

    luck: str = ""
    attributes: Mapping[str, Any] = field(default_factory=dict)
    event: Mapping[str, Any] = field(default_factory=dict)
    clock: Clock = LONG_AGO


NOBODY = Known()
