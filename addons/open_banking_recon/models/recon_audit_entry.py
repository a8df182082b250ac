import logging

import psycopg2

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

from ..recon_core.audit.chain import Entry, Head, canonical_facts, link
from .advisory_lock import AUDIT

_logger = logging.getLogger(__name__)

LINKED_AT_ONCE = 10_000
PENDING = "open_banking_recon.audit_pending"
KINDS = [
    ("consent", "Consent"),
    ("sync", "Fetch of transactions"),
    ("access", "Bank data looked at"),
    ("export", "Export"),
    ("match", "Match"),
    ("setting", "Rule or policy changed"),
    ("approval", "Request to a second person"),
    ("contact", "Message to a customer"),
    ("key", "Keys"),
    ("erasure", "Erasure"),
    ("archive", "Archive of the log"),
]
COLUMNS = SQL("company_id, at, kind, actor_id, res_model, res_id, facts")
INSERT = (
    "INSERT INTO recon_audit_entry (company_id, at, kind, actor_id, res_model, res_id, facts)"
    " VALUES %s"
)
LINK = (
    "UPDATE recon_audit_entry AS e SET position = v.position, link = v.link"
    " FROM (VALUES %s) AS v (id, position, link) WHERE e.id = v.id"
)


class ReconAuditEntry(models.Model):
    """Who did what, when: written once, never changed, each entry linked to the one before it.

    An entry is written in the transaction of what it tells, so that there is neither without the
    other, and linked right after its commit, in the order of the commits. Entries hold references and
    no values of persons: an erasure leaves the chain whole.
    """

    _name = "recon.audit.entry"
    _description = "Audit Entry"
    _order = "id desc"
    _rec_name = "kind"
    _log_access = False

    company_id = fields.Many2one("res.company", readonly=True, index=True, ondelete="restrict")
    position = fields.Integer(readonly=True, help="Place in the chain of the company.")
    at = fields.Datetime("Moment", required=True, readonly=True, index=True)
    kind = fields.Selection(KINDS, required=True, readonly=True)
    # no Many2one: a user who is deleted stays the one who did it
    actor_id = fields.Integer("User", readonly=True)
    actor_name = fields.Char("By", compute="_compute_actor_name", search="_search_actor_name")
    res_model = fields.Char("Model", readonly=True)
    res_id = fields.Many2oneReference("Record", model_field="res_model", readonly=True)
    facts = fields.Text(required=True, readonly=True)
    link = fields.Char(readonly=True, help="SHA-256 over this entry and the link before it.")

    _chain = models.UniqueIndex("(COALESCE(company_id, 0), position)")
    _subject = models.Index("(res_model, res_id)")
    _unlinked = models.Index("(id) WHERE link IS NULL")

    def init(self):
        """The database itself refuses changes, whoever asks through Odoo."""
        self.env.cr.execute(GUARD)

    @api.depends("actor_id")
    def _compute_actor_name(self):
        # sudo: who reads the log may know who acted, of whatever company
        users = self.env["res.users"].sudo().browse(set(self.mapped("actor_id"))).exists()
        names = {user.id: user.name for user in users}
        for entry in self:
            entry.actor_name = names.get(entry.actor_id) or str(entry.actor_id)

    def _search_actor_name(self, operator, value):
        # sudo: as above
        users = self.env["res.users"].sudo().with_context(active_test=False)
        return [("actor_id", "in", users.search([("name", operator, value)]).ids)]

    # -- nobody writes it -----------------------------------------------------

    # nobody may: there is nothing to pass on
    @api.model_create_multi
    def create(self, vals_list):  # pylint: disable=method-required-super
        raise AccessError(self.env._("The audit log is written by what happens, not by people."))

    # nobody may: there is nothing to pass on
    def write(self, vals):  # pylint: disable=method-required-super
        raise AccessError(self.env._("Nobody can change the audit log."))

    @api.ondelete(at_uninstall=False)
    def _refuse_unlink(self):
        raise AccessError(self.env._("Nobody can delete from the audit log; archive it instead."))

    # -- but what happens -----------------------------------------------------

    @api.model
    def _record(self, kind, records, facts=None, company=None):
        """Note that the user did something to ``records``.

        ``facts``: what, as a JSON value for all, or {record id: JSON value}. ``company``: for records
        without a company of their own; False for what concerns all. References and codes only.
        """
        now = self.env.cr.now()
        rows = []
        for record in records:
            own = facts[record.id] if isinstance(facts, dict) and record.id in facts else facts
            where = record.company_id.id if company is None else company and company.id
            rows.append(
                (where or None, now, kind, self.env.uid, record._name, record.id)
                + (canonical_facts(own or {}),)
            )
        self._insert(rows)

    @api.model
    def _record_alone(self, kind, facts, company=None):
        """Note something that is about no record in particular."""
        row = (company and company.id, self.env.cr.now(), kind, self.env.uid, None, None)
        self._insert([(*row, canonical_facts(facts))])

    @api.model
    def _insert(self, rows):
        if not rows:
            return
        self.env.cr.execute_values(INSERT, rows, page_size=1000)
        self.invalidate_model()
        if not self.env.cr.postcommit.data.get(PENDING):
            self.env.cr.postcommit.data[PENDING] = True
            self.env.cr.postcommit.add(self._link_after_commit)

    # -- linking --------------------------------------------------------------

    def _link_after_commit(self):
        """Link what was committed. What cannot be linked now is linked by the next one, or the cron."""
        try:
            with self.env.registry.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL READ COMMITTED")
                api.Environment(cursor, SUPERUSER_ID, {})[self._name]._link_waiting()
        except psycopg2.Error as error:
            _logger.info("the audit log is linked later: %s", error)

    @api.model
    def _cron_link(self):
        """Link what was left over by a worker that died."""
        self._link_after_commit()

    @api.model
    def _link_waiting(self):
        """Link all entries that wait, one linker at a time. Its transaction reads what others have
        committed after it began: it waits for its turn before it looks."""
        self.env.cr.execute(SQL("SELECT pg_advisory_xact_lock(%s, 0)", AUDIT))
        while rows := self._waiting():
            heads = {}
            linked = []
            for identity, *columns in rows:
                chain = columns[0] or 0
                head = heads.get(chain) or self._head(chain)
                entry = _entry(head.position + 1, columns)
                heads[chain] = Head(entry.position, link(head.link, entry))
                linked.append((identity, entry.position, heads[chain].link))
            self.env.cr.execute_values(LINK, linked, page_size=1000)
            self.env["recon.audit.head"]._note(heads)
        self.invalidate_model()

    def _waiting(self):
        return self.env.execute_query(
            SQL(
                "SELECT id, %s FROM recon_audit_entry WHERE link IS NULL ORDER BY id LIMIT %s",
                COLUMNS,
                LINKED_AT_ONCE,
            )
        )

    @api.model
    def _head(self, chain):
        """The Head of the chain of a company, of 0 for what concerns all."""
        rows = self.env.execute_query(
            SQL(
                "SELECT position, link FROM recon_audit_entry"
                " WHERE COALESCE(company_id, 0) = %s AND position IS NOT NULL"
                " ORDER BY position DESC LIMIT 1",
                chain,
            )
        )
        return Head(*rows[0]) if rows else self.env["recon.audit.archive"]._last_head(chain)


def _entry(position, columns):
    company, at, kind, actor, model, record, facts = columns
    return Entry(company or 0, position, at, kind, actor, model or "", record or 0, facts)


# The one change that is let through is the link of an entry that had none; what was archived may be
# deleted. TRUNCATE has no rows to look at.
GUARD = """
CREATE OR REPLACE FUNCTION recon_audit_entry_guard() RETURNS trigger AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF OLD.link IS NULL AND OLD.position IS NULL AND NEW.link IS NOT NULL
           AND (OLD.id, OLD.company_id, OLD.at, OLD.kind, OLD.actor_id, OLD.res_model, OLD.res_id, OLD.facts)
               IS NOT DISTINCT FROM
               (NEW.id, NEW.company_id, NEW.at, NEW.kind, NEW.actor_id, NEW.res_model, NEW.res_id, NEW.facts)
        THEN
            RETURN NEW;
        END IF;
    ELSIF TG_OP = 'DELETE' THEN
        IF EXISTS (SELECT 1 FROM recon_audit_archive a
                    WHERE a.chain = COALESCE(OLD.company_id, 0) AND OLD.position <= a.position
                      AND a.is_kept)
        THEN
            RETURN OLD;
        END IF;
    END IF;
    RAISE EXCEPTION 'The audit log can only be added to.' USING ERRCODE = 'insufficient_privilege';
END $$ LANGUAGE plpgsql;
DROP TRIGGER IF EXISTS recon_audit_entry_guard ON recon_audit_entry;
CREATE TRIGGER recon_audit_entry_guard BEFORE UPDATE OR DELETE ON recon_audit_entry
    FOR EACH ROW EXECUTE FUNCTION recon_audit_entry_guard();
DROP TRIGGER IF EXISTS recon_audit_entry_guard_all ON recon_audit_entry;
CREATE TRIGGER recon_audit_entry_guard_all BEFORE TRUNCATE ON recon_audit_entry
    FOR EACH STATEMENT EXECUTE FUNCTION recon_audit_entry_guard();
"""
