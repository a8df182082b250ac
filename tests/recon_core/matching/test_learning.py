from datetime import date
from decimal import Decimal

import pytest
from matching_samples import ACME, BORIS, CHLOE, PARTNERS, item, line

from recon_core.matching import (
    Alias,
    AliasKind,
    Allocation,
    Decision,
    Experience,
    Lesson,
    MatchPolicy,
    Tally,
    learn,
    match,
    weights,
)
from recon_core.matching.aliases import AliasIndex, aliases_of, normal_value
from recon_core.matching.calibration import may_post, stated_probability


def lesson(st_line, *paid: tuple[int, str]) -> Lesson:
    return Lesson(st_line, tuple(Allocation(i, Decimal(a)) for i, a in paid))


def test_a_payer_that_a_person_told_once_is_known_the_next_time():
    items = [item(1, ACME, "100.00"), item(2, ACME, "250.00"), item(3, BORIS, "80.00")]
    stranger = [line(2, "250.00", "solde", "HOLDING ZEPHYR")]
    before = match(stranger, items, PARTNERS)[0]
    taught = learn(
        [lesson(line(1, "100.00", "solde", "HOLDING ZEPHYR"), (1, "100.00"))], items, PARTNERS
    )
    after = match(stranger, items, PARTNERS, experience=taught)[0]
    assert before.decision is not Decision.AUTO
    assert (after.decision, after.proposals[0].rule) == (Decision.AUTO, "partner_amount")
    assert "partner_learned" in {e.code for e in after.proposals[0].evidence}


def test_who_pays_for_several_is_certain_for_none():
    items = [item(1, ACME, "100.00"), item(2, BORIS, "250.00"), item(3, ACME, "77.00")]
    taught = learn(
        [
            lesson(line(1, "100.00", "", "CABINET COMPTA"), (1, "100.00")),
            lesson(line(2, "250.00", "", "CABINET COMPTA"), (2, "250.00")),
        ],
        items,
        PARTNERS,
    )
    found = match([line(3, "77.00", "", "CABINET COMPTA")], items[2:], PARTNERS, experience=taught)[
        0
    ]
    assert found.decision is not Decision.AUTO
    assert [a.item_id for a in found.proposals[0].allocations] == [3]


def test_a_learned_iban_never_speaks_against_another_partner():
    factor = "DE89370400440532013000"
    known = Experience(aliases=(Alias(AliasKind.IBAN, factor, ACME.id, 9),))
    items = [item(1, ACME, "50.00"), item(12, BORIS, "100.00")]
    found = match(
        [line(1, "100.00", "FAC/2026/00012", "", counterparty_iban=factor)],
        items,
        PARTNERS,
        experience=known,
    )[0]
    assert found.decision is Decision.AUTO
    assert [a.item_id for a in found.proposals[0].allocations] == [12]


def test_a_customer_number_counts_when_it_stood_for_one_customer_twice():
    first, second = (line(n, "10.00", f"CLIENT 0048151 PAIEMENT {n}") for n in (1, 2))
    told = [a for x in (first, second) for a in aliases_of(x, ACME.id, [])]
    third = line(3, "10.00", "ABO 0048151")
    assert AliasIndex(told[:1]).payers(third, "ABO 0048151") == {}
    assert AliasIndex(told).payers(third, "ABO 0048151") == {ACME.id: 2}
    others = [*told, *aliases_of(first, BORIS.id, [])]
    assert AliasIndex(others).payers(third, "ABO 0048151") == {}


def test_the_number_of_a_paid_document_is_not_the_payers():
    told = aliases_of(line(1, "10.00", "FAC/2026/00012 CLIENT 48151"), ACME.id, ["FAC/2026/00012"])
    assert [a.value for a in told] == ["48151"]


def test_a_category_posts_once_its_own_record_shows_that_it_may():
    items = [
        item(1, ACME, "99.00", invoice_date=date(2026, 1, 3)),
        item(2, ACME, "99.00", invoice_date=date(2026, 1, 20)),
    ]
    vague = [line(1, "99.00", "abonnement", "ACME PLOMBERIE")]
    shadow = match(vague, items, PARTNERS)[0]
    category = shadow.proposals[0].category
    policy = MatchPolicy(precision_target=0.98)

    def decided(right: int, made: int, **more) -> Decision:
        record = Experience(categories={category: Tally(right, made)}, **more)
        return match(vague, items, PARTNERS, policy, record)[0].decision

    assert shadow.decision is not Decision.AUTO
    assert decided(188, 188) is not Decision.AUTO
    assert decided(189, 189) is Decision.AUTO
    assert decided(189, 190) is not Decision.AUTO
    assert decided(189, 189, paused=frozenset({category})) is not Decision.AUTO


def test_what_should_not_match_at_all_never_posts_by_its_record():
    record = Experience(categories={"weak/no_document_line/99": Tally(5000, 5000)})
    assert not may_post("weak/no_document_line/99", record, 0.9)


def test_a_rule_that_a_person_paused_only_suggests():
    paused = Experience(paused=frozenset({"reference_exact"}))
    found = match(
        [line(1, "120.00", "FAC/2026/00012")], [item(12, ACME, "120.00")], PARTNERS, None, paused
    )[0]
    assert found.decision is Decision.SUGGEST


@pytest.mark.parametrize(
    ("right", "made", "bound"), [(381, 381, 0.99), (189, 189, 0.98), (73, 73, 0.95)]
)
def test_the_lower_bound_is_that_of_wilson(right, made, bound):
    assert Tally(right, made).lower_bound() == pytest.approx(bound, abs=5e-4)


def test_a_stated_probability_moves_from_what_ships_to_what_the_company_shows():
    none, bad = {}, {"partner_amount": Tally(10, 100)}
    shipped = stated_probability("partner_amount", 0.9, none)
    assert shipped > 0.99
    assert 0.5 < stated_probability("partner_amount", 0.9, bad) < 0.6


def test_weights_follow_the_habits_of_the_company_a_little_and_never_leave_their_range():
    start = weights.adapted({}, {})
    many = weights.adapted({"reference_tail": 100_000}, {"reference_exact": 100_000})
    assert start == pytest.approx(weights.SHIPPED)
    assert start["reference_tail"] < many["reference_tail"] <= start["reference_tail"] + 2
    assert start["reference_exact"] - 4 <= many["reference_exact"] < start["reference_exact"]


def test_lessons_add_up_and_forget_nothing():
    items = [item(n, CHLOE, f"{100 + n}.00") for n in range(1, 5)]
    lessons = [
        lesson(line(n, f"{100 + n}.00", "", "ATELIER VANNIER"), (n, f"{100 + n}.00"))
        for n in range(1, 5)
    ]
    half = learn(lessons[:2], items, PARTNERS)
    whole = learn(lessons[2:], items, PARTNERS, half)
    assert (half.version, whole.version) == (1, 2)
    assert {(a.value, a.count) for a in whole.aliases} == {("ATELIER VANNIER", 4)}
    assert sum(t.made for t in whole.categories.values()) == 4


def test_a_document_that_another_line_has_is_no_likely_proposal():
    items = [item(1, ACME, "99.00")]
    lines = [line(n, "99.00", "merci", "ACME PLOMBERIE") for n in (1, 2)]
    first, second = match(lines, items, PARTNERS)
    assert first.decision is Decision.AUTO
    assert second.decision is Decision.EXCEPTION
    assert all(p.probability <= 0.05 for p in second.proposals)


def test_a_paused_rule_does_not_post_by_the_record_of_its_categories_either():
    category = "partner_amount/twins/0"
    record = {category: Tally(5000, 5000)}
    assert may_post(category, Experience(categories=record), 0.995)
    paused = Experience(categories=record, paused=frozenset({"partner_amount"}))
    assert not may_post(category, paused, 0.995)


@pytest.mark.parametrize(
    ("kind", "written", "value"),
    [
        (AliasKind.NAME, " Holding Zéphyr SA ", "HOLDING ZEPHYR"),
        (AliasKind.IBAN, "fr76 3000 6000", "FR7630006000"),
        (AliasKind.WORD, "n. 0048-151", "N0048151"),
    ],
)
def test_what_a_person_writes_is_kept_as_the_lines_are_read(kind, written, value):
    assert normal_value(kind, written) == value
