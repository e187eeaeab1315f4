"""The HTTP edge for the widget, the SDK and management: check by schema, call, serialise."""

from sayso_server.api import messages  # noqa: F401  # before any schema is made
