"""The kinds of companies."""

from __future__ import annotations

from ..model import Profile
from .noisy import NOISY
from .subscriptions import SUBSCRIPTIONS
from .wholesale import WHOLESALE

PROFILES: dict[str, Profile] = {p.name: p for p in (WHOLESALE, NOISY, SUBSCRIPTIONS)}
