from . import log_filter, portal
