"""The processes of docker/compose.yaml on this machine, with its own words, files and variables."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from tools import odoo_process
from tools.database import Server
from tools.odoo_process import Background
from tools.paths import DATA, ROOT

DOCKER = ROOT / "docker"


def compose(*names: str) -> dict[str, Any]:
    """The services of the compose files ``names``, those of the first if none is named."""
    services: dict[str, Any] = {}
    for name in names or ("compose.yaml",):
        for key, value in yaml.safe_load((DOCKER / name).read_text("utf-8"))["services"].items():
            services.setdefault(key, {}).update(value)
    return services


def odoo_words(server: Server, service: str, database: str, folder: Path, *more: str) -> list[str]:
    """The command of ``service`` with the configuration of the image; only what is the machine's
    own is another: database, folders, ports."""
    program, database_word, *words = compose()[service]["command"]
    assert (program, database_word) == ("odoo", "--database=odoo")
    script = folder / "odoo"  # a file, as in the image: Odoo starts it anew for its websocket
    script.write_text("from odoo.cli.command import main\n\nmain()\n")
    configuration = folder / "odoo.conf"
    text = (DOCKER / "odoo.conf").read_text("utf-8")
    for theirs, ours in (
        ("/opt/open-banking/addons", ",".join(odoo_process.addons_paths())),
        ("/var/lib/odoo", str(DATA / "odoo")),
    ):
        assert theirs in text
        text = text.replace(theirs, ours)
    configuration.write_text(text)
    return [
        *(sys.executable, str(script), f"--config={configuration}", f"--database={database}"),
        *(*server.odoo_arguments(), "--http-interface=127.0.0.1", *words, *more),
    ]


def environment(server: Server, folder: Path) -> dict[str, str]:
    """What compose.yaml gives Odoo, with the secrets of this machine."""
    given = compose()["odoo"]["environment"]
    secrets = {
        "/run/secrets/open_banking_key": folder / "open_banking.key",
        "/run/secrets/db_password": folder / "db_password",
    }
    ours = {key: str(secrets[value]) for key, value in given.items() if value in secrets}
    return {**odoo_process.environment(server), **ours}


def make_secrets(folder: Path) -> None:
    """Those of docker/README.md, by its own commands."""
    readme = (DOCKER / "README.md").read_text("utf-8")
    commands = [line.strip() for line in readme.splitlines() if line.startswith("    openssl ")]
    assert len(commands) == 3
    for command in commands:
        # the very lines that people are told to type
        words = ["sh", "-c", command.replace("docker/secrets/", f"{folder}/")]
        subprocess.run(words, check=True, stdin=subprocess.DEVNULL, capture_output=True)


def nginx_configuration(folder: Path, variables: dict[str, str]) -> Path:
    """What the nginx image makes of the template, in a whole configuration for this machine."""
    text = (DOCKER / "nginx" / "odoo.conf.template").read_text("utf-8")
    for name, value in variables.items():
        text = text.replace("${" + name + "}", value)
    text = text.replace("/dev/stdout", f"{folder}/access.log")
    text = text.replace("/dev/stderr", f"{folder}/error.log")
    path = folder / "nginx.conf"
    temporary = "".join(
        f"{kind}_temp_path {folder}/{kind};\n"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    path.write_text(
        f"daemon off;\npid {folder}/nginx.pid;\nerror_log {folder}/error.log crit;\n"
        f"events {{}}\nhttp {{\n{temporary}{text}\n}}\n"
    )
    return path


@dataclass
class Served:
    """A running set: its addresses, processes, and the folder of the proxy's logs."""

    https: int
    http: int
    odoo: Background
    cron: Background
    proxy: Background
    folder: Path


@contextmanager
def running(server: Server, database: str, folder: Path) -> Iterator[Served]:
    """Odoo, its scheduled actions and the proxy, as compose.yaml has them."""
    make_secrets(folder)
    env = environment(server, folder)
    http, websocket, plain, https = (odoo_process.free_port() for _port in range(4))
    ports = (f"--http-port={http}", f"--gevent-port={websocket}")
    with ExitStack() as stack:

        def start(name: str, words: list[str]) -> Background:
            process = Background(f"{database}-{name}", words, env)
            stack.callback(process.stop)
            return process

        odoo = start("odoo", odoo_words(server, "odoo", database, folder, *ports))
        odoo.wait_until(odoo_process.answers(f"http://127.0.0.1:{http}/web/health"), 120)
        odoo.wait_until(odoo_process.listens(websocket), 120)
        cron = start("cron", odoo_words(server, "cron", database, folder))
        given = compose()["proxy"]["environment"]
        here = {
            "SERVER_NAME": "localhost",
            "HTTP_PORT": f"127.0.0.1:{plain}",
            "HTTPS_PORT": f"127.0.0.1:{https}",
            "ODOO_HTTP": f"127.0.0.1:{http}",
            "ODOO_WEBSOCKET": f"127.0.0.1:{websocket}",
            "TLS_CERTIFICATE": str(folder / "tls.crt"),
            "TLS_KEY": str(folder / "tls.key"),
        }
        assert here.keys() == given.keys()
        path = nginx_configuration(folder, here)
        proxy = start("proxy", [shutil.which("nginx") or "/usr/sbin/nginx", "-c", str(path)])
        proxy.wait_until(odoo_process.listens(https), 30)
        yield Served(https, plain, odoo, cron, proxy, folder)


def has_nginx() -> bool:
    return bool(shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin"))
