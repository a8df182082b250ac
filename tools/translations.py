"""``python -m tools.translations``: brings the .pot and fr.po files of our add-ons up to date.

Exports the terms with Odoo from a scratch database, adds new ones to fr.po, drops those that are gone
and prints what is left to translate.
"""

from __future__ import annotations

import sys
from pathlib import Path

import polib

from . import base_database, database, odoo_process
from .console import run
from .paths import ADDONS

DATABASE = "open_banking_i18n"
LANGUAGE = "fr"


def main() -> int:
    server = database.server()
    base_database.install(server, DATABASE)
    names = odoo_process.modules()
    env = odoo_process.environment(server)
    addons_path = f"--addons-path={','.join(odoo_process.addons_paths())}"
    left = sum(_update(name, addons_path, env) for name in names)
    return 1 if left else 0


def _update(name: str, addons_path: str, env: dict[str, str]) -> int:
    """Write both files of the add-on ``name``; returns how many terms wait for a translation."""
    folder = ADDONS / name / "i18n"
    folder.mkdir(exist_ok=True)
    template = folder / f"{name}.pot"
    words = [sys.executable, "-m", "odoo", addons_path, "i18n", "export", "--database", DATABASE]
    words += ["--languages", "pot", "--output", str(template), name]
    run(words, "i18n-export", env=env)
    terms = polib.pofile(str(template))
    for moment in ("POT-Creation-Date", "PO-Revision-Date"):
        terms.metadata.pop(moment, None)  # an export without a new term changes nothing
    terms.save()
    translation = _translation(folder / f"{LANGUAGE}.po")
    translation.merge(terms)
    for entry in translation.obsolete_entries():
        translation.remove(entry)
    translation.sort(key=lambda entry: entry.msgid)
    translation.save()
    waiting = translation.untranslated_entries() + translation.fuzzy_entries()
    print(f"{name}: {len(translation)} terms, {len(waiting)} to translate into {LANGUAGE}")
    for entry in waiting:
        print(f"  {entry.msgid!r}")
    return len(waiting)


def _translation(path: Path) -> polib.POFile:
    """The file at ``path``; a new one where there is none."""
    if path.exists():
        return polib.pofile(str(path))
    translation = polib.POFile(fpath=str(path))
    translation.metadata = {
        "Language": LANGUAGE,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": "nplurals=2; plural=(n > 1);",
    }
    return translation


if __name__ == "__main__":
    sys.exit(main())
