"""Workers that can be killed: one Odoo, loaded once, forks a process for each piece of work.

Runs inside Odoo (see ``tools.in_odoo``) and takes orders over a socket. What a child takes for the
present moment is part of the order, and so is the statement before which it is killed, so that a run
can be repeated.
"""

from __future__ import annotations

import os
import pickle
import signal
import sys
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from multiprocessing.connection import Connection, Listener
from typing import Any
from unittest.mock import patch

READ_TIMEOUT_S = 2.0
REDIRECT_URI = "http://localhost:8069/open_banking/callback"


@dataclass(frozen=True)
class Job:
    """``function`` of this module with an environment and ``arguments``. ``dies_at``: the number of
    the statement that the process does not live to send, None to let it live."""

    function: str
    arguments: tuple[Any, ...] = ()
    dies_at: int | None = None


@dataclass(frozen=True)
class Result:
    """``outcome``: done, killed, or failed; ``value`` is the function's, or what it raised."""

    outcome: str
    value: Any = None


def serve(env: Any, address: str) -> None:
    """Work off orders (moment, [Job]) until None comes; the jobs of one order run side by side."""
    from odoo import sql_db  # noqa: PLC0415 - only there inside Odoo

    name = env.cr.dbname
    env.cr.commit()
    sql_db.close_all()  # a connection must not live in two processes
    with Listener(address, "AF_UNIX") as listener, listener.accept() as line:
        while order := line.recv():
            moment, jobs = order
            children = [_fork(name, moment, job, line) for job in jobs]
            line.send([_await(pid, pipe) for pid, pipe in children])
    sys.stdout.flush()
    os._exit(0)  # the cursor that we were called with is closed already


def _fork(name: str, moment: datetime, job: Job, line: Connection) -> tuple[int, int]:
    reading, writing = os.pipe()
    pid = os.fork()
    if pid:
        os.close(writing)
        return pid, reading
    os.close(reading)
    line.close()
    try:
        result = Result("done", _run(name, moment, job))
    except Exception as error:  # noqa: BLE001 - the parent decides what it means
        traceback.print_exc()
        result = Result("failed", f"{type(error).__name__}: {error}")
    with os.fdopen(writing, "wb") as pipe:
        pickle.dump(result, pipe)
    sys.stdout.flush()
    os._exit(0)


def _await(pid: int, reading: int) -> Result:
    with os.fdopen(reading, "rb") as pipe:
        told = pipe.read()
    _pid, status = os.waitpid(pid, 0)
    if os.WIFSIGNALED(status):
        return Result("killed")
    result: Result = pickle.loads(told)  # noqa: S301 - of our own child
    return result


def _run(name: str, moment: datetime, job: Job) -> Any:
    from freezegun import freeze_time  # noqa: PLC0415 - only there inside Odoo

    from odoo import SUPERUSER_ID, api  # noqa: PLC0415
    from odoo.modules.registry import Registry  # noqa: PLC0415

    from odoo.addons.open_banking_recon.recon_core.connectors import transport  # noqa: PLC0415

    transport.Transport.__init__.__kwdefaults__["read_timeout_s"] = READ_TIMEOUT_S
    with freeze_time(moment.replace(tzinfo=None), tick=True), Registry(name).cursor() as cursor:
        if job.dies_at:
            _die_at(job.dies_at)
        function: Callable[..., Any] = globals()[job.function]
        return function(api.Environment(cursor, SUPERUSER_ID, {}), *job.arguments)


def _die_at(number: int) -> None:
    """Kill this process where the ``number``-th statement or commit would begin."""
    from odoo.sql_db import Cursor  # noqa: PLC0415 - only there inside Odoo

    left = iter(range(number - 1))

    def mortal(method: Callable[..., Any]) -> Callable[..., Any]:
        def counted(*args: Any, **kwargs: Any) -> Any:
            if next(left, None) is None:
                os.kill(os.getpid(), signal.SIGKILL)
            return method(*args, **kwargs)

        return counted

    for method in ("execute", "commit"):
        setattr(Cursor, method, mortal(getattr(Cursor, method)))


# -- jobs ---------------------------------------------------------------------


def connect(env: Any, bank_url: str, iban: str, secret: str) -> dict[str, int]:
    """A provider, a journal and a consent that feeds it; their ids."""
    provider = env["open.banking.provider"].create(
        {
            "name": f"Bank {iban[-4:]}",
            "code": "berlin_group",
            "base_url": bank_url,
            "client_id": "fault-test",
            "webhook_secret": secret,
        }
    )
    journal = env["account.journal"].create(
        {"name": f"Bank {iban[-6:]}", "type": "bank", "bank_acc_number": iban}
    )
    consent = env["open.banking.consent"].create({"provider_id": provider.id})
    renew(env, consent.id)
    return {
        "provider": provider.id,
        "journal": journal.id,
        "consent": consent.id,
        "account": consent.account_ids.id,
    }


def renew(env: Any, consent_id: int) -> None:
    """What a person does in the browser: ask for the consent, authenticate, come back."""
    from odoo.addons.open_banking_recon.recon_core.connectors.base import (  # noqa: PLC0415
        PsuContext,
    )

    from sandbox.psu import authorise  # noqa: PLC0415

    consent = env["open.banking.consent"].browse(consent_id)
    person = PsuContext("192.0.2.1", "Firefox")
    with (
        patch.object(type(consent), "_psu", lambda _consent: person),
        patch.object(type(consent), "_redirect_uri", lambda _consent: REDIRECT_URI),
    ):
        action = consent.action_authorise()
        consent._finish_redirect(authorise(action["url"], REDIRECT_URI, timeout_s=60))


def work(env: Any, queues: bool) -> None:
    """What a worker's crons do. ``queues``: it has the cron that queues what is due, which Odoo
    never runs twice at a time."""
    if queues:
        env["open.banking.account"]._cron_sync()
        env.cr.commit()
    env["open.banking.event"]._cron_work()


def leave(env: Any, consent_id: int) -> None:
    """Nothing more is fetched for this consent."""
    env["open.banking.consent"].browse(consent_id)._set_state("terminated")


def consent_state(env: Any, consent_id: int) -> str:
    state: str = env["open.banking.consent"].browse(consent_id).state
    return state


def most_reads_a_day(env: Any, account_id: int) -> int:
    """The most unattended reads of one endpoint that gave something, in any 24 hours."""
    reads = env["open.banking.read"].search(
        [
            ("account_id", "=", account_id),
            ("is_attended", "=", False),
            ("is_served", "=", True),
        ],
        order="at",
    )
    most = 0
    for endpoint in ("balances", "transactions"):
        moments: Sequence[datetime] = reads.filtered_domain([("endpoint", "=", endpoint)]).mapped(
            "at"
        )
        for start in moments:
            end = start + timedelta(hours=24)
            most = max(most, sum(start <= moment < end for moment in moments))
    return most
