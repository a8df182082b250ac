"""What the fakes share: one account's books, a clock, and an HTTP adapter that answers in process."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from io import BytesIO
from typing import Any, ClassVar
from urllib.parse import parse_qs, parse_qsl, urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPResponse

from recon_core.connectors.base import Connector, ProviderSettings
from recon_core.connectors.registry import connector_class
from recon_core.connectors.transport import Transport
from recon_core.types import ConsentRequest, ConsentStart, Grant

REDIRECT_URI = "https://erp.example/open_banking/callback"
STATE = "state-0123456789"
PERSON_IP = "192.0.2.77"
PERSON_BROWSER = "ContractBrowser/1.0"
PERSON_EMAIL = "claire@atelier.example"
OWN_IBAN = "FR7630006000011234567890189"


class Clock:
    """The one clock of provider and connector, moved by hand."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 23, 10, 0, tzinfo=timezone.utc)

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **delta: float) -> None:
        self.now += timedelta(**delta)


@dataclass(frozen=True)
class Entry:
    """One line of the books. Positive is money in."""

    day: date
    amount: Decimal
    name: str
    iban: str
    text: str
    pending: bool = False

    @property
    def ref(self) -> str:
        return f"{self.day:%Y%m%d}-{self.amount}-{self.text}"


# the days stand at the two changes of the clocks and at the edges of a month and of a window
BOOKS = (
    Entry(date(2026, 11, 20), Decimal("1200.50"), "Client A", "DE89370400440532013000", "INV/1"),
    Entry(
        date(2026, 11, 1), Decimal("-49.90"), "Électricité", "FR1420041010050500013M02606", "C 7"
    ),
    Entry(date(2026, 10, 25), Decimal("0.05"), "Client B", "BE68539007547034", "INV/2"),
    Entry(date(2026, 10, 25), Decimal("0.05"), "Client B", "BE68539007547034", "INV/3"),
    Entry(date(2026, 10, 1), Decimal("-1000.00"), "Loyer SCI", "FR1420041010050500013M02606", "T4"),
    Entry(date(2026, 9, 30), Decimal("75.00"), "Client C", "NL91ABNA0417164300", "too early"),
)
PENDING = Entry(date(2026, 11, 23), Decimal("-12.30"), "Café", "", "CARTE", pending=True)
BALANCE = Decimal("2345.67")


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()


def says(value: object, status: int = 200, **headers: str) -> Answer:
    named = [("Content-Type", "application/json")]
    named += [(name.replace("_", "-"), text) for name, text in headers.items()]
    return Answer(status, json.dumps(value).encode(), tuple(named))


class Asked:
    """A request as a server sees it."""

    def __init__(self, request: requests.PreparedRequest) -> None:
        parts = urlsplit(request.url or "")
        body = request.body or b""
        self.method = request.method
        self.host = parts.netloc
        self.path = parts.path
        self.query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        self.headers = request.headers
        self.text = body.decode() if isinstance(body, bytes) else str(body)

    @property
    def json(self) -> Any:
        return json.loads(self.text)

    @property
    def form(self) -> dict[str, str]:
        return dict(parse_qsl(self.text))

    @property
    def bearer(self) -> str:
        return str(self.headers.get("Authorization", "")).removeprefix("Bearer ")


class FakeProvider(HTTPAdapter):
    """A provider that holds one account with ``BOOKS``. Subclasses answer in its own words."""

    code: ClassVar[str]
    settings: ProviderSettings
    institution_ref: ClassVar[str] = ""
    page_size: ClassVar[int] = 2
    asks_a_person: ClassVar[bool] = True  # False: keys alone open the accounts
    keeps_consents: ClassVar[bool] = True  # False: there is nothing at the provider to revoke
    tells_counterparties: ClassVar[bool] = True  # False: they stand in the bank's words only

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self.clock = clock
        self.asked: list[requests.PreparedRequest] = []
        self.answered: list[requests.Response] = []
        self.spoil: Callable[[Answer], Answer] | None = None
        self.issued: list[str] = []  # tokens and codes: secrets
        self.ended = ""  # how the consent has ended at the bank

    # -- for the tests ----------------------------------------------------------

    def connector(self) -> Connector:
        session = requests.Session()
        session.mount("https://", self)
        return connector_class(self.code)(self.settings, Transport(session), self.clock)

    def request(self) -> ConsentRequest:
        return ConsentRequest(
            redirect_uri=REDIRECT_URI,
            state=STATE,
            valid_until=date(2027, 5, 21),
            psu_ip_address=PERSON_IP,
            psu_user_agent=PERSON_BROWSER,
            institution_ref=self.institution_ref,
            language="fr",
            psu_email=PERSON_EMAIL,
        )

    def connect(self) -> tuple[Connector, Grant]:
        connector = self.connector()
        start = connector.start_consent(self.request())
        back = self.sent_back(start)
        return connector, connector.finish_consent(
            start.consent_ref, start.secrets, back, REDIRECT_URI
        )

    def sent_back(self, start: ConsentStart) -> dict[str, str]:
        """The parameters with which the browser comes back after the person said yes."""
        return dict(parse_qsl(urlsplit(start.redirect_url).query))

    def declined(self, start: ConsentStart) -> dict[str, str]:
        return {"error": "access_denied", "state": STATE}

    def secrets(self) -> list[str]:
        return [*self.issued, self.settings.client_secret]

    # -- for the adapter --------------------------------------------------------

    def answer(self, asked: Asked) -> Answer:
        raise NotImplementedError

    def issue(self, kind: str) -> str:
        token = f"{kind}-secret-{len(self.issued)}-{'x' * 12}"
        self.issued.append(token)
        return token

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:
        assert options.get("verify") is True
        self.asked.append(request)
        answer = self.answer(Asked(request))
        if self.spoil:
            answer = self.spoil(answer)
        raw = HTTPResponse(
            body=BytesIO(answer.body),
            headers=dict(answer.headers),
            status=answer.status,
            preload_content=False,
        )
        response = self.build_response(request, raw)
        assert response.content is not None  # read it now: a stream can be read once only
        self.answered.append(response)
        return response


def booked(date_from: str = "", date_to: str = "9999") -> list[Entry]:
    return [entry for entry in BOOKS if date_from <= entry.day.isoformat() <= date_to]
