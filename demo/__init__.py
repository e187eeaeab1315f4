"""`python -m demo` (`make run`): Sayso and, beside it, a small shop that uses it as a customer's
application would."""
