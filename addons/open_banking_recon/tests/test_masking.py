import json

from odoo import fields
from odoo.exceptions import AccessError
from odoo.service.model import call_kw
from odoo.tests import new_test_user, tagged
from odoo.tools import SQL

from ..models.recon_masking import NOT
from . import test_rpc_access
from .common import OpenBankingCommon
from .rpc_case import VICTIM, own_models

IBAN = "DE89370400440532013000"
NATIONAL = "00077712345"
LINE = "account.bank.statement.line"
TEXTS = ("char", "text", "html")
# Counts, codes and settings of ours: nothing in them was written by a bank.
WITHOUT_RECORD = {
    "open.banking.read",
    "open.banking.sheet.mapping",
    "open.banking.sync",
    "recon.cash.snapshot",
    "recon.deadline",
    "recon.experience",
    "recon.policy",
    "recon.remembered.account",
}


def tells(value):
    """Whether an answer shows a planted number, however it is spaced."""
    text = json.dumps(value, default=str, ensure_ascii=False).replace(" ", "")
    return IBAN in text or NATIONAL in text


@tagged("post_install", "-at_install")
class TestMasking(OpenBankingCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.users = {
            role: new_test_user(
                cls.env,
                f"masking_{role}",
                f"base.group_user,base.group_allow_export,open_banking_recon.group_{role}",
                company_id=cls.company.id,
            )
            for role in ("reader", "accountant")
        }

    def setUp(self):
        super().setUp()
        account = self.account(stable_ref="stable-1")
        self.invoice("INV/2026/00077", 120.0)
        self.bank_line(120.0, "INV/2026/00077 BOULANGERIE", counterparty_iban=IBAN)
        self.doubtful = self.bank_line(
            70.0,
            f"VIR {IBAN[:4]} {IBAN[4:]} DUPONT",
            counterparty_iban=NATIONAL,
            mandate_id=NATIONAL,
            end_to_end_id=NATIONAL,
        )
        self.match()
        records = test_rpc_access.TestRpcAccess._records(self, account)
        self.exception = self.env["recon.exception"].search([("st_line_id", "=", self.doubtful.id)])
        self.proposal = self.env["recon.proposal"].create(
            {
                "st_line_id": self.doubtful.id,
                "state": "proposed",
                "rule": "amount",
                "probability": 0.5,
                "evidence": [
                    {"code": "partner_iban", "weight": 3.0, "params": {"partner": IBAN}},
                ],
            }
        )
        self.env["recon.partner.alias"].create(
            [
                {
                    "partner_id": self.vendor.id,
                    "kind": "iban",
                    "value": value,
                    "company_id": company,
                }
                for value, company in ((IBAN, self.company.id), (NATIONAL, self.company.id))
            ]
        )
        self.env["open.banking.pending"].create(
            {
                "account_id": account.id,
                "amount": 5,
                "currency_id": self.company.currency_id.id,
                "counterparty_name": IBAN,
                "remittance_unstructured": f"DE {IBAN}",
            }
        )
        entry = {"account_id": self.fee_account.id, "name": f"VIR {IBAN}", "balance": -70.0}
        self.env["recon.write.off.request"].create(
            {
                "st_line_id": self.doubtful.id,
                "requested_by_id": self.env.uid,
                "requested_at": fields.Datetime.now(),
                "reason": f"paid from {IBAN}",
                "entry": [{**entry, "partner_id": False, "amount_currency": -70.0}],
            }
        )
        self.victims = {
            record._name: record
            for record in (*records, self.journal, account, self.exception, self.doubtful)
        }
        self.plant()

    def masked_models(self):
        return [
            self.env[name]
            for name in (LINE, *own_models(self.env, "open_banking_recon"))
            if name not in NOT and not self.env[name]._abstract and not self.env[name]._transient
        ]

    def plant(self):
        """Put an IBAN into each text of each of our models, whatever it is for."""
        self.env.flush_all()
        for model in self.masked_models():
            columns = [
                name
                for name, field in model._fields.items()
                if field.type in TEXTS and field.column_type and field.store and not field.translate
                if model._auto and name not in ("account_number", "mandate_id", "end_to_end_id")
                if not (model._name == "recon.partner.alias" and name == "value")
                if model._name
                not in ("recon.audit.entry", "recon.audit.head", "recon.audit.anchor")
            ]
            for column in columns:
                self.env.cr.execute(
                    SQL(
                        "UPDATE %s SET %s = %s || ' ' || id",
                        SQL.identifier(model._table),
                        SQL.identifier(column),
                        IBAN,
                    )
                )
        self.env.invalidate_all()

    def call(self, role, model, method, *args, **kwargs):
        user = self.users[role]
        env = self.env(user=user, su=False, context={"allowed_company_ids": self.company.ids})
        return call_kw(env[model], method, list(args), kwargs)

    def may_read(self, model, ids, name):
        """Not files; and some fields of Odoo's bank lines look where readers may not."""
        if model._fields[name].type == "binary":
            return False
        try:
            self.call("reader", model._name, "read", ids, [name])
        except AccessError:
            return False
        return True

    def ways(self, model):
        """[(what, method, arguments)] by which a user is told values of all fields of ``model``."""
        readable = sorted(self.call("reader", model._name, "fields_get", None, ["type"]))
        ids = model.search([]).ids
        readable = [name for name in readable if self.may_read(model, ids, name)]
        grouped = [
            name
            for name in readable
            if model._fields[name].store and model._fields[name].type in TEXTS
        ]
        yield "read", "read", (ids, readable)
        yield "search_read", "search_read", ([], readable)
        yield "web_read", "web_read", (ids, {name: {} for name in readable})
        yield "web_search_read", "web_search_read", ([], {name: {} for name in readable})
        # an id is exported as an external one, which rows of a query have none of
        exported = [name for name in readable if name != "id"]
        yield "export", "export_data", (ids, exported)
        yield "name_search", "name_search", ()
        for name in grouped:
            yield name, "formatted_read_group", ([], [name], ["__count"])
            yield f"max {name}", "formatted_read_group", ([], [], [f"{name}:max"])
            yield f"web {name}", "web_read_group", ([], [name], [])

    def test_a_reader_is_told_no_number_in_any_field_of_any_model(self):
        told, without = [], []  # a new model has a record here, or says above why not
        for model in self.masked_models():
            if not model.with_user(self.users["reader"]).has_access("read"):
                continue
            self.assertTrue(model.with_user(self.users["reader"])._is_masked(), model._name)
            if not model.search_count([]):
                without.append(model._name)
            told += [
                f"{model._name}.{method}: {what}"
                for what, method, args in self.ways(model)
                if tells(self.call("reader", model._name, method, *args))
            ]
        self.assertEqual(told, [])
        self.assertEqual(set(without), WITHOUT_RECORD)

    def test_what_the_screens_are_told_is_masked_for_a_reader(self):
        asked = 0
        for (model, method), may in sorted(test_rpc_access.TABLE.items()):
            if may.least != "reader" or may.open or model in NOT:
                continue
            args = [self.victims[may.about].id if arg is VICTIM else arg for arg in may.args]
            args = [self.victims[may.about].ids if arg == [VICTIM] else arg for arg in args]
            is_model_method = getattr(
                getattr(self.env.registry[model], method), "_api_model", False
            )
            if not is_model_method:
                args.insert(0, self.victims[model].ids)
            asked += 1
            answer = self.call("reader", model, method, *args)
            self.assertFalse(tells(answer), f"{model}.{method}")
        self.assertGreater(asked, 5)

    def test_who_works_with_the_lines_sees_the_numbers(self):
        [row] = self.call("accountant", LINE, "read", self.doubtful.ids, ["account_number"])
        self.assertEqual(row["account_number"], NATIONAL)
        [line] = self.call("accountant", "recon.desk", "lines", self.exception.ids)
        self.assertTrue(tells(line["facts"]))

    def test_a_reader_sees_the_end_of_a_number(self):
        names = ["account_number", "mandate_id"]
        [row] = self.call("reader", LINE, "read", self.doubtful.ids, names)
        self.assertEqual((row["account_number"], row["mandate_id"]), ("…2345", "…2345"))
        [line] = self.call("reader", "recon.desk", "lines", self.exception.ids)
        self.assertIn("…2345", [fact["value"] for fact in line["facts"]])

    def test_a_reader_finds_a_whole_number_and_guesses_none(self):
        found = self.call("reader", LINE, "search", [("account_number", "=", NATIONAL)])
        self.assertEqual(found, self.doubtful.ids)
        for domain in (
            [("account_number", "=like", "000%")],
            ["|", ("id", "=", 0), ("mandate_id", "ilike", "000")],
        ):
            with self.assertRaises(AccessError):
                self.call("reader", LINE, "search", domain)
        with self.assertRaises(AccessError):
            domain = [("st_line_id.account_number", "=like", "000%")]
            self.call("reader", "recon.exception", "search", domain)
        for word in ("000", "77712"):
            with self.assertRaises(AccessError):
                self.call("reader", "recon.partner.alias", "name_search", word)
        board = self.call("reader", "recon.desk", "board", {"search": NATIONAL})
        self.assertEqual(board["ids"], self.exception.ids)
        board = self.call("reader", "recon.desk", "board", {"search": NATIONAL[:7]})
        self.assertEqual(board["ids"], [])

    def test_the_matching_sees_the_numbers_whoever_starts_it(self):
        line = self.doubtful.with_user(self.users["reader"])
        self.assertEqual(line.account_number, NATIONAL)
