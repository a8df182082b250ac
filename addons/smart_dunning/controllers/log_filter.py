"""Keeps the links to customers' pages out of the server's log: whoever has one may read the page."""

import logging
import re

_TOKEN = re.compile(r"(/follow-up/)[^/\s?\"']+")


class LinkFilter(logging.Filter):
    def filter(self, record):
        message = record.getMessage()
        if "/follow-up/" in message:
            record.msg, record.args = _TOKEN.sub(r"\1...", message), ()
        return True


# Odoo's HTTP servers, and what Odoo itself says of a request that it refuses
for _name in ("werkzeug", "odoo.http"):
    logging.getLogger(_name).addFilter(LinkFilter())
