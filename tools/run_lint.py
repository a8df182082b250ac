"""``make lint``: style, types, import contracts, Odoo's and OCA's checks, repository rules."""

from __future__ import annotations

import os
import subprocess
import sys

from . import compose_tool, odoo_process
from .paths import ADDONS, ROOT, VENV

BIN = VENV / "bin"


def _addons() -> list[str]:
    return [str(ADDONS / name) for name in odoo_process.modules()]


def _checks() -> dict[str, list[str]]:
    """{what: command}"""
    python = str(BIN / "python")
    odoo = ",".join(odoo_process.addons_paths())
    return {
        "ruff": [str(BIN / "ruff"), "check", "--no-cache", "."],
        "ruff format": [str(BIN / "ruff"), "format", "--no-cache", "--check", "."],
        "mypy --strict on the kernels": [str(BIN / "mypy"), "--no-incremental"],
        "import contracts": [str(BIN / "lint-imports"), "--no-cache"],
        "pylint-odoo": [
            str(BIN / "pylint"),
            "--rcfile=.pylintrc",
            "--disable=consider-merging-classes-inherited",  # one concept a file
            "--jobs=2",
            "--score=n",
            *_addons(),
        ],
        "bandit": [
            *(str(BIN / "bandit"), "--quiet", "--recursive", "--configfile", "pyproject.toml"),
            *("--exclude", "*/tests/*", *_addons()),
        ],
        "hadolint": [str(BIN / "hadolint"), "docker/Dockerfile"],
        **_compose(),
        "OCA checks": [
            *(str(BIN / "oca-checks-odoo-module"), *_addons()),
            "--disable=xml-header-wrong",
        ],
        "manifests and licences": [
            *(str(BIN / "manifestoo"), "--addons-path", odoo),
            *("--select-addons-dir", str(ADDONS), "check-licenses"),
        ],
        "repository rules": [python, "-m", "pytest", "-p", "no:cacheprovider", "tests/rules"],
    }


def _compose() -> dict[str, list[str]]:
    words, own, trial = compose_tool.command(), "docker/compose.yaml", "docker/compose.trial.yaml"
    if not words:
        return {}
    check = ["--profile", "tools", "config", "--quiet"]
    return {
        "docker compose config": [*words, "-f", own, *check],
        "docker compose config, trial": [*words, "-f", own, "-f", trial, *check],
    }


def main() -> int:
    kernels = "addons/open_banking_recon:addons/smart_dunning"
    env = {**os.environ, "PYTHONPATH": kernels}
    failed = []
    for name, words in _checks().items():
        done = subprocess.run(
            words,
            cwd=ROOT,
            env=env,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        print(f"  {name:<40}{'ok' if done.returncode == 0 else 'FAILED'}", flush=True)
        if done.returncode:
            failed.append(name)
            print(done.stdout[-6000:], done.stderr[-2000:], sep="\n")
    print(f"{len(failed)} of {len(_checks())} checks failed" if failed else "all clean")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
