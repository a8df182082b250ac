"""Put the pictures of the last browser test where the README and the app store show them.

``python -m tools.screenshots`` after ``make test``: pictures that are made by a test cannot lie.
"""

from __future__ import annotations

import sys

from PIL import Image

from .paths import ADDONS, ARTIFACTS, ROOT

SOURCE = ARTIFACTS / "screenshots"
RECON = ADDONS / "open_banking_recon" / "static" / "description"
DUNNING = ADDONS / "smart_dunning" / "static" / "description"
TARGETS = {
    "07-to-match": (ROOT / "docs" / "images" / "to-match.png",),
    "workplace-line": (
        ROOT / "docs" / "images" / "workplace.png",
        RECON / "screenshot_workplace.png",
    ),
    "09-a-proposal-with-its-reasons": (
        ROOT / "docs" / "images" / "match.png",
        RECON / "screenshot_match.png",
    ),
    "11-follow-up-case": (DUNNING / "screenshot_cases.png",),
}
WIDTH = 1280


def main() -> int:
    for name, targets in TARGETS.items():
        with Image.open(SOURCE / f"{name}.png") as picture:
            height = round(picture.height * WIDTH / picture.width)
            # 128 colours are plenty for a screen and a quarter of the size
            small = picture.convert("RGB").resize((WIDTH, height)).quantize(128)
        for target in targets:
            target.parent.mkdir(parents=True, exist_ok=True)
            small.save(target, optimize=True)
            print(target.relative_to(ROOT))
    return 0


if __name__ == "__main__":
    sys.exit(main())
