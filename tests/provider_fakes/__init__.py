"""Small fakes of bank data providers, written from their documentation; no network is involved."""

from .berlin_group import BerlinGroupFake

FAKES = (BerlinGroupFake,)
