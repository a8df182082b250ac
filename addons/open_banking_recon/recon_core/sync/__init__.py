"""What to ask a bank for, and what its answer changes in what is already stored."""
