"""Workers that can be killed: one Odoo, loaded once, forks a process for each piece of work.

``serve`` runs inside Odoo (see ``tools.in_odoo``) and takes orders over a socket; ``farm`` starts it
from outside. What a child takes for the present moment is part of the order, and so is the statement
before which it is killed, so that a run can be repeated.
"""

from __future__ import annotations

import importlib
import os
import pickle
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from multiprocessing.connection import Client, Connection, Listener
from pathlib import Path
from typing import Any

from tools import database, in_odoo


@dataclass(frozen=True)
class Job:
    """``function`` of the farm's module with an environment and ``arguments``. ``dies_at``: the
    number of the statement that the process does not live to send, None to let it live."""

    function: str
    arguments: tuple[Any, ...] = ()
    dies_at: int | None = None


@dataclass(frozen=True)
class Result:
    """``outcome``: done, killed, or failed; ``value`` is the function's, or what it raised."""

    outcome: str
    value: Any = None


@dataclass
class Farm:
    """The workers of one database, seen from outside."""

    server: database.Server
    name: str
    line: Connection

    def work(self, moment: datetime, *jobs: Job) -> list[Result]:
        """Run ``jobs`` side by side at ``moment``; returns when the database knows who has died."""
        self.line.send((moment, list(jobs)))
        results: list[Result] = self.line.recv()
        while self.query(
            "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND database ="
            " (SELECT oid FROM pg_database WHERE datname = current_database())"
        ):
            time.sleep(0.01)
        return results

    def ask(self, moment: datetime, function: str, *arguments: Any) -> Any:
        """The value of a job that has to succeed."""
        [result] = self.work(moment, Job(function, arguments))
        if result.outcome != "done":
            raise RuntimeError(f"{function}: {result.outcome} {result.value}")
        return result.value

    def query(self, statement: str, *parameters: Any) -> list[tuple[Any, ...]]:
        connection = self.server.connect(self.name)
        try:
            with connection.cursor() as cursor:
                cursor.execute(statement, parameters)
                return list(cursor.fetchall())
        finally:
            connection.close()


@contextmanager
def farm(server: database.Server, name: str, module: str) -> Iterator[Farm]:
    """Workers for the functions of ``module`` on database ``name``, stopped at the end."""
    with tempfile.TemporaryDirectory() as folder:
        address = Path(folder) / "orders"
        words = (str(address), module)
        workers = in_odoo.start(
            server, name, "benchmarks.worker_farm:serve", *words, log_name=f"{name}-work"
        )
        try:
            workers.wait_until(address.exists)
            with Client(str(address), "AF_UNIX") as line:
                yield Farm(server, name, line)
                line.send(None)
        finally:
            workers.stop()


# -- inside Odoo --------------------------------------------------------------


def serve(env: Any, address: str, module: str) -> None:
    """Work off orders (moment, [Job]) until None comes; the jobs of one order run side by side."""
    from odoo import sql_db  # noqa: PLC0415 - only there inside Odoo

    name = env.cr.dbname
    env.cr.commit()
    sql_db.close_all()  # a connection must not live in two processes
    with Listener(address, "AF_UNIX") as listener, listener.accept() as line:
        while order := line.recv():
            moment, jobs = order
            children = [_fork(name, moment, job, line, module) for job in jobs]
            line.send([_await(pid, pipe) for pid, pipe in children])
    sys.stdout.flush()
    os._exit(0)  # the cursor that we were called with is closed already


def _fork(name: str, moment: datetime, job: Job, line: Connection, module: str) -> tuple[int, int]:
    reading, writing = os.pipe()
    pid = os.fork()
    if pid:
        os.close(writing)
        return pid, reading
    os.close(reading)
    line.close()
    try:
        result = Result("done", _run(name, moment, job, module))
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


def _run(name: str, moment: datetime, job: Job, module: str) -> Any:
    from freezegun import freeze_time  # noqa: PLC0415 - only there inside Odoo

    from odoo import SUPERUSER_ID, api  # noqa: PLC0415
    from odoo.modules.registry import Registry  # noqa: PLC0415

    with freeze_time(moment.replace(tzinfo=None), tick=True), Registry(name).cursor() as cursor:
        if job.dies_at:
            _die_at(job.dies_at)
        function: Callable[..., Any] = getattr(importlib.import_module(module), job.function)
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
