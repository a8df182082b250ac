"""Kernel of smart_dunning: pure Python, no Odoo, no clock and no randomness of its own."""
