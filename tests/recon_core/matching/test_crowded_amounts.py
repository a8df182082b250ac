from matching_samples import ACME, BORIS, CHLOE, item

from recon_core.matching.crowd import Crowd
from recon_core.matching.docs import make_doc, spelled

ITEMS = [item(n, (ACME, BORIS, CHLOE)[n % 3], "19.90") for n in range(90)]
DOCS = [make_doc(n, i, spelled(i)) for n, i in enumerate(ITEMS)]
CROWD = Crowd(DOCS)


def test_documents_of_the_partners_come_oldest_first():
    found = CROWD.near([CHLOE.id, ACME.id], [], [])
    assert [d.position for d in found] == [n for n in range(90) if n % 3 != 1]


def test_documents_are_found_by_place_and_by_last_digits_each_once():
    assert [d.position for d in CROWD.near([], [7, 500, 12], ["12", "44", "9999"])] == [7, 12, 44]


def test_nothing_said_finds_nothing():
    assert CROWD.near([], [], []) == []
