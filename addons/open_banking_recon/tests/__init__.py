from . import test_access
from . import test_consent
from . import test_document
from . import test_import
from . import test_match
from . import test_sentences
from . import test_sync
from . import test_wizard
