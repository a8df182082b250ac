from . import callback
from . import webhook
