"""The data about the person for whom a survey is rendered."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sayso_server.decision.conditions import Clock

LONG_AGO = Clock(datetime.min.replace(tzinfo=UTC))


@dataclass(frozen=True, slots=True)
class Respondent:
    """`bucket_key`: for shuffling. `event`: the properties of the event that triggered the survey,
    if this page may see them."""

    bucket_key: str = ""
    attributes: Mapping[str, Any] = field(default_factory=dict)
    event: Mapping[str, Any] = field(default_factory=dict)
    clock: Clock = LONG_AGO


NOBODY = Respondent()
