from odoo import api, models

TECHNICAL = {
    "id",
    "display_name",
    "create_uid",
    "create_date",
    "write_uid",
    "write_date",
    "sequence",
}
RELATIONS = ("one2many", "many2many")


class ReconChangeWords(models.AbstractModel):
    """What a change would do, as people read it."""

    _name = "recon.change.words"
    _description = "Changes in Words"

    @api.model
    def _rows(self, record, vals):
        """[{label, old, new}] of ``vals`` written on ``record``, which is empty for a new one."""
        rows = []
        for name, value in vals.items():
            field = record._fields.get(name)
            if not field or name in TECHNICAL:
                continue
            label = field._description_string(self.env)
            if field.type in RELATIONS:
                rows += self._relation_rows(record, field, label, value or [])
            else:
                old = self._say(field, record, _raw(record[name])) if record else ""
                rows.append({"label": label, "old": old, "new": self._say(field, record, value)})
        return [row for row in rows if row["old"] != row["new"]]

    def _relation_rows(self, record, field, label, commands):
        rows = []
        children = self.env[field.comodel_name]
        for command in commands:
            code, child, *rest = command
            known = children.browse(child or ()).exists() if isinstance(child, int) else children
            value = rest[0] if rest else False
            if code == 0:
                rows.append({"label": label, "old": "", "new": self._child(children, value or {})})
            elif code == 1:
                rows += [
                    {**row, "label": f"{label} ({self._name_of(known)}): {row['label']}"}
                    for row in self._rows(known, value or {})
                ]
            elif code in (2, 3):
                rows.append({"label": label, "old": self._name_of(known), "new": ""})
            elif code == 4:
                rows.append({"label": label, "old": "", "new": self._name_of(known)})
            else:  # 5: none of them, 6: exactly these
                before = record[field.name] if record else children
                after = children.browse(value or ()) if code == 6 else children
                rows.append(
                    {"label": label, "old": self._name_of(before), "new": self._name_of(after)}
                )
        return rows

    def _child(self, children, vals):
        """A new row in one line: what is set in it."""
        return ", ".join(f"{row['label']}: {row['new']}" for row in self._rows(children, vals))

    def _name_of(self, records):
        return ", ".join(
            self._described(record) if record.display_name.startswith(f"{record._name},") else name
            for record in records
            if (name := record.display_name)
        )

    def _described(self, record):
        """A record without a name of its own by what is set in it."""
        vals = {
            name: _raw(record[name])
            for name, field in record._fields.items()
            if field.store and not field.related and field.type not in (*RELATIONS, "many2one")
        }
        return self._child(record.browse(), vals)

    def _say(self, field, record, value):
        """``value`` as it is written in a form: ids as names, codes as their labels."""
        if field.type == "many2one":
            return self.env[field.comodel_name].browse(value or ()).display_name or ""
        if field.type == "boolean":
            return self.env._("yes") if value else self.env._("no")
        if field.type == "selection":
            return dict(field._description_selection(self.env)).get(value) or ""
        if field.type in ("integer", "float", "monetary"):
            return f"{value or 0:g}"
        return str(value or "")


def _raw(value):
    return value.id if isinstance(value, models.BaseModel) else value
