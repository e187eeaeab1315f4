"""Storage: the only code with SQL. Functions take a Transaction or a Connection. Nothing from a
higher layer is imported."""
