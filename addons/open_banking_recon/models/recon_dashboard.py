from dataclasses import asdict, dataclass

from odoo import api, models
from odoo.exceptions import AccessError, UserError
from odoo.tools.misc import format_date

from .recon_dashboard_scope import Scope
from .recon_masking import shown

SECTIONS = ("value", "receivables", "work", "banks", "cash", "followup")


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of the page. ``unit``: money, percent (a fraction), hours, days, months or count;
    ``formula`` and ``source`` are sentences for the user: how it is made, and of which records."""

    key: str
    section: str
    unit: str
    label: str
    formula: str
    source: str


class ReconDashboard(models.AbstractModel):
    """What the automation is worth and how the money stands: figures that each say their formula and
    open the records that they are made of.

    A figure has a file of its own that adds it to ``_figures`` and gives ``_figure_<key>(scope)``,
    {value, base, note, chart, table}, and ``_records_<key>(scope, part)``, the action that shows what
    it is made of. ``value`` is None where there is nothing to compute it from. Another add-on
    inherits this model to add its own.
    """

    _name = "recon.dashboard"
    _description = "Value and Treasury"

    @api.model
    def _figures(self):
        """[Figure] in the order of the page."""
        return []

    @api.model
    def _check_reader(self):
        """Who may see the page. Rights are checked here, and the queries read what is asked: the
        companies are those of the user."""
        if not self.env.user.has_group("open_banking_recon.group_reader"):
            raise AccessError(self.env._("These figures are for readers of Open Banking."))
        self.env["account.move.line"].check_access("read")
        self.env["account.bank.statement.line"].check_access("read")

    @api.model
    def _scope(self, kind, first, last):
        """Raises UserError for dates that make no period."""
        try:
            return Scope(self.env, kind, first, last)
        except ValueError as error:
            raise UserError(
                self.env._("Choose a first and a last day, at most five years apart.")
            ) from error

    # -- the screen -----------------------------------------------------------

    @api.model
    @shown
    def get_page(self, kind, first=False, last=False):
        """All that the screen shows: the period and each figure with its value and formula."""
        self._check_reader()
        return self._page(self._scope(kind, first, last))

    @api.model
    def _page(self, scope):
        self.env.flush_all()
        return {
            "kind": scope.kind.value,
            "first": str(scope.period.first),
            "last": str(scope.period.last),
            "title": self._days(scope.period),
            "companies": scope.companies.mapped("name"),
            "currency_id": scope.currency.id,
            "may_set_costs": self.env.user.has_group("open_banking_recon.group_manager"),
            "sections": self._sections(scope),
        }

    def _sections(self, scope):
        labels = self._section_labels()
        sections = []
        for name in SECTIONS:
            figures = [
                {**asdict(figure), **self._figure(figure, scope)}
                for figure in self._figures()
                if figure.section == name
            ]
            if figures:
                sections.append({"name": name, "label": labels[name], "figures": figures})
        return sections

    def _figure(self, figure, scope):
        found = getattr(self, f"_figure_{figure.key}")(scope)
        for name in ("value", "base"):
            value = found.get(name)
            found[name] = None if value is None else float(value)
        return {"note": "", "chart": None, "table": None, **found}

    def _section_labels(self):
        return {
            "value": self.env._("Value"),
            "receivables": self.env._("Receivables and costs"),
            "work": self.env._("Bank lines"),
            "banks": self.env._("Banks"),
            "cash": self.env._("Cash"),
            "followup": self.env._("Follow-up"),
        }

    @api.model
    def open_records(self, key, part, kind, first=False, last=False):
        """The action that shows what the figure ``key``, or the row ``part`` of its table, is made of."""
        self._check_reader()
        scope = self._scope(kind, first, last)
        figure = next((figure for figure in self._figures() if figure.key == key), None)
        if not figure:
            raise UserError(self.env._("There is no such figure."))
        action = getattr(self, f"_records_{key}")(scope, part)
        return {**action, "display_name": f"{figure.label}, {self._days(scope.period)}"}

    # -- for the figures ------------------------------------------------------

    def _days(self, period):
        return self.env._(
            "%(first)s to %(last)s",
            first=format_date(self.env, period.first),
            last=format_date(self.env, period.last),
        )

    def _month_label(self, day):
        return format_date(self.env, day, date_format="MMM yy")

    def _open(self, xmlid, domain):
        """The action ``xmlid``, about what ``domain`` finds and nothing else."""
        action = self.env["ir.actions.act_window"]._for_xml_id(xmlid)
        return {**action, "domain": list(domain), "context": {}}

    def _open_items(self, domain):
        """The journal items that ``domain`` finds, posted ones of the companies of the page."""
        return {
            "type": "ir.actions.act_window",
            "res_model": "account.move.line",
            "views": [(False, "list"), (False, "form")],
            "domain": [
                ("parent_state", "=", "posted"),
                ("company_id", "in", self.env.companies.ids),
                *domain,
            ],
            "context": {},
        }
