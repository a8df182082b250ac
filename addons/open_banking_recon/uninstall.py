"""What an add-on does before Odoo takes its tables away."""

from odoo.tools import SQL


def uninstall_hook(env):
    """Let our tables go in any order, and with them what guards the log."""
    release_tables(env, "open_banking_recon")
    # keys for our API open nothing any more
    env.cr.execute("DELETE FROM res_users_apikeys WHERE scope LIKE 'recon-api %'")
    env.cr.execute("DROP FUNCTION IF EXISTS recon_audit_entry_guard CASCADE")


def release_tables(env, module):
    """Drop the foreign keys of the tables of ``module``.

    Odoo deletes the records that came with a module one model after the other, before it drops tables:
    a step that messages were sent with would be refused, with everything the step refers to.
    """
    env.flush_all()
    tables = sorted(
        {
            model._table
            for model in env.registry.values()
            if model._original_module == module and model._auto and not model._abstract
        }
    )
    keys = env.execute_query(
        SQL(
            "SELECT relname, conname FROM pg_constraint JOIN pg_class ON pg_class.oid = conrelid"
            " WHERE contype = 'f' AND relname = ANY(%s)",
            tables,
        )
    )
    for table, key in keys:
        env.cr.execute(
            SQL("ALTER TABLE %s DROP CONSTRAINT %s", SQL.identifier(table), SQL.identifier(key))
        )
