"""Runs inside Odoo for the test of secrets (see ``tools.in_odoo``): what is sealed, in clear."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

# the bank's name for the consent: it opens nothing without a token or a certificate
IDENTIFIERS = frozenset({"consent_ref"})


def write(env: Any, path: str) -> None:
    """Every sealed value of the database, opened, as a JSON list of texts."""
    vault = env["open.banking.vault"]
    found = []
    for model, name in vault._sealed_fields():
        for record in env[model].with_context(active_test=False).search([(name, "!=", False)]):
            text = vault._unseal(record[name], vault._context(record, name.removesuffix("_sealed")))
            found += _texts(text)
    Path(path).write_text(json.dumps(found), "utf-8")


def _texts(sealed: str) -> list[str]:
    """The secrets in one sealed value: itself, or the values of the JSON object that it is."""
    try:
        values = json.loads(sealed)
    except ValueError:
        return [sealed]
    if not isinstance(values, dict):
        return [sealed]
    return [str(value) for name, value in values.items() if name not in IDENTIFIERS]
