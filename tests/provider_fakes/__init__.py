"""Small fakes of bank data providers, written from their documentation; no network is involved."""

from .berlin_group import BerlinGroupFake, BerlinGroupRedirectFake
from .bridge import BridgeFake
from .enable_banking import EnableBankingFake
from .gocardless import GoCardlessFake
from .ponto import PontoFake, PontoOAuthFake
from .powens import PowensFake
from .qonto import QontoFake, QontoOAuthFake

FAKES = (
    BerlinGroupFake,
    BerlinGroupRedirectFake,
    BridgeFake,
    EnableBankingFake,
    GoCardlessFake,
    PontoFake,
    PontoOAuthFake,
    PowensFake,
    QontoFake,
    QontoOAuthFake,
)
