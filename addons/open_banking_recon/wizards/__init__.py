from . import open_banking_connect
from . import open_banking_import
from . import recon_exception_plan
from . import open_banking_import_messages
from . import open_banking_import_file
from . import open_banking_import_layout
from . import open_banking_import_result
from . import recon_match_wizard
