"""Makes the data files of python-stdnum readable inside Odoo.

Odoo wraps the loader of the package ``stdnum`` to patch one of its functions (see
``odoo/_monkeypatches``); what stands there afterwards can no longer open the package's own data
files, and ``import stdnum.iban`` fails with "Can't open orphan path". Imported first, before the
kernel.
"""

from importlib.machinery import SourceFileLoader

import stdnum

if not hasattr(stdnum.__spec__.loader, "get_resource_reader"):
    stdnum.__spec__.loader = SourceFileLoader("stdnum", stdnum.__file__)
