"""Figures of the reconciliation for other programs."""

from odoo import models
from odoo.fields import Domain

from ..recon_core.api import kinds
from ..recon_core.api.answers import (
    COUNT,
    DAY,
    ID,
    NUMBER,
    Shape,
    day_text,
    described,
    nullable,
    page_of,
)
from ..recon_core.api.operation import Argument
from .recon_api import listing
from .recon_api_operation import operation

KPI = Shape(
    "Kpi",
    {
        "company_id": ID,
        "journal_id": ID,
        "month": described(DAY, "Its first day."),
        "lines": COUNT,
        "reconciled_automatically": COUNT,
        "accepted_by_a_person": COUNT,
        "to_do": COUNT,
        "automatic_rate": described(
            nullable(NUMBER), "`reconciled_automatically` / `lines`, from 0 to 1."
        ),
        "hours_saved": described(
            NUMBER, "`reconciled_automatically` x minutes a line of the matching policy / 60."
        ),
    },
    "What became of the bank lines of a journal in a month.",
)


class ReconApi(models.AbstractModel):
    _inherit = "recon.api"

    @operation(
        "kpi:read",
        page_of(KPI),
        listing(
            journal_id=Argument(kinds.identity()),
            month_from=Argument(kinds.day(), "Months that begin on this day or later."),
            month_to=Argument(kinds.day(), "Months that begin on this day or earlier."),
        ),
        shapes=[KPI],
    )
    def kpis(self, journal_id, month_from, month_to, company_id, after, limit):
        """Bank lines by journal and month, and how many of them nobody had to touch."""
        domain = self._where(journal_id=journal_id, company_id=company_id)
        if month_from:
            domain &= Domain("month", ">=", month_from)
        if month_to:
            domain &= Domain("month", "<=", month_to)
        found, following = self._page("kpis", "recon.kpi", domain, after, limit)
        return {"items": [_kpi(row) for row in found], "next": following}


def _kpi(row):
    count = row.line_count
    return {
        "company_id": row.company_id.id,
        "journal_id": row.journal_id.id,
        "month": day_text(row.month),
        "lines": count,
        "reconciled_automatically": row.auto_count,
        "accepted_by_a_person": row.accepted_count,
        "to_do": row.todo_count,
        "automatic_rate": round(row.auto_count / count, 6) if count else None,
        "hours_saved": round(row.hours_saved, 4),
    }
