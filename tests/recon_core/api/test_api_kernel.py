"""What arguments are read as, what cursors and amounts look like: the parts of the API without Odoo."""

from __future__ import annotations

import json
from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recon_core.api import answers, cursor, kinds
from recon_core.api.operation import Argument, Operation, digest, paging
from recon_core.api.problems import PROBLEMS, CallRefused, code_of, problem

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
ALL_KINDS = [
    kinds.integer(1, 200),
    kinds.identity(),
    kinds.boolean(),
    kinds.text(1, 5),
    kinds.choice("a", "b"),
    kinds.day(),
    kinds.moment(),
    kinds.money(),
]
SHAPE = answers.Shape("Thing", {"id": answers.ID})
LIST = Operation("things", "thing:read", SHAPE, "Things.", arguments=paging())


@pytest.mark.parametrize("kind", ALL_KINDS, ids=lambda kind: json.dumps(kind.schema)[:40])
@given(value=JSON)
def test_whatever_comes_is_read_or_refused_with_what_is_expected(kind, value):
    try:
        kind.read(value)
    except ValueError as error:
        assert str(error)


@pytest.mark.parametrize(
    ("kind", "sent", "value"),
    [
        (kinds.integer(1, 200), 7, 7),
        (kinds.integer(1, 200), 7.0, 7),
        (kinds.day(), "2026-03-31", date(2026, 3, 31)),
        (kinds.moment(), "2026-03-31T08:00:00Z", datetime(2026, 3, 31, 8)),  # noqa: DTZ001
        (kinds.money(), "-1234.50", Decimal("-1234.50")),
        (kinds.boolean(), False, False),
    ],
)
def test_what_fits_is_read(kind, sent, value):
    assert kind.read(sent) == value


@pytest.mark.parametrize(
    ("kind", "sent"),
    [
        (kinds.integer(1, 200), True),
        (kinds.integer(1, 200), "7"),
        (kinds.integer(1, 200), 7.5),
        (kinds.integer(1, 200), float("inf")),
        (kinds.identity(), 2**31),
        (kinds.day(), "2026-02-30"),
        (kinds.day(), "2026-03-31\n"),
        (kinds.day(), "\u0662\u0660\u0662\u0666-03-31"),
        (kinds.moment(), "2026-03-31T08:00:00"),
        (kinds.moment(), "2026-03-31T25:00:00Z"),
        (kinds.money(), 12.5),
        (kinds.money(), "1e3"),
        (kinds.money(), "NaN"),
        (kinds.text(1, 5), "a\x00"),
        (kinds.text(1, 5), "\ud800"),
        (kinds.text(1, 5), "123456"),
        (kinds.boolean(), 1),
        (kinds.choice("a"), ["a"]),
    ],
)
def test_what_does_not_fit_is_refused(kind, sent):
    with pytest.raises(ValueError, match=r"."):
        kind.read(sent)


def test_arguments_are_read_with_their_defaults():
    assert LIST.read({}) == {"limit": 50, "after": None}
    assert LIST.read({"limit": 3, "after": None}) == {"limit": 3, "after": None}
    assert LIST.named([3]) == {"limit": 3}


@pytest.mark.parametrize(("sent", "argument"), [({"limit": 0}, "limit"), ({"colour": 1}, "colour")])
def test_a_refusal_names_the_argument(sent, argument):
    with pytest.raises(CallRefused) as refused:
        LIST.read(sent)
    assert (refused.value.code, refused.value.argument) == ("invalid_argument", argument)


def test_a_missing_or_superfluous_argument_is_refused():
    one = Operation(
        "x", "s", SHAPE, "X.", arguments={"id": Argument(kinds.identity(), required=True)}
    )
    for call in (lambda: one.read({}), lambda: one.named([1, 2])):
        with pytest.raises(CallRefused, match="invalid_argument"):
            call()


@given(st.integers(0, kinds.LARGEST_ID))
def test_a_cursor_leads_back_to_its_record(last_id):
    assert cursor.read("lines", cursor.write("lines", last_id)) == last_id


@given(st.text())
def test_what_is_no_cursor_is_refused(text):
    with pytest.raises(CallRefused, match="invalid_argument"):
        cursor.read("lines", text)


def test_a_cursor_of_another_method_is_refused():
    with pytest.raises(CallRefused, match="invalid_argument"):
        cursor.read("lines", cursor.write("syncs", 7))


@pytest.mark.parametrize(
    ("value", "places", "text"),
    [
        (1234.5, 2, "1234.50"),
        (-0.001, 2, "0.00"),
        (0.0, 2, "0.00"),
        (1200.0, 0, "1200"),
        (Decimal("0.0005"), 3, "0.000"),
        (1e15, 2, "1000000000000000.00"),
    ],
)
def test_amounts_are_texts_with_the_digits_of_their_currency(value, places, text):
    assert answers.money(value, "EUR", places) == {"amount": text, "currency": "EUR"}


def test_moments_are_utc_to_the_second():
    moment = datetime(2026, 3, 31, 8, 0, 0, 123456)  # noqa: DTZ001
    assert answers.moment_text(moment) == "2026-03-31T08:00:00Z"
    assert answers.moment_text(None) is None
    assert answers.day_text(False) is None


def test_a_call_is_known_by_its_method_and_arguments():
    name = digest("accept", {"a": 1, "b": 2})
    assert name == digest("accept", {"b": 2, "a": 1})
    assert name != digest("reject", {"a": 1, "b": 2})
    assert name != digest("accept", {"a": 1, "b": 3})


def test_each_code_has_its_status_in_the_body():
    for code, (status, _title) in PROBLEMS.items():
        assert problem(code, "why")["status"] == status
    assert code_of(405) == "bad_request"
    assert code_of(503) == "internal_error"
