from . import open_banking_connect
from . import open_banking_import
from . import recon_exception_plan
from . import recon_match_wizard
