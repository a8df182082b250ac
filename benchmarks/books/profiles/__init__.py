"""The kinds of companies."""

from __future__ import annotations

from ..model import Profile
from .noisy import NOISY
from .projects import PROJECTS
from .services_de_be import SERVICES_DE_BE
from .subscriptions import SUBSCRIPTIONS
from .wholesale import WHOLESALE

PROFILES: dict[str, Profile] = {
    profile.name: profile for profile in (WHOLESALE, NOISY, SERVICES_DE_BE, SUBSCRIPTIONS, PROJECTS)
}
