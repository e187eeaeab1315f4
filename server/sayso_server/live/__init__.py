"""Live streams: the listening pages and the messages to them."""
