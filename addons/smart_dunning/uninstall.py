"""What this add-on does before Odoo takes its tables away."""

from odoo.addons.open_banking_recon.uninstall import release_tables


def uninstall_hook(env):
    """Let our tables go in any order."""
    release_tables(env, "smart_dunning")
