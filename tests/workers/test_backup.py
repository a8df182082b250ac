"""A backup is worth what can be restored from it."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from psycopg2 import sql

from tools import base_database, database, in_odoo, odoo_process
from tools.console import run
from tools.paths import DATA, ROOT

pytestmark = pytest.mark.e2e

NAME = "open_banking_backup"
COPY = f"{NAME}_copy"
SCRIPTS = ROOT / "docker" / "scripts"


@pytest.fixture(scope="module")
def server() -> database.Server:
    server = database.server()
    base_database.install(server, NAME)
    in_odoo.call(server, NAME, "backup_books:fill", log_name="backup-fill")
    return server


@pytest.fixture(scope="module", autouse=True)
def _path_of_this_folder() -> Iterator[None]:
    os.environ["EXTRA_PYTHONPATH"] = str(Path(__file__).parent)
    yield
    del os.environ["EXTRA_PYTHONPATH"]


@pytest.fixture
def copy(server: database.Server) -> Iterator[str]:
    drop(server)
    yield COPY
    drop(server)


def drop(server: database.Server) -> None:
    with closing(server.connect(server.maintenance_db)) as link, link.cursor() as cursor:
        cursor.execute(
            sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(COPY))
        )
    shutil.rmtree(DATA / "odoo" / "filestore" / COPY, ignore_errors=True)


def call(server: database.Server, program: str, *words: object, **variables: str):
    return subprocess.run(
        [SCRIPTS / program, *map(str, words)],
        env={**odoo_process.environment(server), "ODOO_DATA": str(DATA / "odoo"), **variables},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=300,
    )


def exists(server: database.Server) -> bool:
    with closing(server.connect(server.maintenance_db)) as link, link.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_database WHERE datname = %s", [COPY])
        return bool(cursor.fetchone()[0])


def backup(server: database.Server, folder: Path, **variables: str) -> Path:
    done = call(server, "backup", NAME, folder, **variables)
    assert done.returncode == 0, done.stderr
    return Path(done.stdout.strip())


def test_what_is_restored_is_what_was_there(server, copy, tmp_path):
    file = backup(server, tmp_path)
    assert file.stat().st_mode & 0o077 == 0, "nobody else reads a backup"
    assert sorted(p.name for p in tmp_path.iterdir()) == [file.name, f"{file.name}.sha256"]
    done = call(server, "restore", file, copy)
    assert done.returncode == 0, done.stderr
    in_odoo.call(server, copy, "backup_books:check", log_name="backup-check")


def test_an_encrypted_backup_opens_with_its_key_only(server, copy, tmp_path):
    if not shutil.which("age"):
        pytest.skip("age is not installed")
    made = subprocess.run(
        ["age-keygen", "-o", tmp_path / "key"], capture_output=True, text=True, check=True
    )
    subprocess.run(["age-keygen", "-o", tmp_path / "other"], capture_output=True, check=True)
    recipient = made.stderr.split()[-1]
    file = backup(server, tmp_path / "backups", BACKUP_RECIPIENT=recipient)
    assert file.read_bytes().startswith(b"age-encryption.org/v1")
    for key in ({}, {"BACKUP_IDENTITY": str(tmp_path / "other")}):
        assert call(server, "restore", file, copy, **key).returncode != 0
        assert not exists(server)
    done = call(server, "restore", file, copy, BACKUP_IDENTITY=str(tmp_path / "key"))
    assert done.returncode == 0, done.stderr
    in_odoo.call(server, copy, "backup_books:check", log_name="backup-check-encrypted")


def test_a_damaged_backup_is_refused_and_leaves_nothing(server, copy, tmp_path):
    file = backup(server, tmp_path)
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
    done = call(server, "restore", file, copy)
    assert done.returncode != 0
    assert file.name in done.stdout + done.stderr
    assert not exists(server)


def test_a_restore_that_fails_halfway_leaves_nothing(server, copy, tmp_path):
    bad = tmp_path / "bad.tar"
    (tmp_path / "filestore").mkdir()
    (tmp_path / "database.dump").write_bytes(b"PGDMP no dump")
    subprocess.run(["tar", "-cf", bad, "-C", tmp_path, "database.dump", "filestore"], check=True)
    sums = subprocess.run(["sha256sum", bad.name], cwd=tmp_path, capture_output=True, check=True)
    (tmp_path / "bad.tar.sha256").write_bytes(sums.stdout)
    assert call(server, "restore", bad, copy).returncode != 0
    assert not exists(server)
    store = DATA / "odoo" / "filestore"
    assert [p.name for p in store.iterdir() if p.name.startswith((".restore", COPY))] == []


def test_nothing_that_is_there_is_overwritten(server, tmp_path):
    file = backup(server, tmp_path)
    done = call(server, "restore", file, NAME)
    assert done.returncode != 0
    in_odoo.call(server, NAME, "backup_books:check", log_name="backup-check-kept")


def test_a_name_that_is_no_name_is_refused(server, tmp_path):
    for name in ("", "a b", "../x", "$(id)"):
        assert call(server, "backup", name, tmp_path).returncode == 2
        assert call(server, "restore", tmp_path / "x.tar", name).returncode == 2
    assert list(tmp_path.iterdir()) == []


def test_a_neutralized_copy_cannot_reach_a_bank(server, copy, tmp_path):
    file = backup(server, tmp_path)
    assert call(server, "restore", file, copy).returncode == 0
    words = odoo_process.command(server, copy, sub="neutralize")
    run(words, "neutralize", env=odoo_process.environment(server))
    in_odoo.call(server, copy, "backup_books:check_neutralized", log_name="backup-neutralized")
