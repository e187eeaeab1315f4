"""Storage: the only SQL. Functions here take a Connection and plain values; no edge is imported."""
