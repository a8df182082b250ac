"""Measurements of speed and quality: ``python -m benchmarks.NAME`` from the root of the repository."""

import sys

from tools.paths import ADDONS

# the kernels, which some of them use without Odoo
for addon in ("open_banking_recon", "smart_dunning"):
    if str(ADDONS / addon) not in sys.path:
        sys.path.append(str(ADDONS / addon))
