import io
import re
import zipfile
from datetime import date
from pathlib import Path
from unittest.mock import patch

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from ..recon_core import statements
from ..wizards import open_banking_import
from .common import IBAN, OpenBankingCommon, transaction

FILE = "open.banking.import.file"
OFX = """OFXHEADER:100

<OFX><BANKMSGSRSV1><STMTTRNRS><STMTRS><CURDEF>EUR
<BANKACCTFROM><BANKID>30006<ACCTID>12345678901<ACCTTYPE>CHECKING</BANKACCTFROM>
<BANKTRANLIST><STMTTRN><TRNTYPE>CREDIT<DTPOSTED>20260302<TRNAMT>120.50<FITID>F1
<NAME>ATELIER<MEMO>FAC/2026/00012</STMTTRN></BANKTRANLIST></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>
"""

ENTRY = """
<Ntry><Amt Ccy="EUR">{amount}</Amt><CdtDbtInd>{sign}</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>
<BookgDt><Dt>2026-03-30</Dt></BookgDt><ValDt><Dt>2026-03-30</Dt></ValDt>
<BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>RCDT</Cd><SubFmlyCd>ESCT</SubFmlyCd></Fmly></Domn></BkTxCd>
<NtryDtls><TxDtls><Refs><EndToEndId>E2E-{text}</EndToEndId></Refs>
<RmtInf><Ustrd>{text}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>"""
BALANCE = """
<Bal><Tp><CdOrPrtry><Cd>{kind}</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">{amount}</Amt>
<CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-03-30</Dt></Dt></Bal>"""


def camt053(entries, opening="1000.00", closing="1075.50", iban=IBAN):
    """A camt.053 statement with ``entries`` [(amount, sign, text)]."""
    body = "".join(
        ENTRY.format(amount=amount, sign=sign, text=text) for amount, sign, text in entries
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt>'
        "<GrpHdr><MsgId>M1</MsgId><CreDtTm>2026-03-31T06:00:00</CreDtTm></GrpHdr>"
        f"<Stmt><Id>S1</Id><Acct><Id><IBAN>{iban}</IBAN></Id><Ccy>EUR</Ccy></Acct>"
        + BALANCE.format(kind="OPBD", amount=opening)
        + BALANCE.format(kind="CLBD", amount=closing)
        + f"{body}</Stmt></BkToCstmrStmt></Document>"
    ).encode()


TWO = [("100.00", "CRDT", "FAC/2026/00012"), ("24.50", "DBIT", "FRAIS")]


@tagged("post_install", "-at_install")
class TestImport(OpenBankingCommon):
    def upload(self, *files, **values):
        """The wizard after its files, [(name, data)] or data, were given to it."""
        named = [file if isinstance(file, tuple) else ("statement.xml", file) for file in files]
        wizard = self.as_accountant("open.banking.import").create(
            {
                "attachment_ids": [
                    Command.create({"name": name, "raw": data}) for name, data in named
                ],
                **values,
            }
        )
        self.answer = wizard.action_import()
        return wizard

    def refused(self, *files, **values):
        """What the person reads of the one file that is refused."""
        result = self.upload(*files, **values).result_ids
        self.assertTrue(result.is_refused)
        return result.message

    def counts(self, wizard):
        """[(read, new, already there, pending)] of the report."""
        return [
            (one.read_count, one.new_count, one.known_count, one.pending_count)
            for one in wizard.result_ids
        ]

    def lines(self):
        return self.env["account.bank.statement.line"].search(
            [("journal_id", "=", self.journal.id)]
        )

    def test_a_statement_is_booked_in_the_journal_of_its_account(self):
        wizard = self.upload(camt053(TWO))
        self.assertEqual(sorted(self.lines().mapped("amount")), [-24.5, 100.0])
        self.assertEqual(wizard.state, "done")
        self.assertIn("2 new bank lines", wizard.summary)

    def test_the_report_tells_what_each_statement_gave(self):
        [result] = self.upload(camt053(TWO)).result_ids
        self.assertEqual(result.journal_id, self.journal)
        self.assertEqual((result.opening, result.closing), (1000.0, 1075.5))
        self.assertEqual(result.date_from, date(2026, 3, 30))
        lines = self.env["account.bank.statement.line"].search(result.action_open_lines()["domain"])
        self.assertEqual(lines, self.lines())

    def test_the_same_file_twice_books_nothing_twice(self):
        self.upload(camt053(TWO))
        wizard = self.upload(camt053(TWO))
        self.assertEqual(len(self.lines()), 2)
        self.assertIn("0 new bank lines, 2 already there", wizard.summary)

    def test_equal_entries_on_two_pages_of_a_file_are_two_payments(self):
        first = camt053(TWO[:1], closing="1100.00")
        page = first[first.index(b"<Stmt>") : first.index(b"</BkToCstmrStmt>")]
        second = page.replace(b"1100.00", b"1200.00").replace(b"1000.00", b"1100.00")
        both = first.replace(b"</BkToCstmrStmt>", second + b"</BkToCstmrStmt>")
        self.assertEqual(self.counts(self.upload(both)), [(1, 1, 0, 0), (1, 1, 0, 0)])
        self.assertEqual(self.counts(self.upload(both)), [(1, 0, 1, 0), (1, 0, 1, 0)])
        self.assertEqual(len(self.lines()), 2)

    def test_a_statement_that_is_in_a_file_twice_is_booked_once(self):
        once = camt053(TWO)
        page = once[once.index(b"<Stmt>") : once.index(b"</BkToCstmrStmt>")]
        self.upload(once.replace(b"</BkToCstmrStmt>", page + b"</BkToCstmrStmt>"))
        self.assertEqual(len(self.lines()), 2)

    def test_a_bad_file_changes_nothing_of_itself_nor_of_the_others(self):
        good, bad = camt053(TWO), camt053([("7.00", "CRDT", "X")], closing="1080.00")
        wizard = self.upload(("bad.xml", bad), ("good.xml", good), ("cut.xml", good[:-40]))
        by_name = {one.name: one for one in wizard.result_ids}
        self.assertIn("does not add up", by_name["bad.xml"].message)
        self.assertIn("cut off", by_name["cut.xml"].message)
        self.assertEqual(by_name["good.xml"].new_count, 2)
        self.assertEqual(len(self.lines()), 2)
        self.assertIn("Files refused: 2", wizard.summary)

    def test_an_archive_is_as_good_as_its_files(self):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            archive.writestr("march/one.xml", camt053(TWO))
            archive.writestr("march/two.xml", camt053(TWO)[:-30])
        wizard = self.upload(("march.zip", out.getvalue()))
        self.assertEqual(
            wizard.result_ids.mapped("name"), ["march.zip/one.xml", "march.zip/two.xml"]
        )
        self.assertEqual(wizard.result_ids.mapped("is_refused"), [False, True])

    def test_a_file_in_an_archive_is_as_large_as_one_outside_or_smaller(self):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("large.txt", b" " * (20 * 1024 * 1024 + 1))
        self.assertIn("larger than 20 MB", self.refused(("large.zip", out.getvalue())))

    def test_what_a_feed_brought_in_other_words_is_not_booked_again(self):
        day = date(2026, 3, 30)
        fed = transaction(100, "FAC 12", day, counterparty_name="Atelier", entry_reference="B1")
        self.env["open.banking.sync"]._store(self.journal, [fed])
        wizard = self.upload(camt053(TWO))
        self.assertEqual(self.counts(wizard), [(2, 1, 1, 0)])
        self.assertEqual(len(self.lines()), 2)
        line = self.lines().filtered(lambda line: line.amount == 100)
        self.assertEqual((line.payment_ref, line.partner_name), ("FAC 12", "Atelier"))
        self.assertEqual(self.counts(self.upload(camt053(TWO))), [(2, 0, 2, 0)])

    def test_a_feed_that_comes_after_the_file_books_nothing_twice(self):
        self.upload(camt053(TWO))
        entries = [
            transaction(100, "FAC/2026/00012", date(2026, 3, 30), counterparty_name="Atelier"),
            transaction(-24.5, "FRAIS", date(2026, 3, 30)),
        ]
        self.bank.transactions = entries
        self.account()
        self.sync()
        self.assertEqual(len(self.lines()), 2)

    def test_a_notification_is_not_taken_for_all_of_its_day(self):
        day = date(2026, 3, 30)
        fed = transaction(100, "VIREMENT", day)
        self.env["open.banking.sync"]._store(self.journal, [fed])
        told = camt053(TWO[:1]).replace(b"BkToCstmrStmt", b"BkToCstmrDbtCdtNtfctn")
        told = told.replace(b"<Stmt>", b"<Ntfctn>").replace(b"</Stmt>", b"</Ntfctn>")
        told = re.sub(rb"<Bal>.*?</Bal>", b"", told, flags=re.DOTALL)
        self.assertEqual(self.counts(self.upload(told)), [(1, 1, 0, 0)])

    def test_pending_entries_are_counted_and_left_out(self):
        data = camt053(TWO, closing="1100.00").replace(b"BOOK", b"PDNG")
        data = data.replace(b"PDNG", b"BOOK", 1)
        self.assertEqual(self.counts(self.upload(data)), [(2, 1, 0, 1)])

    def test_broken_and_foreign_files_are_refused_in_words(self):
        cases = [
            (camt053(TWO)[:-40], "cut off"),
            (camt053(TWO, closing="1080.00"), "does not add up"),
            (b"%PDF-1.4 not a statement", "no bank statement"),
            (b"  ", "empty"),
            (b"\0" * 500, "no bank statement"),
            (b"PK\x03\x04" + b"x" * 100, "ZIP archive is broken"),
            (b" " * (20 * 1024 * 1024 + 1), "larger than 20 MB"),
            (camt053(TWO, iban="FR7610107001011234567890129"), "No bank journal has the account"),
            (camt053(TWO).replace(b'"EUR"', b'"CHF"').replace(b">EUR<", b">CHF<"), "is in CHF"),
            (
                b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]>'
                b'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08">'
                b"<BkToCstmrStmt>&a;</BkToCstmrStmt></Document>",
                "XML entities",
            ),
        ]
        for data, said in cases:
            with self.subTest(said=said):
                message = self.refused(data)
                self.assertIn(said, message)
                self.assertIn("Nothing was imported", message)
        self.assertFalse(self.lines())

    def test_many_files_take_several_requests_and_what_is_done_stays(self):
        first, second = camt053(TWO), camt053([("7.00", "CRDT", "X")], closing="1007.00")
        with patch.object(open_banking_import, "BUDGET_S", -1):
            wizard = self.upload(("1.xml", first), ("2.xml", second))
        self.assertEqual((wizard.state, wizard.progress[:6]), ("running", "0 of 2"))
        wizard.action_go_on()
        self.assertEqual((wizard.state, len(self.lines())), ("done", 3))

    def test_every_code_of_a_reader_has_its_sentence(self):
        kernel = Path(statements.__file__).parent
        files = [*kernel.glob("*.py"), kernel.parent / "safe_xml.py"]
        text = "".join(path.read_text() for path in files)
        codes = set(re.findall(r'FileFormatError\(\s*"(\w+)"', text))
        codes |= set(re.findall(r'"((?:sheet|ambiguous)_\w+)", ', text))
        self.assertGreater(len(codes), 30)
        told = self.env["open.banking.import.messages"]._told
        unknown = {code for code in codes if "cannot be read (" in told(code)}
        self.assertEqual(unknown, {"sheet_not_mapped"})  # the wizard asks before

    def test_an_import_without_a_file_says_so(self):
        wizard = self.as_accountant("open.banking.import").create({})
        with self.assertRaisesRegex(UserError, "Choose the files"):
            wizard.action_import()

    def test_a_journal_of_another_account_is_refused(self):
        message = self.refused(
            camt053(TWO, iban="FR7610107001011234567890129"), journal_id=self.journal.id
        )
        self.assertIn("belongs to the one that ends in", message)

    def test_a_national_account_number_is_found_in_the_iban(self):
        message = OFX.replace("12345678901", IBAN[14:25])
        self.upload(("bank.ofx", message.encode()))
        self.assertEqual(self.lines().mapped("amount"), [120.5])

    def test_a_file_cut_anywhere_leaves_nothing_that_is_not_whole(self):
        data = camt053(TWO)
        files = [(f"{end}.xml", data[:end]) for end in range(50, len(data), 50)]
        wizard = self.upload(*files, journal_id=self.journal.id)
        self.assertEqual(wizard.result_ids.mapped("is_refused"), [True] * len(files))
        self.assertFalse(self.lines())

    def test_the_days_of_a_file_that_does_not_tell_are_asked(self):
        qif = b"!Type:Bank\nD02/03/2026\nT-12.50\nPShop\n^\n"
        wizard = self.upload(("bank.qif", qif), journal_id=self.journal.id)
        self.assertEqual((wizard.state, self.answer["res_model"]), ("files", FILE))
        asked = self.env[FILE].with_user(self.accountant).browse(self.answer["res_id"])
        self.assertIn("begin with the day or the month", asked.question)
        asked.date_order = "dmy"
        asked.action_answer()
        self.assertEqual(wizard.state, "done")
        self.assertEqual(self.lines().booking_date, date(2026, 3, 2))
        self.assertEqual(self.lines().currency_id.name, "EUR")

    def test_a_file_that_is_left_out_changes_nothing(self):
        qif = b"!Type:Bank\nD02/03/2026\nT-12.50\nPShop\n^\n"
        wizard = self.upload(("bank.qif", qif), camt053(TWO))
        self.env[FILE].browse(self.answer["res_id"]).action_skip()
        self.assertEqual(len(self.lines()), 2)
        self.assertEqual(wizard.result_ids.mapped("is_refused"), [False, True])

    def test_a_file_without_account_needs_a_journal(self):
        qif = b"!Type:Bank\nD13/03/2026\nT-12.50\nPShop\n^\n"
        self.assertIn("names no account", self.refused(("bank.qif", qif)))

    def test_the_files_are_gone_when_the_report_is_shown(self):
        self.upload(camt053(TWO))
        left = self.env["ir.attachment"].search_count(
            [("res_model", "=", "open.banking.import"), ("name", "=", "statement.xml")]
        )
        self.assertEqual(left, 0)

    def test_the_card_of_a_journal_opens_the_import_for_it(self):
        action = self.journal.with_user(self.accountant).action_open_banking_import()
        self.assertEqual(action["context"], {"default_journal_id": self.journal.id})

    def test_a_reader_imports_nothing(self):
        reader = new_test_user(
            self.env, "rita", groups="base.group_user,open_banking_recon.group_reader"
        )
        with self.assertRaises(AccessError):
            self.env["open.banking.import"].with_user(reader).create({})
