import base64

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import IBAN, OpenBankingCommon

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
    def upload(self, data, **values):
        wizard = self.as_accountant("open.banking.import").create(
            {"file": base64.b64encode(data), "filename": "statement.xml", **values}
        )
        return wizard.action_import()

    def lines(self):
        return self.env["account.bank.statement.line"].search(
            [("journal_id", "=", self.journal.id)]
        )

    def test_a_statement_is_booked_in_the_journal_of_its_account(self):
        answer = self.upload(camt053(TWO))
        self.assertEqual(sorted(self.lines().mapped("amount")), [-24.5, 100.0])
        self.assertIn("2 new bank lines", answer["params"]["message"])

    def test_the_same_file_twice_books_nothing_twice(self):
        self.upload(camt053(TWO))
        answer = self.upload(camt053(TWO))
        self.assertEqual(len(self.lines()), 2)
        self.assertIn("0 new bank lines, 2 already there", answer["params"]["message"])

    def test_a_file_that_does_not_add_up_changes_nothing(self):
        with self.assertRaisesRegex(UserError, "does not add up"):
            self.upload(camt053(TWO, closing="1080.00"))
        self.assertFalse(self.lines())

    def test_broken_and_foreign_files_are_refused_in_words(self):
        cases = [
            (camt053(TWO)[:-40], "cut off"),
            (b"%PDF-1.4 not a statement", "no bank statement"),
            (b"  ", "empty"),
            (camt053(TWO, iban="FR7610107001011234567890129"), "No bank journal has the account"),
            (
                b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]>'
                b'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08">'
                b"<BkToCstmrStmt>&a;</BkToCstmrStmt></Document>",
                "XML entities",
            ),
        ]
        for data, said in cases:
            with self.subTest(said=said), self.assertRaisesRegex(UserError, said):
                self.upload(data)
        self.assertFalse(self.lines())

    def test_a_statement_in_another_currency_is_refused(self):
        with self.assertRaisesRegex(UserError, "is in CHF"):
            self.upload(camt053(TWO).replace(b'"EUR"', b'"CHF"').replace(b">EUR<", b">CHF<"))
        self.assertFalse(self.lines())

    def test_a_journal_of_another_account_is_refused(self):
        with self.assertRaisesRegex(UserError, "belongs to the one that ends in"):
            self.upload(
                camt053(TWO, iban="FR7610107001011234567890129"), journal_id=self.journal.id
            )
