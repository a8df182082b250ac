"""Where things are in a checkout. Everything made at run time lives in ignored folders."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ADDONS = ROOT / "addons"
VENV = ROOT / ".venv"
VENV_PYTHON = VENV / "bin" / "python"
ODOO_PREFIX = ROOT / ".odoo"
DATA = ROOT / ".data"
ARTIFACTS = ROOT / ".artifacts"
LOGS = ARTIFACTS / "log"
