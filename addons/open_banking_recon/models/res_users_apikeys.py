from odoo import api, models
from odoo.tools import SQL

from odoo.addons.base.models.res_users import INDEX_SIZE

PREFIX = "recon-api "


class ResUsersApikeys(models.Model):
    """Keys that open our API alone, and of it what their scopes say.

    Odoo takes keys without a scope, or with the scope that a route asks for, for everything else: a
    key whose scope begins with ``recon-api`` opens nothing but the routes that ask for such keys.
    """

    _inherit = "res.users.apikeys"

    @api.model
    def _recon_api_sudo(self, key):
        """(user id, {scopes}) of a key that was made for our API, None for any other.

        sudo: keys are checked before there is a user.
        """
        rows = self.env.execute_query(
            SQL(
                "SELECT DISTINCT scope FROM res_users_apikeys WHERE index = %s AND scope LIKE %s",
                key[:INDEX_SIZE],
                f"{PREFIX}%",
            )
        )
        for (scope,) in rows:
            if uid := self._check_credentials(scope=scope, key=key):
                return uid, set(scope.removeprefix(PREFIX).split(" "))
        return None

    def _generate_recon_api(self, scopes, name, expiration_date):
        """A new key of the user for ``scopes``: told once, stored as a hash."""
        key = self._generate(PREFIX + " ".join(sorted(scopes)), name, expiration_date)
        facts = {"did": "api_key_made", "scopes": sorted(scopes)}
        facts["until"] = expiration_date.date().isoformat() if expiration_date else None
        self.env["recon.audit.entry"]._record("key", self.env.user, facts, False)
        return key

    def _remove(self):
        # EXTENDS base: who took back a key is in the audit log
        ours = self.filtered(lambda key: (key.scope or "").startswith(PREFIX))
        gone = [(key.user_id, key.scope.removeprefix(PREFIX).split(" ")) for key in ours]
        res = super()._remove()
        for user, scopes in gone:
            facts = {"did": "api_key_removed", "scopes": scopes}
            self.env["recon.audit.entry"]._record("key", user, facts, False)
        return res
