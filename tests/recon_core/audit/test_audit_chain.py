"""The hash chain: any single change, in any entry and any of its parts, shows."""

from dataclasses import fields, replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recon_core.audit.anchors import Anchor, is_signed, new_key, sign
from recon_core.audit.archive import archive_lines, verify_archive
from recon_core.audit.chain import (
    GENESIS,
    Broken,
    Entry,
    Head,
    Verifier,
    canonical_facts,
    link,
)
from recon_core.errors import FileFormatError, FinalError

START = datetime.fromisoformat("2026-03-31T10:00:00.123456")
GENESIS_HEAD = Head()


def entries(count):
    return [
        Entry(
            chain=1,
            position=number,
            at=START + timedelta(seconds=number),
            kind="match",
            actor=7,
            model="account.bank.statement.line",
            record=100 + number,
            facts=canonical_facts({"rule": "reference_exact", "state": "auto"}),
        )
        for number in range(1, count + 1)
    ]


def linked(rows, start=GENESIS):
    found = []
    for entry in rows:
        start = link(start, entry)
        found.append((entry, start))
    return found


def verified(rows, start=GENESIS_HEAD, expected=None):
    verifier = Verifier(start)
    verifier.feed(rows)
    return verifier.end(expected)


CHAIN = linked(entries(12))
END = Head(12, CHAIN[-1][1])
OTHER = {
    "chain": 2,
    "position": 99,
    "at": START,
    "kind": "access",
    "actor": 8,
    "model": "res.partner",
    "record": 1,
    "facts": "{}",
}


def test_a_chain_that_nobody_touched_holds():
    assert verified(CHAIN, expected=END) is None
    assert verified([], expected=Head()) is None


@given(st.integers(0, 11), st.sampled_from([field.name for field in fields(Entry)]))
def test_each_part_of_each_entry_is_bound(place, name):
    rows = list(CHAIN)
    entry, own = rows[place]
    rows[place] = (replace(entry, **{name: OTHER[name]}), own)
    broken = verified(rows, expected=END)
    assert broken is not None
    assert broken.position == place + 1


@given(st.integers(0, 11))
def test_an_entry_that_is_gone_shows(place):
    broken = verified(CHAIN[:place] + CHAIN[place + 1 :], expected=END)
    assert broken == Broken(place + 1, "cut" if place == 11 else "missing")


@given(st.integers(0, 11), st.sampled_from(["", None, "0" * 64, CHAIN[0][1], CHAIN[11][1]]))
def test_a_link_that_is_not_its_own_shows(place, other):
    rows = list(CHAIN)
    if rows[place][1] == other:
        return
    rows[place] = (rows[place][0], other)
    assert verified(rows, expected=END).position == place + 1


def test_an_entry_put_in_between_shows_even_with_a_link_of_its_own():
    forged = replace(CHAIN[4][0], actor=9)
    rows = CHAIN[:5] + [(forged, link(CHAIN[4][1], forged))] + CHAIN[5:]
    assert verified(rows, expected=END) == Broken(6, "doubled")


def test_a_chain_written_anew_from_some_place_no_longer_reaches_its_anchor():
    rows = CHAIN[:4] + linked([replace(e, actor=9) for e, _ in CHAIN[4:]], CHAIN[3][1])
    assert verified(rows, expected=END) is None, "it holds in itself"
    assert rows[-1][1] != END.link, "and the anchor knows another link"


def test_a_chain_goes_on_after_what_was_archived():
    head = Head(5, CHAIN[4][1])
    assert verified(CHAIN[5:], head, END) is None
    assert verified(CHAIN[6:], head, END) == Broken(6, "missing")


def test_facts_have_one_form_and_are_json():
    assert canonical_facts({"b": 1, "a": [None, "é"]}) == '{"a":[null,"\\u00e9"],"b":1}'
    with pytest.raises(TypeError):
        canonical_facts({"day": date(2026, 1, 1)})
    with pytest.raises(ValueError):
        canonical_facts({"amount": float("nan")})


ANCHOR = Anchor("db-uuid", 1, date(2026, 3, 31), 12, END.link)


def test_an_anchor_is_bound_to_all_it_says():
    private, public = new_key()
    signature = sign(ANCHOR, private)
    assert is_signed(ANCHOR, signature, public)
    for name, value in {
        "database": "other",
        "chain": 2,
        "day": date(2026, 4, 1),
        "position": 11,
        "link": GENESIS,
    }.items():
        assert not is_signed(replace(ANCHOR, **{name: value}), signature, public)
    assert not is_signed(ANCHOR, signature, new_key()[1])
    assert not is_signed(ANCHOR, "no base64 !", public)
    assert not is_signed(ANCHOR, signature, "no key")


def test_a_key_of_another_sort_is_refused():
    with pytest.raises(FinalError, match="audit_key_invalid"):
        sign(ANCHOR, "no key")


def test_an_archive_is_verified_without_the_database():
    lines = list(archive_lines(1, Head(), CHAIN))
    assert verify_archive(lines) == (END, None)
    later = list(archive_lines(1, Head(5, CHAIN[4][1]), CHAIN[5:]))
    assert verify_archive(later) == (END, None)


def test_a_change_in_an_archive_shows():
    lines = list(archive_lines(1, Head(), CHAIN))
    lines[4] = lines[4].replace(",7,", ",8,")
    _head, broken = verify_archive(lines)
    assert broken == Broken(4, "changed")


@given(st.integers(0, 13))
def test_an_archive_that_was_cut_off_is_none(kept):
    lines = list(archive_lines(1, Head(), CHAIN))
    with pytest.raises(FileFormatError, match="audit_archive_invalid"):
        verify_archive(lines[:kept])


@given(st.text())
def test_anything_else_is_no_archive(text):
    with pytest.raises(FileFormatError):
        verify_archive(text.splitlines())
