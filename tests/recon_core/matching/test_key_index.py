import pytest
from hypothesis import given
from hypothesis import strategies as st

from recon_core.matching.docs import RefLevel
from recon_core.matching.keys import KeyIndex, Postings
from recon_core.references import compact_text, fold


def index(*entries: tuple[str, int, RefLevel]) -> KeyIndex:
    made = KeyIndex()
    for key, position, level in entries:
        made.add(key, position, level)
    made.close()
    return made


def found(made: KeyIndex, text: str) -> list[tuple[int, RefLevel]]:
    return [(hit.position, hit.level) for hit in made.find(compact_text(fold(text)))]


def test_a_key_names_every_document_that_has_it():
    made = index(
        ("CMD4928", 0, RefLevel.EXACT),
        ("CMD4928", 3, RefLevel.CORE),
        ("CMD4928", 9, RefLevel.EXACT),
    )
    expected = [(0, RefLevel.EXACT), (3, RefLevel.CORE), (9, RefLevel.EXACT)]
    assert found(made, "commande cmd-4928") == expected


def test_of_two_ways_to_name_one_document_the_better_counts():
    made = index(
        ("2025130", 0, RefLevel.CORE),
        ("2025130", 1, RefLevel.CORE),
        ("2025130", 1, RefLevel.STRUCTURED),
        ("2025130", 1, RefLevel.EXACT),
    )
    assert found(made, "2025130") == [(0, RefLevel.CORE), (1, RefLevel.STRUCTURED)]


def test_a_key_inside_a_longer_one_names_nothing():
    made = index(("INV2025130", 0, RefLevel.EXACT), ("2025130", 1, RefLevel.CORE))
    assert found(made, "INV/2025/130") == [(0, RefLevel.EXACT)]


@pytest.mark.parametrize(("longer", "positions"), [(2, [0]), (3, [])])
def test_a_key_that_begins_three_longer_ones_is_forgotten(longer, positions):
    begun = [(f"CLIENT42{n}", n, RefLevel.EXACT) for n in range(1, longer + 1)]
    made = index(("CLIENT42", 0, RefLevel.EXACT), *begun)
    assert [position for position, _ in found(made, "CLIENT 42 ")] == positions


@pytest.mark.parametrize(("sharing", "tells"), [(25, True), (26, False)])
def test_half_a_key_tells_nothing_when_more_than_25_documents_share_it(sharing, tells):
    made = index(*((f"FAC2026{n:07d}", n, RefLevel.EXACT) for n in range(sharing)))
    assert bool(made.near(compact_text("FAC2026 9999999"))) is tells


def test_a_key_with_a_typing_error_is_a_candidate_by_its_other_half():
    made = index(("FAC20260071", 4, RefLevel.EXACT), ("AVO20251234", 5, RefLevel.EXACT))
    assert made.near(compact_text("FAC 2036 0071")) == [4]


@given(st.lists(st.tuples(st.sampled_from("ABC"), st.integers(0, 5)), max_size=30))
def test_postings_hold_each_document_of_a_piece_once_in_order(entries):
    postings = Postings()
    entries.sort(key=lambda entry: entry[1])
    for piece, position in entries:
        postings.add(piece, position, RefLevel.NEAR)
    for piece in "ABC":
        expected = sorted({position for p, position in entries if p == piece})
        known = postings.get(piece) if piece in postings.pieces else []
        assert known == [(position, RefLevel.NEAR) for position in expected]
