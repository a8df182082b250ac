"""Put the pictures of the last browser test where the README, the guides and the app store show them.

``python -m tools.screenshots`` after ``make test``: pictures that are made by a test cannot lie.
"""

from __future__ import annotations

import sys

from PIL import Image

from .paths import ADDONS, ARTIFACTS, ROOT

SOURCE = ARTIFACTS / "screenshots"
RECON = ADDONS / "open_banking_recon" / "static" / "description"
DUNNING = ADDONS / "smart_dunning" / "static" / "description"
IMAGES = ROOT / "docs" / "images"
TARGETS = {
    "07-to-match": (IMAGES / "to-match.png",),
    "09-a-proposal-with-its-reasons": (IMAGES / "match.png", RECON / "screenshot_match.png"),
    "11-follow-up-case": (IMAGES / "follow-up-case.png", DUNNING / "screenshot_cases.png"),
    "20-cash-forecast": (IMAGES / "cash-forecast.png",),
    "31-choose-the-bank": (IMAGES / "choose-the-bank.png",),
    "32-connected": (IMAGES / "connected.png",),
    "33-the-journal-says-how-the-feed-is": (IMAGES / "journal-card.png",),
    "workplace-line": (IMAGES / "workplace.png", RECON / "screenshot_workplace.png"),
    "workplace-policy-request": (IMAGES / "four-eyes.png",),
    "workplace-bulk": (IMAGES / "accept-several.png",),
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
