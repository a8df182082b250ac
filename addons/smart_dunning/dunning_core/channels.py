"""By which channel a step reaches a customer: their wish first, then the chain of the step."""

from __future__ import annotations

from .types import Position, Step, Tone

NO_CONTACT = "none"  # the preference of a customer whom no step contacts
# A formal notice must be provable: it is written on paper or by e-mail, whatever the customer likes.
_FORMAL = frozenset({"letter", "email"})


def choose(step: Step, position: Position) -> str | None:
    """The first channel that ``step`` has a text for and by which the customer can be reached.

    None when there is none. The wish of the customer comes first, but not for a formal notice:
    that one follows the chain of the step.
    """
    if position.preference == NO_CONTACT:
        return None
    chain = list(step.channels)
    if step.tone is Tone.FORMAL:
        chain = [channel for channel in chain if channel in _FORMAL]
    elif position.preference in step.offers:
        chain.insert(0, position.preference)
    return next((channel for channel in chain if channel in position.reachable), None)
