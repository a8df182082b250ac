"""Kernel of open_banking_recon: pure Python, no Odoo, no clock and no randomness of its own."""
