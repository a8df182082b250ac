"""Any answer of a provider is read or refused with a code: nonsense in it breaks nothing."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from provider_fakes import FAKES
from provider_fakes.base import REDIRECT_URI, Answer, Asked, Clock, FakeProvider, says

from recon_core.errors import ReconError

NONSENSE = (
    *(None, True, 5, -1, 10**30, 0.1, "", "x", "2026-13-01", "9999-12-31T23:59:59Z", "\ud800"),
    *([], [None], ["x"], {}, {"id": "x"}),
)
SAMPLES = 120  # of each call; the seed is fixed


def places(value: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield place
    inner = value.items() if isinstance(value, dict) else ()
    inner = enumerate(value[:2]) if isinstance(value, list) else inner
    for name, item in inner:
        yield from places(item, (*place, name))


def replaced(value: Any, place: tuple[Any, ...], nonsense: Any) -> Any:
    if not place:
        return nonsense
    whole = copy.deepcopy(value)
    target = whole
    for name in place[:-1]:
        target = target[name]
    target[place[-1]] = nonsense
    return whole


def strict(fake: FakeProvider) -> FakeProvider:
    """``fake`` with the answer of a server to what it does not understand, such as a page "x"."""
    answer = fake.answer

    def answered(asked: Asked) -> Answer:
        try:
            return answer(asked)
        except (AssertionError, KeyError, ValueError):
            return says({}, 400)

    fake.answer = answered  # type: ignore[method-assign]
    return fake


class Spoiler:
    """Puts ``nonsense`` at ``place`` of the answer number ``which`` of a call."""

    def __init__(self, which: int, place: tuple[Any, ...], nonsense: Any) -> None:
        self.left, self.place, self.nonsense = which, place, nonsense

    def __call__(self, answer: Answer) -> Answer:
        self.left -= 1
        if self.left != -1:
            return answer
        value = replaced(json.loads(answer.body), self.place, self.nonsense)
        return Answer(answer.status, json.dumps(value).encode(), answer.headers)


def calls(fake: FakeProvider) -> dict[str, Any]:
    connector, grant = fake.connect()
    ref = connector.accounts(grant)[0].resource_ref

    def consent() -> None:
        start = connector.start_consent(fake.request())
        back = fake.sent_back(start)
        connector.finish_consent(start.consent_ref, start.secrets, back, REDIRECT_URI)

    return {
        "institutions": lambda: connector.institutions("FR"),
        "consent": consent,
        "status": lambda: connector.consent_status(grant),
        "accounts": lambda: connector.accounts(grant),
        "balances": lambda: connector.balances(grant, ref),
        "transactions": lambda: list(connector.transactions(grant, ref, date(2026, 10, 1))),
    }


def bodies(fake: FakeProvider, call: Any) -> list[Any]:
    fake.answered.clear()
    fake.spoil = None
    call()
    texts = [answer.text for answer in fake.answered]
    return [json.loads(text) if text else None for text in texts]


@pytest.mark.parametrize("kind", FAKES, ids=lambda kind: kind.__name__)
def test_nonsense_in_an_answer_is_read_or_refused_with_a_code(kind):
    fake = strict(kind(Clock()))
    pick = random.Random(20261123)  # noqa: S311 - the same samples each time
    tried = 0
    for call in calls(fake).values():
        spots = [
            (which, place)
            for which, body in enumerate(bodies(fake, call))
            if body is not None
            for place in places(body)
        ]
        for _sample in range(SAMPLES if spots else 0):
            which, place = pick.choice(spots)
            fake.spoil = Spoiler(which, place, pick.choice(NONSENSE))
            tried += 1
            try:
                call()
            except ReconError as error:
                assert error.code
    assert tried > SAMPLES
