"""The HTTP edge for the widget, the SDK and management: check by schema, call, serialise."""
