"""Small fakes of bank data providers, written from their documentation; no network is involved."""

from .berlin_group import BerlinGroupFake, BerlinGroupRedirectFake
from .enable_banking import EnableBankingFake
from .gocardless import GoCardlessFake
from .ponto import PontoFake, PontoOAuthFake
from .qonto import QontoFake, QontoOAuthFake

FAKES = (
    BerlinGroupFake,
    BerlinGroupRedirectFake,
    EnableBankingFake,
    GoCardlessFake,
    PontoFake,
    PontoOAuthFake,
    QontoFake,
    QontoOAuthFake,
)
