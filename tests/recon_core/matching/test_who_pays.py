from datetime import date

from matching_samples import ACME, PARTNERS, item, line

from recon_core.matching import Decision, MatchPolicy, Partner, match

ZOE = Partner(7, "Zoé Houdin")
NAMESAKE = Partner(8, "Zoé Houdin")
MONTHLY = [
    item(1, ZOE, "39.90", "2601-11086", invoice_date=date(2026, 1, 2)),
    item(2, ZOE, "39.90", "2602-11086", invoice_date=date(2026, 2, 2), due_date=date(2026, 2, 9)),
    item(3, NAMESAKE, "39.90", "2601-20417", invoice_date=date(2026, 1, 2)),
    item(4, NAMESAKE, "12.50", "2602-20417", invoice_date=date(2026, 2, 2)),
]
PEOPLE = [*PARTNERS, ZOE, NAMESAKE]


def decided(text, name="", items=MONTHLY, amount="39.90", policy=None):
    found = match([line(1, amount, text, name)], items, PEOPLE, policy)[0]
    chosen = [a.item_id for a in found.proposals[0].allocations] if found.proposals else []
    return found.decision is Decision.AUTO, chosen


def test_a_customer_number_tells_namesakes_apart():
    assert decided("ABO CLIENT 20417", "ZOE HOUDIN") == (True, [3])
    assert decided("ABO", "ZOE HOUDIN")[0] is False


def test_a_customer_number_names_who_is_paid_for_whoever_pays():
    assert decided("CODE CLIENT 20417", "CONSEIL PLUS", amount="12.50") == (True, [4])


def test_equal_documents_go_oldest_first_only_where_the_company_says_so():
    assert decided("CLIENT 11086", "ZOE HOUDIN") == (False, [1])
    assert decided("CLIENT 11086", "ZOE HOUDIN", policy=MatchPolicy(oldest_first=True)) == (
        True,
        [1],
    )


def test_a_month_that_is_not_the_documents_is_for_a_person():
    one = [item(1, ACME, "39.90", invoice_date=date(2026, 1, 2))]
    assert decided("ABO JANVIER", "ACME PLOMBERIE", one)[0] is True
    assert decided("ABO MARS", "ACME PLOMBERIE", one)[0] is False


def test_the_day_of_the_payment_itself_is_not_the_date_of_a_document():
    one = [item(1, ACME, "39.90", invoice_date=date(2026, 1, 2))]
    assert decided("VIREMENT DU 10/02/2026", "ACME PLOMBERIE", one)[0] is True
    assert decided("FACTURE DU 12/01/2026", "ACME PLOMBERIE", one)[0] is False


def test_a_name_is_found_where_the_bank_dropped_the_spaces():
    one = [item(1, ACME, "457.31")]
    assert decided("VIRSEPAACMEPLOMBERIESARLMERCI", "", one, "457.31") == (True, [1])


def test_short_forms_of_names_are_known():
    saint = Partner(9, "Société Nouvelle Garage Saint-Éloi")
    found = match(
        [line(1, "457.31", "merci", "STE NOUVELLE GARAGE ST ELOI")],
        [item(1, saint, "457.31")],
        [*PEOPLE, saint],
    )[0]
    assert found.decision is Decision.AUTO


def test_a_usual_share_of_one_document_is_a_part_payment_of_it():
    one = [item(1, ACME, "938.54"), item(2, ACME, "120.00")]
    assert decided("merci", "ACME PLOMBERIE", one, "312.85") == (True, [1])
    assert decided("merci", "ACME PLOMBERIE", one, "300.00")[0] is False
    assert decided("fact 2025118", "ACME PLOMBERIE", one, "312.85")[0] is False


def test_a_sure_payer_of_a_rare_amount_may_misquote_the_reference():
    others = [item(n, PARTNERS[1], f"{500 + n}.13") for n in range(20, 400)]
    mine = item(1, ACME, "457.31")
    text = "FACTURE FAC/2026/00025"
    assert decided(text, "ACME PLOMBERIE", [mine, *others], "457.31") == (True, [1])
    assert decided(text, "SOMEBODY ELSE", [mine, *others], "457.31")[0] is False
