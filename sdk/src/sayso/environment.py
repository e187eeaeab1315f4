"""The SDK's own environment variables, for `sayso.init()` without a secret key.

The names begin with ``SAYSO_SDK_`` because a server on the same machine reads ``SAYSO_…``, and its
secret key is a different one.
"""

from os import environ
from typing import Any, Final

VARIABLES: Final = {
    name: f"SAYSO_SDK_{name.upper()}"
    for name in (
        *("secret_key", "host", "public_host", "public_key", "identity_secret"),
        *("proxy", "ca_certs", "enabled"),
    )
}
_YES_OR_NO: Final = {
    **dict.fromkeys(("1", "true", "yes", "on"), True),
    **dict.fromkeys(("0", "false", "no", "off"), False),
}


def from_environment() -> dict[str, Any]:
    """Arguments for `Client`; empty variables are ignored. Raises ValueError if
    ``SAYSO_SDK_ENABLED`` is not true or false."""
    values = {name: environ.get(variable, "").strip() for name, variable in VARIABLES.items()}
    arguments: dict[str, Any] = {name: value for name, value in values.items() if value}
    if "enabled" in arguments:
        enabled = _YES_OR_NO.get(arguments["enabled"].lower())
        if enabled is None:
            raise ValueError(f"{VARIABLES['enabled']} must be true or false")
        arguments["enabled"] = enabled
    return {"secret_key": None, **arguments}
