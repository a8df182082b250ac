"""The table "Who may do what" of docs/security.md, read and executed."""

from pathlib import Path

from odoo.exceptions import AccessError

DOCUMENT = Path(__file__).resolve().parents[3] / "docs" / "security.md"
HEADING = "## Who may do what"
GROUPS = {
    "Reader": "open_banking_recon.group_reader",
    "Clerk": "open_banking_recon.group_clerk",
    "Accountant": "open_banking_recon.group_accountant",
    "Bank manager": "open_banking_recon.group_manager",
    "Security officer": "open_banking_recon.group_security_officer",
    "Credit Controller": "smart_dunning.group_credit_controller",
    "Follow-up Manager": "smart_dunning.group_dunning_manager",
}
OPERATIONS = ("read", "write", "create", "unlink")


def rows(text):
    """[(action, what is called, {role: whether it may})] of the table under HEADING."""
    section = text.split(f"\n{HEADING}\n")[1].split("\n## ")[0]
    table = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in section.splitlines()
        if line.startswith("|")
    ]
    (_action, _call, *roles), _rule, *body = table
    return [
        (
            action,
            call.strip("`"),
            {role: _yes(cell) for role, cell in zip(roles, cells, strict=True)},
        )
        for action, call, *cells in body
    ]


def _yes(cell):
    return {"yes": True, "no": False}[cell]


class RoleMatrixCase:
    """For a RpcCase: its ``table`` has the arguments, its ``victims`` the records."""

    def _assert_matrix_holds(self, models):
        """Every row about ``models``, as a user of each group that is installed."""
        if not DOCUMENT.exists():
            self.skipTest("docs/security.md is not beside the add-on")
        found = [row for row in rows(DOCUMENT.read_text("utf-8")) if _model(row[1]) in models]
        self.assertTrue(found)
        self._make_matrix_users()
        problems = [
            f"{action}, {role}: the table says {'yes' if may else 'no'}, and {outcome!r}"
            for action, call, cells in found
            for role, may in cells.items()
            if role in self.users
            and isinstance(outcome := self._do(role, call), AccessError) is may
        ]
        self.assertFalse(problems, "\n" + "\n".join(problems))

    def _make_matrix_users(self):
        self.users = dict(self.users)  # those of the class outlive the test
        for role, group in GROUPS.items():
            if self.env.ref(group, raise_if_not_found=False):
                login = f"matrix_{role.lower().replace(' ', '_')}"
                self.users[role] = self._user(login, f"base.group_user,{group}", self.company)

    def _do(self, role, call):
        operation, _space, model = call.partition(" ")
        if operation in OPERATIONS:
            return self._allowed(role, operation, model)
        model, _dot, method = call.rpartition(".")
        _what, args = self._calls(model, method, self.table[(model, method)])[0]
        return self._attempt(role, model, method, args)[0]

    def _allowed(self, role, operation, model):
        # a wizard is its maker's business: what counts is who may make one
        ids = [] if self.env[model]._transient else self.victims[model].ids
        outcome, _written = self._attempt(role, model, "has_access", (ids, operation))
        return outcome or AccessError(f"{operation} {model}")


def _model(call):
    operation, _space, model = call.partition(" ")
    return model if operation in OPERATIONS else call.rpartition(".")[0]
