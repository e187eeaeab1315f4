"""Storage: the only SQL. Functions take a Transaction or Connection; nothing above is imported."""
