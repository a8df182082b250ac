"""When work that failed is tried again."""
