"""The OpenAPI document of the API, made from its declarations: ``python -m tools.openapi``.

Writes ``docs/openapi.json``; with ``--print`` it only prints it. Needs Odoo and no database: the
methods are declared in the code.
"""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys

from . import odoo_process, odoo_source
from .paths import ADDONS, ROOT

TARGET = ROOT / "docs" / "openapi.json"
MODEL = "recon.api"


def text() -> str:
    """The document of both add-ons as it is written into the file."""
    home = odoo_source.find()
    if home is None:
        raise SystemExit("Odoo 19 is not there yet: run make demo or make test first.")
    child = subprocess.run(
        [sys.executable, "-m", "tools.openapi", "--print"],
        env={**os.environ, "PYTHONPATH": str(home)},
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if child.returncode:
        raise SystemExit(child.stderr)
    return child.stdout


def _declared() -> str:
    """The same, in a process where Odoo can be imported."""
    addons = importlib.import_module("odoo.addons")
    addons.__path__.append(str(ADDONS))
    for name in odoo_process.modules():
        importlib.import_module(f"odoo.addons.{name}.models")
    loaded = importlib.import_module("odoo.orm.models").MetaModel._module_to_models__
    classes = [
        cls
        for name in reversed(odoo_process.modules())
        for cls in reversed(loaded[name])
        if MODEL in (cls._name, cls._inherit)
    ]
    declared = importlib.import_module("odoo.addons.open_banking_recon.models.recon_api_operation")
    return json.dumps(declared.document_of(classes), indent=1, ensure_ascii=False)


def main(words: list[str]) -> None:
    if "--print" in words:
        print(_declared())
    else:
        TARGET.write_text(text(), "utf-8")
        print(f"{TARGET.relative_to(ROOT)} written")


if __name__ == "__main__":
    main(sys.argv[1:])
