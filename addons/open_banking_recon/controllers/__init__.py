from . import callback
from . import export
from . import webhook
