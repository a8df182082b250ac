import re

from odoo import models
from odoo.http import request

_BEARER = re.compile(r"bearer\s+(\S+)", re.IGNORECASE)


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    @classmethod
    def _auth_method_recon_api(cls):
        """A key that was made for our API, or whatever Odoo takes for its own JSON-2.

        ``request.recon_api_scopes``: what such a key allows, None when nothing limits the caller.
        """
        request.recon_api_scopes = None
        token = _BEARER.fullmatch(request.httprequest.headers.get("Authorization", "").strip())
        found = token and request.env["res.users.apikeys"]._recon_api_sudo(token[1])
        if not found:
            cls._auth_method_bearer()
            return
        uid, request.recon_api_scopes = found
        request.update_env(user=uid)
        request.session.can_save = False  # a key makes no session
        cls._auth_method_user()
