"""The banners of the app store: ``python -m tools.banner``, drawn by the browser from what is shown below.

Name, summary and icon are those of the add-on, the picture is one of its screenshots.
"""

from __future__ import annotations

import ast
import html
import sys
import tempfile
from pathlib import Path

from .console import run
from .odoo_process import MODULES
from .paths import ADDONS, ROOT

SIZE = (1120, 560)  # twice what the store shows
SCREENS = {
    "open_banking_recon": "screenshot_workplace.png",
    "smart_dunning": "screenshot_cases.png",
}
PAGE = """<!doctype html><meta charset="utf-8"><style>
body {{ margin: 0; width: 1120px; height: 560px; overflow: hidden; color: #fff;
  font-family: "DejaVu Sans", Helvetica, Arial, sans-serif;
  background: linear-gradient(120deg, #0f2b46 0%, #155e75 62%, #0e7490 100%); }}
.text {{ position: absolute; left: 56px; top: 64px; width: 470px; }}
img.icon {{ width: 88px; height: 88px; border-radius: 18px; }}
h1 {{ font-size: 42px; line-height: 1.15; margin: 26px 0 18px; }}
p {{ font-size: 22px; line-height: 1.4; margin: 0; color: #dbeafe; }}
small {{ position: absolute; left: 56px; bottom: 44px; font-size: 17px; color: #bae6fd; }}
img.screen {{ position: absolute; left: 580px; top: 84px; width: 760px; border-radius: 12px;
  box-shadow: 0 18px 50px rgba(0, 0, 0, .45); }}
</style>
<div class="text"><img class="icon" src="{icon}"><h1>{name}</h1><p>{summary}</p></div>
<small>Odoo 19 · English and French · LGPL-3</small><img class="screen" src="{screen}">"""


def draw(module: str) -> Path:
    """Write the banner of ``module``; returns where it is."""
    folder = ADDONS / module / "static" / "description"
    manifest = ast.literal_eval((ADDONS / module / "__manifest__.py").read_text("utf-8"))
    page = PAGE.format(
        name=html.escape(manifest["name"]),
        summary=html.escape(manifest["summary"]),
        icon=(folder / "icon.png").as_uri(),
        screen=(folder / SCREENS[module]).as_uri(),
    )
    target = folder / "banner.png"
    with tempfile.TemporaryDirectory() as name:
        source = Path(name) / "banner.html"
        source.write_text(page, "utf-8")
        words = ["chromium", "--headless", "--no-sandbox", "--hide-scrollbars"]
        words += ["--allow-file-access-from-files", f"--window-size={SIZE[0]},{SIZE[1]}"]
        run([*words, f"--screenshot={target}", source.as_uri()], "banner", timeout_s=60)
    return target


def main() -> int:
    for module in MODULES:
        print(draw(module).relative_to(ROOT))
    return 0


if __name__ == "__main__":
    sys.exit(main())
