"""A bank to try the product with: Berlin Group XS2A, strong authentication, and faults on demand."""
