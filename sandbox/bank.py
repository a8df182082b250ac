"""What every page and endpoint of the sandbox bank needs: its memory, its clock, its rules."""

from __future__ import annotations

import hashlib
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from .store import State, Store

API = "/berlingroup/v1"


@dataclass(frozen=True)
class Rules:
    """What the bank allows. Lengths in the unit their name says."""

    consent_days: int = 180  # RTS (EU) 2018/389 art. 10a as amended by (EU) 2022/2360
    history_days: int = 730
    page_size: int = 50
    access_token_s: int = 600
    refresh_token_days: int = 200
    code_s: int = 120
    otp_tries: int = 3


@dataclass
class Bank:
    """``now`` is the real clock, timezone-aware UTC; the control API may shift what the bank sees."""

    store: Store
    now: Callable[[], datetime]
    rules: Rules = field(default_factory=Rules)
    seed: int = 1
    stopping: threading.Event = field(default_factory=threading.Event)

    def clock(self, state: State) -> datetime:
        """The present instant of the bank."""
        return self.now() + timedelta(seconds=state["clock_offset_s"])

    def today(self, state: State) -> date:
        return self.clock(state).date()


def new_secret() -> str:
    """A token that cannot be guessed."""
    return secrets.token_urlsafe(32)


def digest(secret: str) -> str:
    """What is kept of a secret: enough to recognise it, not to use it."""
    return hashlib.sha256(secret.encode()).hexdigest()


def next_number(state: State) -> int:
    """A number that is given once."""
    number: int = state["next_number"]
    state["next_number"] = number + 1
    return number
