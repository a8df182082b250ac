"""What the container files name has to be in the repository and work as they use it."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
DOCKER = ROOT / "docker"


def instructions(name: str) -> list[list[str]]:
    """The words of each instruction of docker/Dockerfile called ``name``."""
    text = (DOCKER / "Dockerfile").read_text("utf-8").replace("\\\n", " ")
    found = [line.split() for line in text.splitlines() if line.startswith(f"{name} ")]
    assert found, f"no {name} in docker/Dockerfile"
    return [words[1:] for words in found]


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    """Both files as docker merges them, as far as these tests look."""
    whole: dict[str, Any] = {"services": {}}
    for name in ("compose.yaml", "compose.trial.yaml"):
        part = yaml.safe_load((DOCKER / name).read_text("utf-8"))
        for service, content in part.pop("services").items():
            known = whole["services"].setdefault(service, {})
            known["ports"] = [*known.get("ports", ()), *content.pop("ports", ())]
            known.update(content)
        whole = {**part, **whole}
    return whole


def test_everything_that_is_copied_into_an_image_is_in_the_repository():
    sources = [source for words in instructions("COPY") for source in words[:-1]]

    assert [source for source in sources if not (ROOT / source).exists()] == []


def test_everything_that_is_copied_is_in_the_build_context():
    """The ignore file shuts everything out and lets single paths in."""
    ignore = (DOCKER / "Dockerfile.dockerignore").read_text("utf-8").splitlines()
    allowed = {line[1:] for line in ignore if line.startswith("!")}
    sources = {source for words in instructions("COPY") for source in words[:-1]}

    assert ignore[0] == "*"
    assert sources == allowed


def test_compose_builds_stages_that_exist(compose):
    stages = {words[-1] for words in instructions("FROM") if "AS" in words}
    builds = [service["build"] for service in compose["services"].values() if "build" in service]

    assert len(builds) == 5
    assert {build["target"] for build in builds} == stages
    for build in builds:
        context = (DOCKER / build["context"]).resolve()
        assert context == ROOT
        assert (context / build["dockerfile"]).is_file()


def test_the_sandbox_bank_accepts_the_options_that_compose_gives(compose):
    words = compose["services"]["bank"]["command"]
    assert words[:3] == ["python", "-m", "sandbox"]
    done = subprocess.run(
        [sys.executable, *words[1:3], "--help"],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )

    known = set(re.findall(r"--[a-z-]+", done.stdout))
    assert {word.split("=")[0] for word in words[3:]} <= known


def test_the_sandbox_bank_finds_all_its_packages_in_its_image():
    program = (
        "import sys, sandbox.__main__\n"
        "print(*(m.__file__ for n, m in sys.modules.items() if n.split('.')[0] == 'sandbox'))"
    )
    loaded = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    ).stdout.split()
    needed = set().union(*(imported_packages(Path(name)) for name in loaded))

    (installed,) = (words for words in instructions("RUN") if words[:2] == ["pip", "install"])
    distributions = {"stdnum": "python-stdnum"}
    assert len(loaded) > 10
    assert {distributions.get(name, name) for name in needed} <= set(installed)


def imported_packages(path: Path) -> set[str]:
    """Top-level names of others that a module imports."""
    tree = ast.parse(path.read_text("utf-8"))
    names = {a.name for n in ast.walk(tree) if isinstance(n, ast.Import) for a in n.names}
    names |= {
        n.module
        for n in ast.walk(tree)
        if isinstance(n, ast.ImportFrom) and n.module and not n.level
    }
    return {name.split(".")[0] for name in names} - sys.stdlib_module_names - {"sandbox"}


def test_the_bank_is_reached_over_the_loopback_interface(compose):
    """The transport refuses plain http to any other host; scheduled actions fetch too."""
    assert compose["services"]["bank"]["network_mode"] == "service:odoo"
    assert compose["services"]["cron"]["network_mode"] == "service:odoo"


def test_secrets_are_files_that_git_ignores(compose):
    files = [DOCKER / secret["file"] for secret in compose["secrets"].values()]
    ignored = subprocess.run(
        ["git", "check-ignore", *files], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout.splitlines()

    assert len(files) == 4
    assert ignored == [str(path) for path in files]


def test_ports_are_published_on_this_machine_only(compose):
    ports = [port for service in compose["services"].values() for port in service.get("ports", ())]

    assert len(ports) == 3
    mine = ("127.0.0.1:", "${PUBLISH:-127.0.0.1}:")
    assert [port for port in ports if not port.startswith(mine)] == []


def test_the_configuration_of_the_image_holds_no_secret():
    text = (DOCKER / "odoo.conf").read_text("utf-8")
    trial = (DOCKER / "odoo.trial.conf").read_text("utf-8")

    assert trial.startswith(text), "the trial adds to it and changes nothing"
    assert (
        re.findall(r"^\s*(?:db_password|admin_passwd|smtp_password)\b", trial, re.MULTILINE) == []
    )


def test_the_proxy_is_given_each_variable_of_its_configuration(compose):
    """nginx's own begin with a $ and have no braces."""
    text = (DOCKER / "nginx" / "odoo.conf.template").read_text("utf-8")
    wanted = set(re.findall(r"\$\{(\w+)\}", text))

    assert wanted == set(compose["services"]["proxy"]["environment"])


def test_what_is_mounted_from_the_repository_is_there(compose):
    mounts = [
        mount.split(":")[0]
        for service in compose["services"].values()
        for mount in service.get("volumes", ())
        if mount.startswith("./")
    ]

    assert len(mounts) == 3
    assert [mount for mount in mounts if not (DOCKER / mount).is_file()] == []


def test_each_service_that_stays_up_says_whether_it_is_well(compose):
    """The two of the trial are seen at once when they do not answer."""
    unwatched = {name for name, given in compose["services"].items() if "healthcheck" not in given}

    assert unwatched == {"backup", "bank", "mail"}


def test_each_secret_that_a_service_reads_is_given_to_it(compose):
    for name, service in compose["services"].items():
        text = yaml.safe_dump([service.get("environment"), service.get("command")])
        read = set(re.findall(r"/run/secrets/(\w+)", text))

        assert read == set(service.get("secrets", ())), name
        assert read <= set(compose["secrets"])
