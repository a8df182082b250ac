from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

from odoo import api, fields, models
from odoo.tools import SQL

from ..recon_core.normalisers.identity import VERSION, identities, identity_of
from ..recon_core.sync.changed import changed
from ..recon_core.sync.recognise import recognise
from ..recon_core.sync.told_elsewhere import told_elsewhere
from ..recon_core.types import BankTransaction, TransactionStatus


@dataclass(frozen=True)
class Recognised:
    """What a read means for a journal.

    ``known``: how many entries are stored already. ``fresh``: [(key, BankTransaction)] that are not.
    ``changed``: {bank line id: what the bank says of it now}. ``missing``: how many lines of the
    window the bank does not tell any more.
    """

    known: int
    fresh: list
    changed: dict
    missing: int


class OpenBankingIdentity(models.Model):
    """A further identity of a bank line, or what is left of one that a person deleted.

    A line is named by the key it was stored with. When the bank changes what it says, the line gets
    a row with the new identity: it is known by both from then on. A deleted line leaves rows as
    well, so that it does not come back; to have it back, delete them.
    """

    _name = "open.banking.identity"
    _description = "Identity of a Bank Transaction"
    _order = "id desc"
    _rec_name = "identity"

    journal_id = fields.Many2one(
        "account.journal", required=True, readonly=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="journal_id.company_id", store=True, index=True)
    # no many2one: the number outlives the line
    line_ref = fields.Integer(
        "Bank line number",
        required=True,
        readonly=True,
        aggregator=None,
        help="Equal numbers are one bank line, also after it was deleted.",
    )
    identity = fields.Char(required=True, readonly=True)
    is_deleted = fields.Boolean(
        "The line was deleted", readonly=True, help="Without this row, it may be fetched again."
    )

    _known = models.Index("(journal_id, identity)")
    _unique = models.UniqueIndex("(line_ref, identity)")

    # -- recognising ----------------------------------------------------------

    @api.model
    def _recognise_file(self, journal, transactions, window, is_proved):
        """As :meth:`_recognise`, for a statement file beside a feed: see ``sync.told_elsewhere``."""

        def pairing(untold, fresh):
            return told_elsewhere(untold, fresh, is_proved)

        return self._recognise(journal, transactions, window, pairing=pairing)

    @api.model
    def _recognise(self, journals, transactions, window=None, version=VERSION, pairing=changed):
        """The :class:`Recognised` of ``transactions``, all that was told of whole days.

        ``journals``: where lines of the account may be, the present journal first; what was deleted
        elsewhere may come again. ``window``: (first day, last day) of a read that is complete:
        lines in it that are not told have changed or are missing. ``version``: the recipe that names
        new lines. ``pairing``: tells new entries that are lines in other words. A constant number of
        queries.
        """
        told = [identities(entry, version) for entry in transactions]
        lines = self._lines(journals, transactions, window)
        known = self._further(journals, told)
        for line_id, (key, _day) in lines.items():
            known[line_id].add(identity_of(key))
        entry_line = recognise(told, known)
        new = [index for index in range(len(told)) if index not in entry_line]
        untold = self._untold(lines, set(entry_line.values()), window)
        pairs = self._pairs(untold, [transactions[index] for index in new], pairing)
        used = {key for key, _day in lines.values()}
        return Recognised(
            known=len(entry_line),
            fresh=_named(
                [
                    (told[index][0], transactions[index])
                    for position, index in enumerate(new)
                    if position not in pairs
                ],
                used,
            ),
            changed={line: transactions[new[position]] for position, line in pairs.items()},
            missing=len(untold) - len(pairs),
        )

    @api.model
    def _lines(self, journals, transactions, window):
        """{line id: (key, booking date)} of the days that ``transactions`` and ``window`` cover."""
        days = [entry.booking_date for entry in transactions] + list(window or ())
        if not days:
            return {}
        self.env["account.bank.statement.line"].flush_model(
            ["journal_id", "open_banking_ref", "booking_date"]
        )
        rows = self.env.execute_query(
            SQL(
                "SELECT id, open_banking_ref, booking_date FROM account_bank_statement_line"
                " WHERE journal_id = ANY(%s) AND open_banking_ref IS NOT NULL"
                " AND booking_date BETWEEN %s AND %s",
                journals.ids,
                min(days),
                max(days),
            )
        )
        return {line_id: (key, day) for line_id, key, day in rows}

    @api.model
    def _further(self, journals, told):
        """{line id: identities of ``told``} that lines have got, living ones and deleted ones."""
        self.flush_model()
        rows = self.env.execute_query(
            SQL(
                "SELECT line_ref, identity FROM open_banking_identity"
                " WHERE journal_id = ANY(%s) AND identity = ANY(%s)"
                " AND (NOT is_deleted OR journal_id = %s)",
                journals.ids,
                list({own for entry in told for own in entry}),
                journals[:1].id,
            )
        )
        known = defaultdict(set)
        for line_ref, further in rows:
            known[line_ref].add(further)
        return known

    @api.model
    def _untold(self, lines, told, window):
        if not window:
            return []
        first, last = window
        return [
            line_id
            for line_id, (_key, day) in lines.items()
            if line_id not in told and first <= day <= last
        ]

    @api.model
    def _pairs(self, untold, fresh, pairing):
        if not untold or not fresh:
            return {}
        records = self.env["account.bank.statement.line"].browse(untold)
        return pairing({line.id: _as_transaction(line) for line in records}, fresh)

    # -- learning -------------------------------------------------------------

    @api.model
    def _learn_sudo(self, changed_lines, version=VERSION):
        """Lines get the identity that the bank's new words have, and its plain facts.

        ``changed_lines``: {bank line id: BankTransaction}. Amount, partner and accounting date stay,
        and everything else that a reconciled line was matched by. sudo: nobody writes these fields.
        """
        self._name_sudo(changed_lines, version)
        lines = self.env["account.bank.statement.line"].sudo().browse(changed_lines)
        # each line has facts of its own; the ORM writes them together when it flushes
        for line in lines.with_context(skip_account_move_synchronization=True):
            line._enrich(changed_lines[line.id])

    @api.model
    def _name_sudo(self, changed_lines, version=VERSION):
        """Lines get further identities, see :meth:`_learn_sudo`, and nothing else.

        sudo: nobody writes these fields.
        """
        lines = self.env["account.bank.statement.line"].sudo().browse(changed_lines)
        self.sudo().create(
            [
                {
                    "journal_id": line.journal_id.id,
                    "line_ref": line.id,
                    "identity": identities(changed_lines[line.id], version)[0],
                }
                for line in lines
            ]
        )

    @api.model
    def _remember_deleted_sudo(self, lines):
        """The lines of a feed among ``lines`` are about to be deleted: they must not come back.

        sudo: whoever may delete a bank line needs no other right.
        """
        self.sudo().search([("line_ref", "in", lines.ids)]).is_deleted = True
        self.sudo().create(
            [
                {
                    "journal_id": line.journal_id.id,
                    "line_ref": line.id,
                    "identity": identity_of(line.open_banking_ref),
                    "is_deleted": True,
                }
                for line in lines.filtered("open_banking_ref")
            ]
        )


def _named(entries, used):
    """[(key, entry)] for [(identity, entry)]: each gets the first count that no line has."""
    counts = defaultdict(int)
    named = []
    for own, entry in entries:
        while True:
            counts[own] += 1
            key = f"{own}:{counts[own]}"
            if key not in used:
                break
        named.append((key, entry))
    return named


def _as_transaction(line):
    """What the bank said of a stored line, as far as it was kept."""
    digits = line.currency_id.decimal_places
    return BankTransaction(
        amount=Decimal(f"{line.amount:.{digits}f}"),
        currency=line.currency_id.name,
        status=TransactionStatus.BOOKED,
        booking_date=line.booking_date,
        value_date=line.value_date or None,
        entry_reference=line.entry_reference or "",
        end_to_end_id=line.end_to_end_id or "",
        creditor_reference=line.creditor_reference or "",
        counterparty_name=line.partner_name or "",
        counterparty_iban=line.account_number or "",
        remittance_unstructured=line.payment_ref or "",
    )
