"""The kinds of companies."""

from __future__ import annotations

from ..model import Profile
from .wholesale import WHOLESALE

PROFILES: dict[str, Profile] = {profile.name: profile for profile in (WHOLESALE,)}
