from datetime import date

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged

from .common import IBAN, OpenBankingCommon, transaction

FILE = "open.banking.import.file"
MAPPING = "open.banking.sheet.mapping"
SHEET = """Date;Libellé;Montant;Solde
31/03/2026;VIR SEPA BOULANGERIE MARTIN FAC/2026/00012;1 205,50;1 185,50
30/03/2026;PRLV LOYER MARS;-1 020,00;-20,00
29/03/2026;=cmd|' /C calc'!A0;-5,00;1 000,00
"""
OPEN = "Date;Libellé;Montant\n02/03/2026;A <b>bold</b> claim;1,50\n05/03/2026;B;-2,50\n"


@tagged("post_install", "-at_install")
class TestImportSheet(OpenBankingCommon):
    def upload(self, *texts, journal=None):
        """The wizard after its sheets were given to it, and what it asks (empty when nothing)."""
        wizard = self.as_accountant("open.banking.import").create(
            {
                "journal_id": (self.journal if journal is None else journal).id,
                "attachment_ids": [
                    Command.create({"name": f"{number}.csv", "raw": text.encode()})
                    for number, text in enumerate(texts)
                ],
            }
        )
        return wizard, self.asked(wizard.action_import())

    def asked(self, action):
        return self.env[action["res_model"]].with_user(self.accountant).browse(action["res_id"])

    def lines(self, journal=None):
        return self.env["account.bank.statement.line"].search(
            [("journal_id", "=", (journal or self.journal).id)]
        )

    def other_journal(self):
        return self.env["account.journal"].create(
            {"name": "Second bank", "type": "bank", "code": "SEC", "company_id": self.company.id}
        )

    def test_a_new_layout_is_asked_with_what_is_proposed(self):
        wizard, asked = self.upload(SHEET)
        self.assertEqual((asked._name, asked.is_layout, wizard.state), (FILE, True, "files"))
        self.assertEqual(
            asked.column_ids.mapped("role"),
            ["booking_date", "remittance_unstructured", "amount", "balance"],
        )
        self.assertEqual(asked.column_ids[2].confidence, 0.99)
        self.assertTrue(asked.is_confirmed)
        self.assertIn("PRLV LOYER MARS", asked.preview)
        self.assertFalse(self.lines())

    def test_a_confirmed_layout_is_kept_and_used_without_asking(self):
        wizard, asked = self.upload(SHEET)
        report = self.asked(asked.action_answer())
        self.assertEqual((report, wizard.state), (wizard, "done"))
        self.assertEqual(sorted(self.lines().mapped("amount")), [-1020.0, -5.0, 1205.5])
        self.assertEqual((wizard.result_ids.opening, wizard.result_ids.closing), (1005.0, 1185.5))
        mapping = self.env[MAPPING].search([])
        self.assertEqual((mapping.journal_id, mapping.create_uid), (self.journal, self.accountant))
        self.assertEqual(mapping.headers, "Date, Libellé, Montant, Solde")
        again, report = self.upload(SHEET)
        self.assertEqual((report, again.result_ids.known_count), (again, 3))
        self.assertEqual(len(self.lines()), 3)

    def test_a_formula_of_a_sheet_is_a_text_of_the_line(self):
        self.upload(SHEET)[1].action_answer()
        self.assertIn("=cmd|' /C calc'!A0", self.lines().mapped("payment_ref"))

    def test_a_person_corrects_what_was_proposed(self):
        _wizard, asked = self.upload(OPEN)
        self.assertFalse(asked.date_order)
        self.assertIn("begin with the day or the month", asked.preview)
        with self.assertRaisesRegex(UserError, "begin with the day or the month"):
            asked.action_answer()
        with Form(asked) as form:
            form.date_order = "mdy"
            form.is_inverted = True
            with form.column_ids.edit(1) as column:
                column.role = "counterparty_name"
            self.assertIn("2026-02-03", form.preview)
        asked.action_answer()
        line = self.lines().filtered(lambda line: line.amount == -1.5)
        self.assertEqual(line.booking_date, date(2026, 2, 3))
        self.assertEqual(line.partner_name, "A <b>bold</b> claim")

    def test_texts_of_a_sheet_are_no_markup_in_the_preview(self):
        _wizard, asked = self.upload(OPEN)
        asked.date_order = "dmy"
        self.assertIn("A &lt;b&gt;bold&lt;/b&gt; claim", asked.preview)

    def test_a_layout_of_another_journal_is_proposed_and_not_taken(self):
        self.upload(OPEN)[1].write({"date_order": "mdy"})
        asked = self.upload(OPEN)[1]
        asked.date_order = "mdy"
        asked.action_answer()
        other = self.other_journal()
        _wizard, asked = self.upload(OPEN, journal=other)
        self.assertEqual((asked._name, asked.date_order), (FILE, "mdy"))
        self.assertFalse(self.lines(other))

    def test_a_sheet_that_names_its_account_finds_journal_and_layout_by_it(self):
        text = f"Compte;{IBAN}\n{SHEET}"
        none = self.env["account.journal"]
        _wizard, asked = self.upload(text, journal=none)
        asked.journal_id = self.journal
        asked.action_answer()
        wizard, report = self.upload(text, journal=none)
        self.assertEqual((report, wizard.result_ids.journal_id), (wizard, self.journal))

    def test_a_sheet_without_account_asks_for_the_journal_each_time(self):
        self.upload(SHEET)[1].action_answer()
        _wizard, asked = self.upload(SHEET, journal=self.env["account.journal"])
        self.assertEqual(asked._name, FILE)
        with self.assertRaisesRegex(UserError, "Choose the journal"):
            asked.action_answer()

    def test_two_sheets_of_a_new_layout_are_asked_once(self):
        later = SHEET.replace("/03/2026", "/04/2026").replace("31/04", "28/04")
        wizard, asked = self.upload(SHEET, later)
        self.assertEqual(self.asked(asked.action_answer()), wizard)
        self.assertEqual(len(self.lines()), 6)

    def test_a_line_that_is_missing_in_a_known_layout_is_refused(self):
        self.upload(SHEET)[1].action_answer()
        gap = "".join(line for line in SHEET.splitlines(keepends=True) if "LOYER" not in line)
        wizard, _report = self.upload(
            gap.replace("/03/2026", "/02/2026").replace("31/02", "27/02").replace("29/02", "26/02")
        )
        self.assertTrue(wizard.result_ids.is_refused)
        self.assertIn("does not add up", wizard.result_ids.message)
        self.assertEqual(len(self.lines()), 3)

    def test_what_a_feed_brought_is_known_in_a_sheet_of_long_texts(self):
        fed = [
            transaction(1205.5, "FAC/2026/00012", counterparty_name="Boulangerie Martin"),
            transaction(-1020, "Loyer", date(2026, 3, 30), counterparty_name="SCI du Port"),
        ]
        self.env["open.banking.sync"]._store(self.journal, fed)
        wizard, asked = self.upload(SHEET)
        asked.action_answer()
        self.assertEqual((wizard.result_ids.new_count, wizard.result_ids.known_count), (1, 2))
        self.assertEqual(len(self.lines()), 3)

    def test_layouts_of_another_company_are_neither_seen_nor_used(self):
        self.upload(SHEET)[1].action_answer()
        other = self.env["res.company"].create({"name": "Another company"})
        stranger = new_test_user(
            self.env,
            "otto",
            groups="base.group_user,open_banking_recon.group_accountant",
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        context = {"allowed_company_ids": other.ids}
        seen = self.env[MAPPING].with_user(stranger).with_context(**context)
        self.assertFalse(seen.search([]))
        with self.assertRaises(AccessError):
            seen.browse(self.env[MAPPING].search([]).ids).write({"is_inverted": True})

    def test_a_reader_sees_layouts_and_changes_none(self):
        self.upload(SHEET)[1].action_answer()
        reader = new_test_user(
            self.env,
            "rita",
            groups="base.group_user,open_banking_recon.group_reader",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        mapping = self.env[MAPPING].with_user(reader).search([])
        self.assertIn("Booking date", mapping.meaning)
        with self.assertRaises(AccessError):
            mapping.unlink()
