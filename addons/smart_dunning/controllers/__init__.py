from . import log_filter, opt_out, portal
