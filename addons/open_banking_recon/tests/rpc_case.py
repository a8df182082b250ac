"""Every public method of an add-on, called as a hostile user would call it."""

import inspect
from dataclasses import dataclass
from typing import Any

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.service.model import call_kw, get_public_method
from odoo.tests import new_test_user
from odoo.tools import SQL, mute_logger

UNKNOWN_ID = 2**31 - 1
# Stands in the arguments for the record of the fixtures that a method is about.
VICTIM = object()
HOSTILE = (UNKNOWN_ID, -1, "0 OR 1=1")
# A request of the wrong form may end as one, before anything is done; the database never sees it.
MALFORMED = (ValueError, TypeError, AttributeError, LookupError, ArithmeticError)
# What Odoo itself writes when anybody does anything.
NOT_DATA = {"res_users_log", "res_device_log", "bus_bus"}


@dataclass(frozen=True)
class May:
    """Who may call a method: ``least`` is the lowest role that may.

    ``args``: plausible arguments after the records; ``about``: the model of the fixture that stands
    for VICTIM in them. ``open`` methods only lead somewhere (an action, no data): others may call
    them, and change nothing.
    """

    least: str
    args: tuple[Any, ...] = ()
    about: str = ""
    open: bool = False


def own_models(env, module):
    """Names of the models that ``module`` makes."""
    return sorted(name for name, model in env.registry.items() if model._original_module == module)


def own_methods(env, module):
    """{(model, method)} that ``module`` defines or overrides and that RPC calls, without the ORM's."""
    prefix = f"odoo.addons.{module}."
    found = set()
    for model, cls in env.registry.items():
        if cls._abstract and any(not env[child]._abstract for child in cls._inherit_children):
            continue  # a mixin has no records: its methods are those of the models that have it
        for parent in cls.mro():
            if not parent.__module__.startswith(prefix):
                continue
            for name, value in vars(parent).items():
                if (
                    _is_method(value)
                    and not _is_of_every_model(env, name, prefix)
                    and _is_public(env, cls, name)
                ):
                    found.add((model, name))
    return found


def _is_of_every_model(env, name, prefix):
    """Whether Odoo gives a method of this name to all models, be it overridden here."""
    return any(
        name in vars(parent)
        for parent in env.registry["base"].mro()
        if not parent.__module__.startswith(prefix)
    )


def _is_method(value):
    return inspect.isfunction(value) or isinstance(value, (staticmethod, classmethod))


def _is_public(env, cls, name):
    try:
        get_public_method(env[cls._name], name)
    except AccessError:
        return False
    return True


class RpcCase:
    """For a test class with ``module``, ``table`` {(model, method): May}, ``roles`` {role: groups},
    lowest first, and ``victims`` {model: record of the company}."""

    module = ""
    table: dict = {}
    roles: dict = {}

    @classmethod
    def _make_users(cls):
        """Portal and internal users without our groups, one user of each role, and a stranger: one
        of another company with all roles but the last."""
        cls.other_company = cls.env["res.company"].sudo().create({"name": "Other company"})
        groups = {
            "portal": "base.group_portal",
            "employee": "base.group_user",
            **{role: f"base.group_user,{names}" for role, names in cls.roles.items()},
        }
        cls.users = {
            role: cls._user(f"rpc_{role}", names, cls.company) for role, names in groups.items()
        }
        trusted = list(cls.roles)[-2]
        cls.users["stranger"] = cls._user("rpc_stranger", groups[trusted], cls.other_company)

    @classmethod
    def _user(cls, login, groups, company):
        return new_test_user(
            cls.env,
            login,
            groups=groups,
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )

    # -- one call --------------------------------------------------------------------------------

    def _attempt(self, role, model, method, args):
        """(error or result, {table: rows written}) of a call by RPC, which is undone."""
        user = self.users[role]
        env = self.env(user=user, su=False, context={"allowed_company_ids": user.company_id.ids})
        self.env.flush_all()
        self.env.invalidate_all()
        savepoint = self.env.cr.savepoint(flush=False)
        before = self._rows_written()
        with mute_logger("odoo.sql_db", "odoo.addons.base.models.ir_model"):
            try:
                outcome = call_kw(env[model], method, list(args), {})
                env.flush_all()
            except Exception as error:  # noqa: BLE001 - which one it is, the tests judge
                outcome = error
                self.env.clear()
                savepoint.rollback()
        after = self._rows_written()
        self.env.clear()
        savepoint.close(rollback=True)
        if isinstance(outcome, Exception):  # a failed request is rolled back as a whole
            return outcome, {}
        return outcome, {
            name: count - before.get(name, 0)
            for name, count in after.items()
            if count != before.get(name, 0) and name not in NOT_DATA
        }

    def _rows_written(self):
        query = SQL(
            "SELECT relname, n_tup_ins + n_tup_upd + n_tup_del FROM pg_stat_xact_user_tables"
            " WHERE n_tup_ins + n_tup_upd + n_tup_del > 0"
        )
        return dict(self.env.execute_query(query))

    def _calls(self, model, method, may):
        """[(what, arguments)]: the plausible call first."""
        args = tuple(
            self.victims[may.about or model].id if arg is VICTIM else arg for arg in may.args
        )
        args = tuple(self.victims[may.about].ids if arg == [VICTIM] else arg for arg in args)
        hostile = [
            (f"argument {place} is {value!r}", (*args[:place], value, *args[place + 1 :]))
            for place in range(len(args))
            for value in HOSTILE
        ]
        if self._is_model_method(model, method):
            return [("plausible", args), *hostile]
        ids = self.victims[model].ids
        return [
            ("plausible", (ids, *args)),
            ("no record", ([], *args)),
            ("an unknown record", ([UNKNOWN_ID], *args)),
            *[(what, (ids, *values)) for what, values in hostile],
        ]

    # -- what is asserted ------------------------------------------------------------------------

    def _assert_table_is_complete(self):
        methods = own_methods(self.env, self.module)
        new, gone = sorted(methods - set(self.table)), sorted(set(self.table) - methods)
        self.assertFalse(
            new,
            "These methods can be called by RPC and the table says nothing of them. Give each its"
            " line (who may call it), or make it private: an underscore or @api.private.",
        )
        self.assertFalse(gone, "These methods are gone: take them out of the table.")

    def _assert_methods_keep_out_who_may_not(self):
        """All problems of all methods at once, one line each."""
        problems = [
            problem
            for (model, method), may in sorted(self.table.items())
            for what, args in self._calls(model, method, may)
            for role in self.users
            if (problem := self._problem(role, model, method, may, what, args))
        ]
        self.assertFalse(problems, "\n" + "\n".join(problems))

    def _problem(self, role, model, method, may, what, args):
        outcome, written = self._attempt(role, model, method, args)
        where = f"{model}.{method}, {role}, {what}"
        is_plausible = what == "plausible"
        if isinstance(outcome, UserError):
            refused = isinstance(outcome, AccessError) and is_plausible
            is_wrong = refused and self._is_allowed(role, model, method, may)
            return f"{where}: refused to who may: {outcome}" if is_wrong else None
        if isinstance(outcome, Exception):
            is_tolerated = isinstance(outcome, MALFORMED) and not is_plausible
            return None if is_tolerated else f"{where}: {type(outcome).__name__} {outcome}"
        names_victim = self._names_victim(model, method, may) and what != "no record"
        if self._is_allowed(role, model, method, may, names_victim):
            return None
        if written:
            return f"{where}: wrote into {written}"
        if is_plausible and not may.open and _tells(outcome):
            return f"{where}: not refused"
        return None

    def _is_allowed(self, role, model, method, may, names_victim=True):
        ranks = list(self.roles)
        if role == "stranger" and not names_victim:  # in a company of their own they may
            role = ranks[-2]
        if role not in ranks or ranks.index(role) < ranks.index(may.least):
            return False
        if (
            not names_victim
            or not self.env[model]._transient
            or self._is_model_method(model, method)
        ):
            return True
        return self.victims[model].create_uid == self.users[role]

    def _names_victim(self, model, method, may):
        is_about = any(arg is VICTIM or arg == [VICTIM] for arg in may.args)
        return is_about or not self._is_model_method(model, method)

    def _is_model_method(self, model, method):
        return getattr(getattr(self.env.registry[model], method), "_api_model", False)

    # -- models and fields -----------------------------------------------------------------------

    def _assert_models_are_guarded(self):
        problems = []
        access, rules = self.env["ir.model.access"].sudo(), self.env["ir.rule"].sudo()
        for name in own_models(self.env, self.module):
            model = self.env[name]
            if model._abstract:
                continue
            if not access.search_count([("model_id.model", "=", name), ("group_id", "!=", False)]):
                problems.append(f"{name}: no access rights for a group")
            if access.search_count([("model_id.model", "=", name), ("group_id", "=", False)]):
                problems.append(f"{name}: access rights for everybody")
            domains = rules.search([("model_id.model", "=", name), ("groups", "=", False)]).mapped(
                "domain_force"
            )
            if model._transient and not any("create_uid" in domain for domain in domains):
                problems.append(f"{name}: a wizard that others than its creator can read")
            has_company = "company_id" in model._fields and not model._transient
            if has_company and not any("compan" in domain for domain in domains):
                problems.append(f"{name}: has a company and no rule on companies")
        self.assertFalse(problems, "\n" + "\n".join(problems))

    def _assert_secrets_are_kept(self, names):
        """``names`` {model: fields}: no role reads, exports, groups by, sorts by or searches them."""
        problems = []
        for model, fields in names.items():
            for field in fields:
                for what, method, args in _ways_to_learn(model, field, self.victims[model].id):
                    for role in self.users:
                        outcome, _written = self._attempt(role, model, method, args)
                        if not isinstance(outcome, UserError):
                            problems.append(f"{model}.{field}, {role}, {what}: {outcome!r}")
        self.assertFalse(problems, "\n" + "\n".join(problems))


def _tells(result):
    """Whether the result of a call holds anything: an answer about nothing is as good as a refusal."""
    if isinstance(result, dict):
        return any(map(_tells, result.values()))
    return bool(result)


def _ways_to_learn(model, field, record_id):
    """[(what, method, arguments)] by which RPC tells something of the value of a field."""
    guess = [(field, "=like", "a%")]
    return [
        ("read", "read", ([record_id], [field])),
        ("web_read", "web_read", ([record_id], {field: {}})),
        ("search_read", "search_read", ([], [field])),
        ("export", "export_data", ([record_id], [field])),
        ("group", "formatted_read_group", ([], [field], ["__count"])),
        ("sum", "formatted_read_group", ([], [], [f"{field}:count_distinct"])),
        ("domain", "search", (guess,)),
        ("count", "search_count", (guess,)),
        ("order", "search", ([], 0, None, f"{field} desc")),
        ("write", "write", ([record_id], {field: "planted"})),
        ("copy", "copy", ([record_id], {field: "planted"})),
    ]
