from contextlib import contextmanager

from psycopg2.extensions import TRANSACTION_STATUS_INERROR

from odoo.tools import SQL

# ours among PostgreSQL's advisory locks: one space for each kind of work
SYNC_ACCOUNT = 0x0BA2
MATCH_COMPANY = 0x0BA3
EVENT = 0x0BA4
AUDIT = 0x0BA5
FOLLOW_UP = 0x0BA6  # planning and scoring of a company, in smart_dunning


@contextmanager
def exclusive(env, space, key):
    """Yields whether this worker has ``key`` of ``space`` for itself; others skip it, none waits.

    An advisory lock of the connection and not a row lock: it lasts over the commits of the work and
    ends with the connection when the worker is killed.
    """
    lock = SQL("%s, %s", space, key)
    [(acquired,)] = env.execute_query(SQL("SELECT pg_try_advisory_lock(%s)", lock))
    try:
        yield acquired
    finally:
        if acquired:
            if env.cr.connection.info.transaction_status == TRANSACTION_STATUS_INERROR:
                # nothing can be asked before it is undone, and a lock that stays would look as if
                # its worker were alive
                env.cr.rollback()
            env.execute_query(SQL("SELECT pg_advisory_unlock(%s)", lock))
