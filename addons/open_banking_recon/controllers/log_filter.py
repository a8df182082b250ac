"""Keeps what the bank sends back with the browser out of the server's log of requests."""

import logging
import re

_QUERY = re.compile(r"(/open_banking/callback)\?\S*")


class CallbackQueryFilter(logging.Filter):
    """The query holds the authorisation code and the state: they work once, and not for a reader of
    the log who is quicker."""

    def filter(self, record):
        message = record.getMessage()
        if "/open_banking/callback?" in message:
            record.msg, record.args = _QUERY.sub(r"\1?...", message), ()
        return True


# the logger of Odoo's HTTP servers, threaded and with workers
logging.getLogger("werkzeug").addFilter(CallbackQueryFilter())
