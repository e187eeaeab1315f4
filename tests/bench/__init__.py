"""Measures DESIGN's budgets. `make bench` prints each figure beside its budget."""
