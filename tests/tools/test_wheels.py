"""The add-ons as wheels: what ``pip install`` brings is what the repository has."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import zipfile
from email.parser import Parser
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ADDONS = ("open_banking_recon", "smart_dunning")


@pytest.fixture(scope="module")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> dict[str, zipfile.ZipFile]:
    """{add-on: wheel}, built by the back end that its pyproject.toml names."""
    folder = tmp_path_factory.mktemp("wheels")
    addons = [str(ROOT / "addons" / name) for name in ADDONS]
    words = ["pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--wheel-dir"]
    subprocess.run(
        [sys.executable, "-m", *words, str(folder), *addons],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=True,
        timeout=300,
    )
    return {name: zipfile.ZipFile(next(folder.glob(f"odoo_addon_{name}-*.whl"))) for name in ADDONS}


def metadata(wheel: zipfile.ZipFile):
    (name,) = (name for name in wheel.namelist() if name.endswith(".dist-info/METADATA"))
    return Parser().parsestr(wheel.read(name).decode())


def manifest(addon: str) -> dict:
    return ast.literal_eval((ROOT / "addons" / addon / "__manifest__.py").read_text("utf-8"))


@pytest.mark.parametrize("addon", ADDONS)
def test_a_wheel_holds_every_file_of_the_add_on(wheels, addon):
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", f"addons/{addon}"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    ours = {f"odoo/{name}" for name in listed if (ROOT / name).is_file()}
    inside = {name for name in wheels[addon].namelist() if ".dist-info/" not in name}

    assert len(ours) > 100
    assert ours - inside == {f"odoo/addons/{addon}/pyproject.toml"} & (ours - inside)
    assert inside - ours == set()


@pytest.mark.parametrize("addon", ADDONS)
def test_a_wheel_has_the_version_of_its_manifest(wheels, addon):
    assert metadata(wheels[addon])["Version"] == manifest(addon)["version"]


@pytest.mark.parametrize("addon", ADDONS)
def test_a_wheel_needs_what_requirements_txt_says(wheels, addon):
    text = (ROOT / "requirements.txt").read_text("utf-8")
    lines = [line.split("#")[0].strip() for line in text.splitlines()]
    ranges = {re.split("[<>=]", line)[0]: line for line in lines if line}
    packages = manifest(addon)["external_dependencies"]["python"]
    wanted = {ranges[name] for name in packages} | {"odoo==19.0.*"}
    if addon == "smart_dunning":
        wanted.add("odoo-addon-open_banking_recon==19.0.*")

    assert set(metadata(wheels[addon]).get_all("Requires-Dist")) == wanted


def test_every_package_of_requirements_txt_is_needed_by_an_add_on():
    text = (ROOT / "requirements.txt").read_text("utf-8")
    names = set(re.findall(r"^([A-Za-z][\w-]*)[<>=]", text, re.MULTILINE))
    needed = {
        name for addon in ADDONS for name in manifest(addon)["external_dependencies"]["python"]
    }

    assert names == needed
