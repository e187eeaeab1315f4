"""`python -m demo` (`make run`): Sayso, and a small shop that uses it like a customer's
application."""
