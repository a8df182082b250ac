"""Two Odoo processes for people and three for scheduled actions, on one database, all at work."""

from __future__ import annotations

import base64
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

import requests
import scale_books

from sandbox.psu import authorise
from tools import in_odoo, odoo_process, rpc
from tools.demo import Demo, wait
from tools.demo_load import ACCOUNTANT
from tools.odoo_process import answers, free_port

HTTP_PROCESSES, CRON_PROCESSES = 2, 3
LATE_PAYMENTS = 18  # booked at the bank while Odoo works
FETCHED_AFTER = 6
CLICKS = 15  # lines that each person tries to settle
UNDONE_OF = 3  # every third settled line is given back
OURS = "^(Open Banking: (queue|work|match|read)|Follow-up: (plan|send))"
REST = """
    SELECT NOT EXISTS (SELECT 1 FROM open_banking_event WHERE state != 'done')
       AND NOT EXISTS (SELECT 1 FROM open_banking_sync WHERE state = 'running')
       AND NOT EXISTS (SELECT 1 FROM recon_document WHERE state IN ('queued', 'reading'))
       AND NOT EXISTS (SELECT 1 FROM account_bank_statement_line
                        WHERE match_state = 'new' AND NOT is_reconciled)
       AND NOT EXISTS (SELECT 1 FROM dunning_action WHERE state IN ('claimed', 'sending'))
       AND NOT EXISTS (SELECT 1 FROM ir_cron_trigger JOIN ir_cron ON ir_cron.id = cron_id
                        WHERE call_at <= now() AT TIME ZONE 'UTC' AND cron_name ~ %s)
"""
# Sentences for those who were slower than somebody else; the line is left as it is.
SLOWER = re.compile(
    r"is done already|changed this line meanwhile|is being reconciled by somebody else"
    r"|A chosen document is no longer there"
)


@dataclass
class Clicks:
    """What one person did: ids of bank lines, and refusals in words."""

    settled: list[int] = field(default_factory=list)
    undone: list[int] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)


class ScaledOut(Demo):
    """The demo's company and bank, with several Odoo processes instead of one."""

    def start_odoo(self) -> None:
        self.processes: dict[str, odoo_process.Background] = {}
        ports = [free_port() for _process in range(HTTP_PROCESSES)]
        for number, port in enumerate(ports, 1):
            self._odoo(f"http-{number}", f"--http-port={port}", "--max-cron-threads=0")
        for number in range(1, CRON_PROCESSES + 1):
            self._odoo(f"cron-{number}", "--no-http", "--max-cron-threads=1")
        self.urls = [f"http://localhost:{port}" for port in ports]
        for number, url in enumerate(self.urls, 1):
            self.processes[f"http-{number}"].wait_until(answers(f"{url}/web/health"), 120)
        self.url = self.urls[0]
        people = (ACCOUNTANT, scale_books.SECOND)
        self.sessions = [
            rpc.Session(url, self.database, person["login"], person["password"])
            for url, person in zip(self.urls, people, strict=True)
        ]
        self.session = self.sessions[0]

    def _odoo(self, name: str, *words: str) -> None:
        command = odoo_process.command(self.server, self.database, words)
        environment = odoo_process.environment(self.server)
        self.processes[name] = self._start(f"odoo-{name}", command, environment)

    def load_books(self) -> None:
        super().load_books()
        self.moment = self.working_hour()
        self.inside("prepare")

    def inside(self, function: str) -> None:
        in_odoo.call(
            self.server,
            self.database,
            f"scale_books:{function}",
            self.moment,
            log_name=self._log(function),
        )

    def connect_bank(self) -> None:
        """Both accounts of the bank."""
        wizard = self.session.call("open.banking.connect", "create", [{}])
        action = self.session.call("open.banking.connect", "action_connect", wizard)
        # the callback is the address of web.base.url, whichever process answers there
        callback = f"http://localhost:{self.port}/open_banking/callback"
        parameters = authorise(action["url"], callback)
        answer = self.session.http.get(
            f"{self.url}/open_banking/callback", params=parameters, timeout=60
        )
        assert answer.status_code == 200, answer.status_code

    # -- what goes on at the same time ------------------------------------------

    def everything_at_once(self) -> list[Clicks]:
        """Fetches, late payments, documents, matching, follow-up and two people, side by side."""
        self.connect_bank()
        self.nudge()
        self.upload_bills()
        self.wait_until("SELECT count(*) > 10 FROM recon_exception WHERE state = 'open'")
        clicks = [Clicks() for _session in self.sessions]
        work: list[Callable[[], None]] = [
            *(
                lambda session=session, done=done: self.click(session, done)
                for session, done in zip(self.sessions, clicks, strict=True)
            ),
            self.pay_late,
        ]
        failures: list[BaseException] = []

        def run(part: Callable[[], None]) -> None:
            try:
                part()
            except BaseException as error:  # noqa: BLE001 - told by the thread that waits
                failures.append(error)

        threads = [threading.Thread(target=run, args=(part,)) for part in work]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if failures:
            raise failures[0]
        self.come_to_rest()
        return clicks

    def nudge(self) -> None:
        """Every scheduled action of ours and its copies is due now."""
        with self.server.connect(self.database) as link, link.cursor() as cursor:
            cursor.execute(
                "INSERT INTO ir_cron_trigger (cron_id, call_at)"
                " SELECT id, now() AT TIME ZONE 'UTC' FROM ir_cron"
                "  WHERE active AND cron_name ~ %s",
                [OURS],
            )
        self.wake()

    def wake(self) -> bool:
        """Have the processes look at once: by themselves they do so every minute."""
        # Odoo listens on the database postgres, whichever one it serves
        with self.server.connect("postgres") as link, link.cursor() as cursor:
            cursor.execute("SELECT pg_notify('cron_trigger', %s)", [self.database])
        return True

    def upload_bills(self) -> None:
        session = self.sessions[1]
        for path in sorted(self.folder.glob("*.pdf")):
            file = base64.b64encode(path.read_bytes()).decode()
            session.call("recon.document", "create", [{"name": path.name, "file": file}])

    def pay_late(self) -> None:
        """Payments come in one by one; after each the person fetches, at one process or the other."""
        open_invoices = self.query(
            "SELECT move.name, move.amount_residual, partner.name FROM account_move move"
            "  JOIN res_partner partner ON partner.id = move.partner_id"
            " WHERE move.move_type = 'out_invoice' AND move.payment_state = 'not_paid'"
            " ORDER BY move.name DESC LIMIT %s",
            [LATE_PAYMENTS],
        )
        for number, (name, amount, partner) in enumerate(open_invoices):
            payment = {
                "amount": f"{amount:.2f}",
                "counterparty_name": partner,
                "remittance": [f"VIR {partner.upper()} {name}"],
            }
            answer = requests.post(
                f"{self.bank_url}/control/transactions", json=payment, timeout=30
            )
            answer.raise_for_status()
            if number % FETCHED_AFTER == FETCHED_AFTER - 1:
                self.fetch(self.sessions[number // FETCHED_AFTER % 2])
                self.nudge()

    def fetch(self, session: rpc.Session) -> None:
        accounts = session.call("open.banking.account", "search", [("journal_id", "!=", False)])
        session.call("open.banking.account", "action_sync_now", accounts)

    def click(self, session: rpc.Session, done: Clicks) -> None:
        """One person settles lines of the list from its top, and gives some back."""
        [account] = session.call("account.account", "search", [("code", "=like", "6063%")], limit=1)
        tried: set[int] = set()
        for _click in range(CLICKS):
            rows = session.call("recon.desk", "board")["rows"]
            row = next((row for row in rows if row["line_id"] not in tried), None)
            if row is None:
                return
            tried.add(row["line_id"])
            try:
                self._settle(session, row["id"], account, done)
            except rpc.OdooError as error:
                done.refused.append(str(error))

    def _settle(self, session: rpc.Session, exception: int, account: int, done: Clicks) -> None:
        for line in session.call("recon.desk", "lines", [exception]):
            choice = line["choice"]
            if line["problem"] or not choice["documents"]:
                other = {"kind": "other", "amount": False, "account_id": account}
                choice = {**choice, "documents": [], "parts": [other], "rule_id": False}
            answer = session.call("recon.desk", "accept", exception, choice, line["stamp"])
            if answer["settled"]:
                done.settled.append(answer["line_id"])
                if len(done.settled) % UNDONE_OF == 0:
                    session.call("recon.desk", "undo", answer["line_id"])
                    done.undone.append(answer["line_id"])

    def come_to_rest(self) -> None:
        """Fetch once more; return when nothing waits for a process any more."""
        self.fetch(self.session)
        self.nudge()
        wait(
            lambda: self.wake() and self.query(REST, [OURS]) == [(True,)], "it did not come to rest"
        )
