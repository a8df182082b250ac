"""Every command that the pages show is run: here, or by the test that the table names.

What takes minutes or hours (measurements, whole demos) is checked up to the point where the work would
begin: the program is there and takes the words as they are written. The tests that do such work in small
are named beside it.
"""

from __future__ import annotations

import argparse
import getpass
import importlib
import importlib.util
import inspect
import re
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md")),
    *sorted((ROOT / "docs").rglob("*.md")),
    *(ROOT / name for name in ("docker/README.md", "sandbox/README.md")),
]
FENCED = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)
OTHER_FENCED = re.compile(r"^```\w*\n.*?^```$", re.MULTILINE | re.DOTALL)
INDENTED = re.compile(r"(?:^#.*\n|\n\n)((?: {4,}\S.*\n)+)", re.MULTILINE)
INLINE = re.compile(r"`((?:\.venv/bin/|python -m|pip |make |odoo |docker |echo )[^`]*)`")
DRAWINGS = (
    "docs/architecture.md",  # the folders
    "docs/compliance/threat-model.md",  # who speaks with whom
)


def commands(page: Path) -> set[str]:
    """The commands of ``page``, each on one line and without its comment."""
    text = page.read_text("utf-8")
    found = [line for block in FENCED.findall(text) for line in block.splitlines()]
    text = OTHER_FENCED.sub("", text)
    if page.relative_to(ROOT).as_posix() not in DRAWINGS:
        found += [line for block in INDENTED.findall(text) for line in block.splitlines()]
    found += [" ".join(line.split()) for line in INLINE.findall(text)]
    whole = re.sub(r"\s*\\\n\s*", " ", "\n".join(found)).splitlines()
    return {re.sub(r"\s{2,}#.*", "", line).strip() for line in whole if line.strip()} - {""}


def accepted(command: str) -> None:
    """The program takes these words; it is stopped where the work begins."""
    _python, _m, module, *words = shlex.split(command)

    class Accepted(Exception):
        pass

    found = importlib.import_module(module)
    parse = argparse.ArgumentParser.parse_args

    def parse_and_stop(parser: argparse.ArgumentParser, given: object = None) -> None:
        parse(parser, words)
        raise Accepted

    with pytest.MonkeyPatch.context() as patch, pytest.raises(Accepted):
        patch.setattr(argparse.ArgumentParser, "parse_args", parse_and_stop)
        patch.setattr(sys, "argv", [module, *words])
        found.main(*([words] if inspect.signature(found.main).parameters else []))


def made(command: str) -> None:
    """make knows the target, and the modules that it would run are there."""
    done = subprocess.run(
        ["make", "-n", command.split()[-1]],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=True,
    )
    modules = re.findall(r"-m ([\w.]+)", done.stdout)
    assert modules
    assert [name for name in modules if importlib.util.find_spec(name) is None] == []


def satisfied(command: str) -> None:
    """What the file wants is installed here, so that nothing is fetched."""
    words = shlex.split(command)[1:]
    pip = [sys.executable, "-m", "pip", *words, "--dry-run", "--no-index", "--quiet"]
    subprocess.run(pip, cwd=ROOT, stdin=subprocess.DEVNULL, check=True, capture_output=True)


CONTAINERS = "tests/workers/test_containers.py::"
LIFE = "tests/workers/test_life_of_the_addons.py::"
HERE = "tests/rules/test_commands.py::"
TABLE: dict[str, str | Callable[[str], None]] = {
    # tests/e2e begins with the demo itself, make test is what runs this
    r"(DEMO_KEEP=0 |ODOO_PORT=8070 )?make (demo|test|bench|serve|lint|clean)": made,
    r"pip install -r requirements.txt": satisfied,
    r"pip (wheel .*|install wheels/.*)": "tests/tools/test_wheels.py::test_a_wheel_holds_every_file_of_the_add_on",
    r"\.venv/bin/python -m pytest .*": f"{HERE}test_the_tests_that_contributors_are_told_to_run_are_there",
    r"\.venv/bin/python -m tools\.run_tests odoo": f"{HERE}test_the_suites_have_their_names",
    r"\.venv/bin/python -m tools\.translations": "tests/rules/test_translations.py::"
    "test_every_term_of_the_template_is_translated",
    r"\.venv/bin/python -m tools\.screenshots": "tests/rules/test_guides.py::"
    "test_every_picture_is_one_that_the_browser_tests_make",
    r"(python|\.venv/bin/python) -m benchmarks\.(books|match|score) .*": f"{HERE}test_books_are_made_matched_and_scored",
    r"(python|\.venv/bin/python) -m benchmarks\.\w+.*": accepted,
    r"python -m sandbox(\.\w+)? .*": f"{HERE}test_the_files_of_the_sandbox_are_made",
    r"\(umask 077; echo .*|chown odoo: .*|echo \"2:.*": f"{HERE}test_keys_are_made_as_the_guide_says",
    r"OPEN_BANKING_KEY_HSM=.*": "tests/recon_core/vault/test_hsm.py::test_a_key_of_the_module_seals_and_opens",
    r"odoo --addons-path=PATHS open_banking_(keys|audit) .*|odoo open_banking_audit": "tests/workers/test_rotation.py::"
    "test_a_new_key_takes_over_while_odoo_fetches_and_the_log_of_it_is_whole",
    r"odoo .* -i open_banking_recon,smart_dunning .*": f"{LIFE}test_installing_beside_three_companies_warns_of_nothing",
    r"odoo .*-u open_banking_recon,smart_dunning .*": f"{LIFE}test_upgrading_what_is_in_use_changes_nothing",
    r"(docker compose .* )?odoo neutralize -d \w+": "tests/workers/test_backup.py::"
    "test_a_neutralized_copy_cannot_reach_a_bank",
    r"mkdir -m 700 docker/secrets|chmod 644 docker/secrets/\*|openssl .*": f"{HERE}test_secrets_of_containers_are_made",
    r"docker compose .* run --rm backup( restore .*)?": "tests/workers/test_backup.py::test_what_is_restored_is_what_was_there",
    r"curl -sS .*": "tests/workers/test_api_over_http.py::test_the_commands_of_the_page_work_as_they_stand",
    r"(\.venv/bin/)?python -m tools\.openapi": "tests/tools/test_openapi_document.py::"
    "test_the_document_in_the_docs_is_that_of_the_code",
    r"docker compose config": "tests/rules/test_docker_files.py::test_compose_builds_stages_that_exist",
    r"docker compose .* (build|up -d.*|run --rm odoo .*|exec mail .*)": f"{CONTAINERS}"
    "test_scheduled_actions_run_in_their_own_processes_only",
}
SHOWN = sorted({command for page in PAGES for command in commands(page)})


def how(command: str) -> str | Callable[[str], None] | None:
    return next((way for words, way in TABLE.items() if re.fullmatch(words, command)), None)


def test_each_command_of_the_pages_is_in_the_table() -> None:
    assert len(SHOWN) > 50
    assert [command for command in SHOWN if how(command) is None] == []


def test_each_row_of_the_table_is_for_a_command_that_is_shown() -> None:
    assert [row for row in TABLE if not any(re.fullmatch(row, each) for each in SHOWN)] == []


@pytest.mark.parametrize("named", sorted({way for way in TABLE.values() if isinstance(way, str)}))
def test_the_tests_of_the_table_are_there(named: str) -> None:
    path, _, test = named.partition("::")
    assert f"def {test}(" in (ROOT / path).read_text("utf-8")


@pytest.mark.parametrize("command", [each for each in SHOWN if callable(how(each))])
def test_a_command_is_there_and_takes_its_words(command: str) -> None:
    way = how(command)
    assert callable(way)
    way(command)


def run(command: str, folder: Path) -> None:
    words = command.replace(".venv/bin/python", sys.executable).replace(
        "python -m", f"{sys.executable} -m"
    )
    words = words.replace(f"{sys.executable.rpartition('/')[0]}/{sys.executable}", sys.executable)
    path = f"{ROOT}:{ROOT / 'addons' / 'open_banking_recon'}"
    done = subprocess.run(
        ["sh", "-c", words],
        cwd=folder,
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": path},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"


def of(page: str, words: str) -> list[str]:
    """The commands of ``page`` that match, in its order."""
    text = (ROOT / page).read_text("utf-8")
    found = [each for each in commands(ROOT / page) if re.fullmatch(words, each)]
    assert found
    return sorted(found, key=text.index)


def test_books_are_made_matched_and_scored(tmp_path: Path) -> None:
    for command in of("docs/matching.md", r"\S+python -m benchmarks\.(books|match|score) .*"):
        run(re.sub(r"(--documents|--lines) \d+", r"\1 60", command), tmp_path)
    assert (tmp_path / "books" / "predictions.jsonl").read_text("utf-8").count("\n") > 10


def test_the_files_of_the_sandbox_are_made(tmp_path: Path) -> None:
    shown = of("sandbox/README.md", r"python -m sandbox\.\w+ .*")
    (tmp_path / "bills").mkdir()
    for command in sorted(shown, key=lambda each: "dataset" not in each):
        run(command, tmp_path)
    assert (tmp_path / "statement.xml").is_file()
    assert list((tmp_path / "bills").glob("*.pdf"))


def test_keys_are_made_as_the_guide_says(tmp_path: Path) -> None:
    from recon_core.vault import keyfile  # noqa: PLC0415 - of the kernel, for this test alone

    rows = r"\(umask 077; echo .*|chown odoo: .*|echo \"2:.*"
    shown = of("docs/operations.md", rows)
    assert len(shown) == 3
    for command in shown:
        mine = command.replace("/etc/odoo", str(tmp_path)).replace("odoo:", f"{getpass.getuser()}:")
        run(mine, tmp_path)
    file = tmp_path / "open_banking.key"
    assert file.stat().st_mode & 0o077 == 0
    keyfile.parse(file.read_text("utf-8"), "the guide's")


def test_secrets_of_containers_are_made(tmp_path: Path) -> None:
    (tmp_path / "docker").mkdir()
    rows = r"mkdir -m 700 docker/secrets|chmod 644 docker/secrets/\*|openssl .*"
    for command in of("docker/README.md", rows):
        run(command, tmp_path)
    made_ones = {path.name for path in (tmp_path / "docker" / "secrets").iterdir()}
    assert made_ones == {"db_password", "open_banking.key", "tls.key", "tls.crt"}


def test_the_tests_that_contributors_are_told_to_run_are_there() -> None:
    for command in of("CONTRIBUTING.md", r"\.venv/bin/python -m pytest .*"):
        assert list((ROOT / command.split()[-1]).rglob("test_*.py"))


def test_the_suites_have_their_names() -> None:
    code = (ROOT / "tools" / "run_tests.py").read_text("utf-8")
    for command in of("CONTRIBUTING.md", r"\.venv/bin/python -m tools\.run_tests odoo"):
        assert f'"{command.split()[-1]}:' in code or f'f"{command.split()[-1]}:' in code
