"""Small fakes of bank data providers, written from their documentation; no network is involved."""

from .berlin_group import BerlinGroupFake
from .enable_banking import EnableBankingFake
from .ponto import PontoFake, PontoOAuthFake
from .qonto import QontoFake, QontoOAuthFake

FAKES = (
    BerlinGroupFake,
    EnableBankingFake,
    PontoFake,
    PontoOAuthFake,
    QontoFake,
    QontoOAuthFake,
)
