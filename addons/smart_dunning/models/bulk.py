"""Many rows of our own tables in one statement each, where the ORM takes one for a hundred.

For tables whose rows are made and moved by crons alone: no default, no tracking and no inverse field
is looked at, so all columns are given by the caller. Stored computed fields are told of changes.
"""

from __future__ import annotations

from collections import defaultdict

from odoo import fields
from odoo.tools import SQL


def insert_rows(model, rows):
    """Insert ``rows``, dicts of the same columns; returns the new records in that order."""
    if not rows:
        return model.browse()
    cr, now, uid = model.env.cr, fields.Datetime.now(), model.env.uid
    columns = tuple(rows[0])
    names = [*columns, "create_uid", "write_uid", "create_date", "write_date"]
    statement = SQL(
        "INSERT INTO %s (%s) VALUES %%s RETURNING id",
        SQL.identifier(model._table),
        SQL(", ").join(map(SQL.identifier, names)),
    )
    found = cr.execute_values(
        _for_values(statement),
        [(*_cells(model, columns, row), uid, uid, now, now) for row in rows],
        page_size=len(rows),
        fetch=True,
    )
    return model.browse(row_id for (row_id,) in found)


def update_rows(model, values_by_id):
    """Write {id: {column: value}}; one statement for each set of columns."""
    by_columns = defaultdict(dict)
    for row_id, values in values_by_id.items():
        by_columns[tuple(sorted(values))][row_id] = values
    for columns, rows in by_columns.items():
        records = model.browse(rows)
        records.flush_recordset(columns)
        _update(model, columns, rows)
        records.invalidate_recordset(columns, flush=False)
        records.modified(columns)


def lock_rows(records):
    """Wait for the rows of ``records`` and keep them, in the order of their ids.

    SerializationFailure where somebody wrote one since this transaction began.
    """
    if records:
        statement = SQL(
            "SELECT id FROM %s WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE",
            SQL.identifier(records._table),
            records.ids,
        )
        # not execute_query: a conflict with another worker is no error for the log
        records.env.cr.execute(statement, log_exceptions=False)


def _update(model, columns, rows):
    assignments = [
        SQL("%s = new.%s::%s", name, name, SQL(model._fields[column].column_type[0]))
        for column in columns
        for name in [SQL.identifier(column)]
    ]
    # who asks for what changed since a moment has to find these rows too
    assignments.append(SQL("write_date = now() AT TIME ZONE 'UTC'"))
    table = SQL.identifier(model._table)
    # rows are locked by their id: two who write many of them wait for each other, not both
    statement = SQL(
        "WITH new (id, %s) AS (VALUES %%s), locked AS MATERIALIZED ("
        "  SELECT id FROM %s WHERE id IN (SELECT id FROM new) ORDER BY id FOR NO KEY UPDATE"
        ") UPDATE %s AS target SET %s FROM new JOIN locked ON locked.id = new.id"
        " WHERE target.id = new.id",
        SQL(", ").join(map(SQL.identifier, columns)),
        table,
        table,
        SQL(", ").join(assignments),
    )
    execute_values(
        model.env.cr,
        statement,
        [(row_id, *_cells(model, columns, values)) for row_id, values in rows.items()],
    )


def _cells(model, columns, values):
    """``values`` as the database takes them."""
    return [
        model._fields[column].convert_to_column_insert(values[column], model) for column in columns
    ]


def execute_values(cr, statement, rows):
    """Run ``statement``, an SQL that ends its VALUES by ``%%s``, once for all ``rows``."""
    if rows:
        cr.execute_values(_for_values(statement), rows, page_size=len(rows))


def _for_values(statement):
    # an SQL object escapes the mark that execute_values looks for
    return statement.code.replace("%%s", "%s")
