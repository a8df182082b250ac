import os
import subprocess
import sys
from itertools import combinations
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

import recon_core
from recon_core.matching.model import Partner
from recon_core.matching.names import NameIndex

KERNEL = Path(recon_core.__file__).parents[1]
WORDS = ("ALPHA", "BRAVO", "CHARLIE", "DELTA", "ECHOS", "BRAVA", "DELTAPLANE", "FOX")
NAMES = st.lists(st.lists(st.sampled_from(WORDS), min_size=1, max_size=4), min_size=1, max_size=40)


class TriesEveryName(NameIndex):
    def _candidates(self, known_words):
        known = set(known_words)
        return {p for p, (_, own) in enumerate(self._names) if known.intersection(own)}


@settings(max_examples=300, deadline=None)
@given(NAMES, st.lists(st.sampled_from(WORDS), min_size=1, max_size=4), st.booleans())
def test_the_short_way_finds_what_trying_every_name_finds(names, said, whole):
    partners = [Partner(n, " ".join(words)) for n, words in enumerate(names, start=1)]
    text = " ".join(said)
    expected = TriesEveryName(partners).find(text, whole)
    assert NameIndex(partners).find(text, whole) == expected


def test_a_full_name_is_found_among_hundreds_that_share_each_of_its_words():
    others = [
        f"{first} {chr(65 + n % 26)}{chr(65 + n // 26)}X"
        for first in ("MAISON", "DURAND")
        for n in range(600)
    ]
    partners = [
        Partner(n, name) for n, name in enumerate([*others, "MAISON LONGUE DURAND"], start=1)
    ]
    best = NameIndex(partners).find("DURAND MAISON LONGUE", whole=True)[0]
    assert (best.partner_id, best.score) == (1201, 1.0)


def test_the_scores_do_not_depend_on_the_order_of_hashes():
    names = [*WORDS[:1] * 2, *WORDS[:2] * 3, *(" ".join(c) for c in combinations(WORDS, 4))]
    program = (
        "from recon_core.matching.model import Partner\n"
        "from recon_core.matching.names import NameIndex\n"
        f"index = NameIndex([Partner(n, name) for n, name in enumerate({names!r})])\n"
        f"print(index.find({' '.join(WORDS)!r}, whole=False))"
    )
    said = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(KERNEL)},
            capture_output=True,
            check=True,
            text=True,
        ).stdout
        for seed in ("1", "2", "3", "4")
    }
    assert len(said) == 1
