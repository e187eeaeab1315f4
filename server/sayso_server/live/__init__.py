"""Live streams: which pages listen, and messages to them."""
