"""The shop's settings. Only this module reads the environment."""

from __future__ import annotations

import os
from dataclasses import dataclass


@dataclass(frozen=True)
class Settings:
    """The Sayso keys are printed by `sayso create-project`; `session_key` is the shop's own."""

    sayso_host: str
    sayso_secret_key: str
    sayso_public_key: str
    sayso_identity_secret: str
    session_key: str


def from_environment() -> Settings:
    """Raises KeyError that names the missing variable."""
    return Settings(
        sayso_host=os.environ["TEAHOUSE_SAYSO_HOST"],
        sayso_secret_key=os.environ["TEAHOUSE_SAYSO_SECRET_KEY"],
        sayso_public_key=os.environ["TEAHOUSE_SAYSO_PUBLIC_KEY"],
        sayso_identity_secret=os.environ["TEAHOUSE_SAYSO_IDENTITY_SECRET"],
        session_key=os.environ["TEAHOUSE_SESSION_KEY"],
    )
