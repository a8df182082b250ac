"""``make demo``: the real job end to end, on a French company and a sandbox bank.

Everything a person would click is done over the same calls the browser makes, with the rights of
an accountant who has the groups of the add-ons and no others. Every figure in the summary is read
from the database at the end.
"""

from __future__ import annotations

import base64
import json
import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta, timezone
from typing import Any

import requests

from sandbox.psu import authorise

from . import (
    base_database,
    clean,
    database,
    demo_load,
    demo_summary,
    embedded_server,
    in_odoo,
    odoo_process,
    rpc,
)
from .console import StepFailed, note, run, step
from .odoo_process import Background, answers, free_port, listens
from .paths import ARTIFACTS, DATA, ROOT

DATABASE = "open_banking_demo"
ODOO_PORT = int(os.environ.get("ODOO_PORT", "8069"))


class Demo:
    """The services of the demo and the accountant's session in it."""

    def __init__(self, port: int = ODOO_PORT, name: str = DATABASE) -> None:
        self.server = database.server()
        self.database = name
        self.url = f"http://localhost:{port}"
        self.port = port
        self.bank_port, self.mail_port = free_port(), free_port()
        self.bank_url = f"http://127.0.0.1:{self.bank_port}"
        self.folder = DATA / name
        self.mail_folder = ARTIFACTS / "mail" / name
        self.data: dict[str, Any] = {}
        self.session: rpc.Session
        self.odoo: Background
        self.stack = ExitStack()

    # -- what there is in the morning -----------------------------------------

    def make_data(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        for stale in self.folder.glob("*"):
            if stale.is_file():
                stale.unlink()
        today = datetime.now(timezone.utc).date().isoformat()
        data = self.folder / "data.json"
        python = sys.executable
        run(
            [python, "-m", "sandbox.dataset", "--as-of", today, "--out", data],
            self._log("dataset"),
            cwd=ROOT,
        )
        self.data = json.loads(data.read_text("utf-8"))
        run(
            [python, "-m", "sandbox.bills", "--data", data, "--out", self.folder],
            self._log("bills"),
            cwd=ROOT,
        )
        statement = self.folder / "statement.xml"
        words = [python, "-m", "sandbox.camt", "--data", data, "--account", "2", "--out", statement]
        run(words, self._log("statement"), cwd=ROOT)

    def size(self) -> str:
        """How much there is to load, for the progress line."""
        kinds = ("invoices", "credit_notes", "bills")
        return ", ".join(f"{len(self.data[kind])} {kind.replace('_', ' ')}" for kind in kinds)

    def make_database(self) -> None:
        base_database.install(self.server, self.database)

    def load_books(self) -> None:
        data = str(self.folder / "data.json")
        self._in_odoo("load", data, self.bank_url, self.url, str(self.mail_port))

    # -- services -------------------------------------------------------------

    def start_services(self) -> None:
        bank_words = [sys.executable, "-m", "sandbox", "--port", str(self.bank_port)]
        bank_words += ["--data", str(self.folder / "data.json")]
        bank_words += ["--state", str(self.folder / "bank.state")]
        bank = self._start("sandbox-bank", bank_words)
        mail_folder = self.mail_folder
        shutil.rmtree(mail_folder, ignore_errors=True)
        mail_folder.parent.mkdir(parents=True, exist_ok=True)
        mail_words = [sys.executable, "-m", "aiosmtpd", "-n", "-l", f"127.0.0.1:{self.mail_port}"]
        mail_words += ["-c", "aiosmtpd.handlers.Mailbox", str(mail_folder)]
        self._start("mail-catcher", mail_words).wait_until(listens(self.mail_port))
        bank.wait_until(answers(self.bank_url + "/"))
        self.start_odoo()

    def start_odoo(self) -> None:
        """Start Odoo, wait for it and log the accountant in."""
        if listens(self.port)():
            raise StepFailed(
                f"port {self.port} is in use by another program",
                f"stop that program, or take another port: ODOO_PORT={self.port + 1} make demo",
            )
        self.odoo = self._start(
            "odoo",
            odoo_process.command(self.server, self.database, [f"--http-port={self.port}"]),
            odoo_process.environment(self.server),
        )
        self.odoo.wait_until(answers(f"{self.url}/web/health"), 120)
        self.session = rpc.Session(
            self.url,
            self.database,
            demo_load.ACCOUNTANT["login"],
            demo_load.ACCOUNTANT["password"],
        )

    def kill_odoo(self, number: int) -> None:
        """End Odoo with a signal, as an operator or the kernel would."""
        self.odoo.process.send_signal(number)
        self.odoo.process.wait(30)

    def _start(self, name: str, words: list[str], env: dict[str, str] | None = None) -> Background:
        process = Background(self._log(name), words, env)
        self.stack.callback(process.stop)
        return process

    def _log(self, name: str) -> str:
        """Worlds that live side by side do not write into each other's logs."""
        return name if self.database == DATABASE else f"{self.database}-{name}"

    def forget_services(self) -> None:
        """Leave everything running when this program ends."""
        self.stack.pop_all()

    # -- the accountant's morning ---------------------------------------------

    def connect_bank(self) -> None:
        wizard = self.session.call("open.banking.connect", "create", [{}])
        action = self.session.call("open.banking.connect", "action_connect", wizard)
        main = self.data["bank_accounts"][0]["resource_id"]
        callback = f"{self.url}/open_banking/callback"
        parameters = authorise(action["url"], callback, accounts=[main])
        answer = self.session.http.get(callback, params=parameters, timeout=60)
        if answer.status_code != 200:
            raise StepFailed(f"the way back from the bank ends with status {answer.status_code}")

    def wait_for_transactions(self) -> None:
        def synced() -> bool:
            accounts = self.session.search_read(
                "open.banking.account",
                [("journal_id", "!=", False)],
                ["last_sync_at", "error_message"],
            )
            if accounts and accounts[0]["error_message"]:
                raise StepFailed(accounts[0]["error_message"])
            return bool(accounts) and all(account["last_sync_at"] for account in accounts)

        wait(synced, "no transactions came from the bank")

    def wait_for_matching(self) -> None:
        waiting = [("match_state", "=", "new"), ("is_reconciled", "=", False)]

        def matched() -> bool:
            return not self.session.call("account.bank.statement.line", "search_count", waiting)

        wait(matched, "the matching did not finish")

    def import_statement(self) -> None:
        content = base64.b64encode((self.folder / "statement.xml").read_bytes()).decode()
        wizard = self.session.call(
            "open.banking.import",
            "create",
            [{"attachment_ids": [[0, 0, {"name": "statement.xml", "datas": content}]]}],
        )
        self.session.call("open.banking.import", "action_import", wizard)
        self.wait_for_matching()

    def read_documents(self) -> None:
        files = sorted(
            path for path in self.folder.iterdir() if path.suffix in (".pdf", ".png", ".jpg")
        )
        ids = self.session.call(
            "recon.document",
            "create",
            [
                {"name": path.name, "file": base64.b64encode(path.read_bytes()).decode()}
                for path in files
            ],
        )

        def read() -> bool:
            return not self.session.call(
                "recon.document", "search_count", [("state", "in", ["queued", "reading"])]
            )

        wait(read, "the documents were not read")
        self._bills_from_documents(ids)

    def _bills_from_documents(self, ids: list[int]) -> None:
        documents = self.session.search_read(
            "recon.document",
            [("id", "in", ids), ("state", "=", "read"), ("supplier_id", "!=", False)],
            ["number", "total"],
        )
        for document in documents:
            self.session.call("recon.document", "action_create_bill", [document["id"]])
        bills = self.session.search_read("recon.document", [("id", "in", ids)], ["move_id"])
        moves = [row["move_id"][0] for row in bills if row["move_id"]]
        self.session.call("account.move", "action_post", moves)

    def match_again(self) -> None:
        """New bills are there: have the lines that wait judged again."""
        started = self.query("SELECT now() AT TIME ZONE 'UTC'")[0][0]
        self.session.call("recon.exception", "action_match_again", [])
        self.wait_for_cron("open_banking_recon.ir_cron_match", started)

    def wait_for_cron(self, xmlid: str, started: datetime) -> None:
        """Wait until the cron has run after ``started`` and nothing more is asked of it."""
        module, name = xmlid.split(".")

        def idle() -> bool:
            return bool(
                self.query(
                    """
                    SELECT 1 FROM ir_cron cron
                      JOIN ir_model_data data ON data.model = 'ir.cron' AND data.res_id = cron.id
                     WHERE data.module = %s AND data.name = %s AND cron.lastcall >= %s
                       AND NOT EXISTS (SELECT 1 FROM ir_cron_trigger trigger
                                        WHERE trigger.cron_id = cron.id
                                          AND trigger.call_at <= now() AT TIME ZONE 'UTC')
                    """,
                    [module, name, started.replace(microsecond=0)],
                )
            )

        wait(idle, f"{xmlid} did not run")

    # -- follow-up ------------------------------------------------------------

    def plan_follow_up(self) -> None:
        self._in_odoo("plan_follow_up", self.working_hour())

    def customer_pays(self) -> None:
        """The first customer who was to be reminded pays at the bank, between plan and dispatch."""
        [(number, amount, name)] = self.query(
            """
            SELECT move.name, move.amount_residual, partner.name
              FROM dunning_action action
              JOIN dunning_action_dunning_item_rel rel ON rel.dunning_action_id = action.id
              JOIN dunning_item item ON item.id = rel.dunning_item_id
              JOIN account_move_line line ON line.id = item.move_line_id
              JOIN account_move move ON move.id = line.move_id
              JOIN res_partner partner ON partner.id = action.partner_id
             WHERE action.state = 'approved'
               AND (SELECT count(*) FROM dunning_action_dunning_item_rel other
                     WHERE other.dunning_action_id = action.id) = 1
               AND action.amount = move.amount_residual
          ORDER BY move.name LIMIT 1
            """
        )
        payment = {
            "amount": f"{amount:.2f}",
            "counterparty_name": name,
            "remittance": [f"VIR SEPA RECU /DE {name.upper()} /MOTIF {number}"],
        }
        answer = requests.post(f"{self.bank_url}/control/transactions", json=payment, timeout=30)
        answer.raise_for_status()
        accounts = self.session.call(
            "open.banking.account", "search", [("journal_id", "!=", False)]
        )
        self.session.call("open.banking.account", "action_sync_now", accounts)
        self.wait_until("SELECT payment_state = 'paid' FROM account_move WHERE name = %s", [number])

    def send_follow_up(self) -> None:
        self._in_odoo("send_follow_up", self.working_hour())

    def working_hour(self) -> str:
        """Ten o'clock UTC of today, or of Monday at a week-end: inside the hours of France."""
        moment = datetime.now(timezone.utc).replace(hour=10, minute=0, second=0, microsecond=0)
        while moment.weekday() >= 5:
            moment += timedelta(days=1)
        return moment.replace(tzinfo=None).isoformat()

    def _in_odoo(self, function: str, *arguments: str) -> None:
        in_odoo.call(
            self.server,
            self.database,
            f"tools.demo_load:{function}",
            *arguments,
            log_name=self._log(function.replace("_", "-")),
        )

    # -- looking --------------------------------------------------------------

    def wait_until(self, condition: str, parameters: Sequence[Any] = ()) -> None:
        """Wait until the query ``condition`` gives a true value."""
        wait(lambda: bool(self.query(condition, parameters)[0][0]), f"never true: {condition}")

    def query(self, statement: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Rows straight from the demo's database."""
        connection = self.server.connect(self.database)
        try:
            with connection.cursor() as cursor:
                cursor.execute(statement, list(parameters))
                return list(cursor.fetchall())
        finally:
            connection.close()

    def close(self) -> None:
        self.stack.close()


@contextmanager
def running(demo: Demo) -> Iterator[Demo]:
    """``demo`` with its books loaded and its services up; everything is stopped at the end."""
    base_database.ensure(demo.server)
    demo.make_data()
    demo.make_database()
    demo.load_books()
    try:
        demo.start_services()
        yield demo
    finally:
        demo.close()


def wait(ready: Callable[[], bool], message: str, timeout_s: float = 120) -> None:
    deadline = time.monotonic() + timeout_s
    while not ready():
        if time.monotonic() > deadline:
            raise StepFailed(message, f"look into {ARTIFACTS / 'log' / 'odoo.log'}")
        time.sleep(0.3)


def main() -> int:
    started = time.monotonic()
    clean.stop_servers()
    demo = Demo()
    base_database.ensure(demo.server)
    try:
        with step("A French company: documents, bank account, paper bills"):
            demo.make_data()
        with step("Add-ons installed in a fresh database"):
            demo.make_database()
        with step(f"{demo.size()} in the books"):
            demo.load_books()
        with step("Odoo, the sandbox bank and a mail catcher"):
            demo.start_services()
        with step("Consent at the bank, with strong authentication"):
            demo.connect_bank()
        with step("Transactions fetched and booked"):
            demo.wait_for_transactions()
        with step("Matched with invoices and bills"):
            demo.wait_for_matching()
        with step("A statement file of the second account (camt.053)"):
            demo.import_statement()
        with step("Paper bills read, booked and matched"):
            demo.read_documents()
            demo.match_again()
        with step("Follow-up planned, risks estimated"):
            demo.plan_follow_up()
        with step("A customer pays before the reminder leaves"):
            demo.customer_pays()
        with step("Reminders sent to the mail catcher"):
            demo.send_follow_up()
        print(demo_summary.table(demo, time.monotonic() - started))
    except BaseException:
        demo.close()
        raise
    if os.environ.get("DEMO_KEEP", "1") == "0":
        demo.close()
        embedded_server.stop()
    else:
        demo.forget_services()
        note(f"Odoo goes on at {demo.url} (make clean stops it)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
