from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st
from matching_samples import PARTNERS, item, line

from recon_core.matching import (
    Alias,
    AliasKind,
    Decision,
    Experience,
    MatchPolicy,
    MoveType,
    Tally,
    match,
)
from recon_core.matching.measured import CATEGORIES

CENTS = st.integers(1, 60).map(lambda n: str(Decimal(n * 5) / 10))
TYPES = st.sampled_from(
    [MoveType.OUT_INVOICE, MoveType.OUT_REFUND, MoveType.IN_INVOICE, MoveType.PAYMENT_IN]
)


@st.composite
def books(draw):
    items = [
        item(n, draw(st.sampled_from(PARTNERS)), draw(CENTS), move_type=draw(TYPES))
        for n in range(1, draw(st.integers(1, 8)) + 1)
    ]
    lines = []
    for n in range(1, draw(st.integers(1, 8)) + 1):
        named = draw(st.lists(st.sampled_from(items), max_size=3))
        text = " ".join(
            [*(i.number for i in named), draw(st.sampled_from(["", "SOLDE", "99", "00003"]))]
        )
        amount = sum((i.amount_residual for i in named), Decimal(0)) or Decimal(draw(CENTS))
        signed = amount * draw(st.sampled_from([1, 1, 1, -1]))
        name = draw(st.sampled_from(["", *(p.name for p in PARTNERS)]))
        day = date(2026, 2, 1) + timedelta(days=draw(st.integers(0, 5)))
        lines.append(line(n, str(signed), text, name, booking_date=day))
    return lines, items


@st.composite
def experiences(draw):
    aliases = draw(
        st.lists(
            st.builds(
                Alias,
                kind=st.sampled_from([AliasKind.NAME, AliasKind.WORD]),
                value=st.sampled_from(["ACME PLOMBERIE", "BORIS LEFEVRE", "00003", "99"]),
                partner_id=st.sampled_from([p.id for p in PARTNERS]),
                count=st.integers(1, 5),
            ),
            max_size=4,
            unique_by=lambda a: (a.kind, a.value, a.partner_id),
        )
    )
    proven = draw(st.lists(st.sampled_from(sorted(CATEGORIES)), max_size=20))
    return Experience(
        aliases=tuple(aliases), categories={name: Tally(5000, 5000) for name in proven}
    )


POLICIES = st.builds(MatchPolicy, oldest_first=st.booleans())


@settings(max_examples=150, deadline=None)
@given(books(), POLICIES, experiences(), st.randoms(use_true_random=False))
def test_the_order_of_the_input_never_changes_the_result(book, policy, known, random):
    lines, items = book
    expected = {r.line_id: r for r in match(lines, items, PARTNERS, policy, known)}
    lines, items, partners = list(lines), list(items), list(PARTNERS)
    for values in (lines, items, partners):
        random.shuffle(values)
    assert {r.line_id: r for r in match(lines, items, partners, policy, known)} == expected


@settings(max_examples=150, deadline=None)
@given(books(), POLICIES, experiences())
def test_no_document_gets_more_than_its_residual(book, policy, known):
    lines, items = book
    given_to = dict.fromkeys((i.id for i in items), Decimal(0))
    for result in match(lines, items, PARTNERS, policy, known):
        if result.decision is not Decision.EXCEPTION:
            for allocation in result.proposals[0].allocations:
                assert allocation.amount > 0
                given_to[allocation.item_id] += allocation.amount
    assert all(given_to[i.id] <= i.amount_residual for i in items)


@settings(max_examples=150, deadline=None)
@given(books())
def test_every_proposal_explains_the_whole_amount(book):
    lines, items = book
    signs = {i.id: 1 if i.move_type.expects_money_in else -1 for i in items}
    amounts = {x.id: x.amount for x in lines}
    for result in match(lines, items, PARTNERS):
        for proposal in result.proposals:
            settled = sum(a.amount * signs[a.item_id] for a in proposal.allocations)
            assert settled + proposal.difference == amounts[result.line_id]
            assert 0 <= proposal.probability <= 1
