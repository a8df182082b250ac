"""Matching of bank lines with open documents: :func:`match` is the whole interface."""
