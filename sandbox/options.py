"""How the bank does things where banks differ: chosen at the start or by the control interface."""

from __future__ import annotations

from typing import Any

from .errors import ControlError
from .store import State

# the first word is what a fresh bank does
KNOWN: dict[str, tuple[str, ...]] = {
    # how the account holder authenticates: OAuth2, a page of the bank, or an app of the bank
    "sca": ("oauth", "redirect", "decoupled"),
    # how transactions are told: JSON, camt.052, or JSON with a link to a camt.052
    "reports": ("json", "camt", "download"),
}


def chosen(state: State, name: str) -> str:
    return str(state["options"].get(name, KNOWN[name][0]))


def choose(state: State, values: dict[str, Any]) -> None:
    """Raises ControlError for an unknown name or word."""
    for name, value in values.items():
        if value not in KNOWN.get(name, ()):
            words = "; ".join(f"{known}: {', '.join(KNOWN[known])}" for known in KNOWN)
            raise ControlError(f"{name}={value} is unknown; known: {words}")
        state["options"][name] = value
