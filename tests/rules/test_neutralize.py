"""A neutralized copy of a database holds nothing that opens a bank account."""

from __future__ import annotations

import re
from pathlib import Path

ADDONS = Path(__file__).resolve().parents[2] / "addons"
# the key that signs the audit log's anchors opens nothing; those of documents open no account, and kept
# answers are deleted as a whole
STAYS = {"private_sealed", "recon_key_sealed", "body_sealed"}


def test_each_sealed_field_is_emptied_in_a_neutralized_copy():
    for addon in ADDONS.iterdir():
        sources = [path.read_text("utf-8") for path in (addon / "models").glob("*.py")]
        sealed = (
            set(re.findall(r"^    ([a-z]\w*_sealed) = ", "\n".join(sources), re.MULTILINE)) - STAYS
        )
        path = addon / "data" / "neutralize.sql"
        emptied = re.findall(r"(\w+_sealed) = NULL", path.read_text("utf-8")) if sealed else []
        assert sealed == set(emptied), addon.name
