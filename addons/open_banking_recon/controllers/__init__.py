from . import answer
from . import api
from . import callback
from . import export
from . import figures
from . import log_filter
from . import webhook
