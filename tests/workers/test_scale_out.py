"""Two Odoo processes for people and three for scheduled actions on one database: no work is done twice.

Fetches from the sandbox bank, matching, reading of documents, planning and sending run in copies of
their scheduled actions while two people settle the same list and payments come in at the bank.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from scale_world import CLICKS, LATE_PAYMENTS, SLOWER, Clicks, ScaledOut

from tools import in_odoo, odoo_process
from tools.console import run
from tools.demo import running
from tools.odoo_process import free_port

pytestmark = pytest.mark.e2e

NAME = "open_banking_scale"
TROUBLE = re.compile(r"^\S+ \S+ \d+ (?:WARNING|ERROR|CRITICAL) .*$", re.MULTILINE)
# PostgreSQL lets one of two win who change a row in the same moment; the other is told so and begins
# anew. Odoo notes the refused statement and its reason. Nothing else may stand there, no dead-lock either.
RETRIED = re.compile(
    r"^\S+ \S+ \d+ ERROR \S+ odoo\.sql_db: bad query: (?:(?!^\d{4}-).*\n)*?"
    r"ERROR: could not (?:serialize access|obtain lock on row).*$",
    re.MULTILINE,
)
# what a person was told, see SLOWER; a bank's text may have several lines
TOLD = re.compile(
    r"^\S+ \S+ \d+ WARNING \S+ odoo\.http: (?:.*\n(?!\d{4}-))*?"
    rf".*(?:{SLOWER.pattern}).*$",
    re.MULTILINE,
)


class Story:
    """What is left when everything has come to rest and the processes have ended."""

    def __init__(self, world: ScaledOut, clicks: list[Clicks]) -> None:
        self.world, self.clicks = world, clicks
        state = requests.get(f"{world.bank_url}/control/state", timeout=30).json()
        ibans = {row["resource_id"]: row["iban"] for row in state["accounts"]}
        self.told = Counter(
            (ibans[row["account"]], row["booking_date"], f"{float(row['amount']):.2f}")
            for row in state["transactions"]
            if row["status"] == "booked"
        )
        self.mails = [path.read_bytes() for path in (world.mail_folder / "new").iterdir()]
        self.logs = {
            name: process.log.read_text("utf-8") for name, process in world.processes.items()
        }


@pytest.fixture(scope="module")
def story() -> Iterator[Story]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(in_odoo.EXTRA_PATH, str(Path(__file__).parent))
        with running(ScaledOut(port=free_port(), name=NAME)) as world:
            clicks = world.everything_at_once()
            world.inside("finish")
            for process in world.processes.values():
                process.stop()
            yield Story(world, clicks)


def test_no_transaction_is_missing_and_none_is_there_twice(story: Story) -> None:
    rows = story.world.query(
        "SELECT bank.acc_number, line.booking_date::text, line.amount::numeric(12, 2)::text"
        "  FROM account_bank_statement_line line"
        "  JOIN account_journal journal ON journal.id = line.journal_id"
        "  JOIN res_partner_bank bank ON bank.id = journal.bank_account_id"
    )
    assert story.told.total() > 150 + LATE_PAYMENTS
    assert Counter((iban.replace(" ", ""), day, amount) for iban, day, amount in rows) == story.told


def test_each_line_is_reconciled_once(story: Story) -> None:
    query = story.world.query
    states = dict(
        query(
            "SELECT match_state, count(*) FROM account_bank_statement_line"
            " WHERE is_reconciled GROUP BY match_state"
        )
    )
    settled = Counter(line for done in story.clicks for line in done.settled)
    settled -= Counter(line for done in story.clicks for line in done.undone)
    assert set(settled.values()) <= {1}, "a line that two people were told they had settled"
    assert states["accepted"] == len(settled)
    assert states["auto"] > 100
    [(entries, lines)] = query(
        "SELECT count(DISTINCT move_id), count(*) FROM account_bank_statement_line"
    )
    assert entries == lines
    # what a document was paid with is no more than it asks for, and Odoo's rest says the same
    assert not query(
        "SELECT item.id FROM account_move_line item"
        "  JOIN account_partial_reconcile part"
        "    ON item.id IN (part.debit_move_id, part.credit_move_id)"
        " GROUP BY item.id"
        " HAVING abs(abs(item.balance) - sum(part.amount) - abs(item.amount_residual)) > 0.005"
    )
    assert not query(
        "SELECT debit_move_id, credit_move_id FROM account_partial_reconcile"
        " GROUP BY debit_move_id, credit_move_id HAVING count(*) > 1"
    )
    # and a settled line has nothing left on the suspense account
    assert not query(
        "SELECT line.id FROM account_bank_statement_line line"
        "  JOIN account_journal journal ON journal.id = line.journal_id"
        "  JOIN account_move_line item ON item.move_id = line.move_id"
        " WHERE line.is_reconciled AND item.account_id = journal.suspense_account_id"
    )


def test_two_people_on_one_list_are_told_who_was_faster(story: Story) -> None:
    assert all(done.settled and done.undone for done in story.clicks)
    refused = [words for done in story.clicks for words in done.refused]
    assert [words for words in refused if not SLOWER.search(words)] == []
    assert len(refused) < CLICKS


def test_no_customer_gets_a_message_twice(story: Story) -> None:
    mails = [mail for mail in story.mails if b"-dunning.action@" in mail]
    [(sent, waiting)] = story.world.query(
        "SELECT count(*) FILTER (WHERE state = 'sent'),"
        "       count(*) FILTER (WHERE state IN ('claimed', 'sending', 'unknown', 'failed'))"
        "  FROM dunning_action WHERE channel = 'email'"
    )
    addresses = Counter(re.findall(rb"^X-RcptTo: (.*)$", mail, re.MULTILINE)[0] for mail in mails)
    assert waiting == 0
    assert len(mails) == sent > 5
    assert set(addresses.values()) == {1}


def test_no_work_is_left_and_no_document_was_read_twice(story: Story) -> None:
    query = story.world.query
    assert query("SELECT DISTINCT state FROM open_banking_event") == [("done",)]
    # a fetch that waited for another of the same account is the one event that is tried again
    assert not query(
        "SELECT key FROM open_banking_event WHERE attempts > 1 AND kind != 'sync_account'"
    )
    assert query("SELECT DISTINCT state FROM open_banking_sync") == [("done",)]
    read = query("SELECT state, count(*) FROM recon_document GROUP BY state")
    assert dict(read) == {"read": len(list(story.world.folder.glob("*.pdf")))}


def test_every_process_took_a_share(story: Story) -> None:
    ours = r"Job '(?:Open Banking|Follow-up): [^']*' \(\d+\) starting"
    shares = {name: len(re.findall(ours, log)) for name, log in story.logs.items()}
    assert [name for name, share in shares.items() if bool(share) != name.startswith("cron")] == []


def test_no_process_logged_trouble_but_refused_statements_that_were_tried_again(
    story: Story,
) -> None:
    for log in story.logs.values():
        assert TROUBLE.findall(TOLD.sub("", RETRIED.sub("", log))) == []
        assert "deadlock" not in log


def test_the_chain_of_the_audit_log_is_whole(story: Story) -> None:
    server = story.world.server
    words = odoo_process.command(server, NAME, sub="open_banking_audit")
    words.insert(3, f"--addons-path={','.join(odoo_process.addons_paths())}")
    said = run(words, f"{NAME}-audit", env=odoo_process.environment(server))
    assert said.splitlines()[-1] == "all entries are there and unchanged"
    [(entries,)] = story.world.query("SELECT count(*) FROM recon_audit_entry")
    assert entries > story.told.total()
