"""The HTTP API for the widget, the SDK and management. A view checks the request against its
schema, calls one use case and serialises the result."""

from sayso_server.api import messages  # noqa: F401  # sets messages before any schema is made
