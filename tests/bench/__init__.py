"""What DESIGN's budgets promise, measured. `make bench` prints each figure beside its budget."""
