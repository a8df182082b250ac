"""How a Berlin Group bank wants its customer to authenticate: read from the links it hands out.

Source: NextGenPSD2 XS2A 1.3.11, section 5.1 and the schemas _linksConsents, _linksStartScaProcess
and _linksUpdatePsuIdentification. The embedded approach passes the PSU's password through the third
party: we never see it, so we never take that way.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ..errors import FinalError
from .berlin_group_answers import accepted, link
from .transport import Response

OAUTH = "oauth"
REDIRECT = "redirect"
DECOUPLED = "decoupled"

_MAX_STEPS = 4
_MAX_MESSAGE = 500  # schema psuMessageText
# link to follow: method, and whether the PSU's name at the bank goes along
_STEPS = {
    "startAuthorisation": ("POST", False),
    "startAuthorisationWithPsuIdentification": ("POST", True),
    "updatePsuIdentification": ("PUT", True),
}
_EMBEDDED = (
    "startAuthorisationWithPsuAuthentication",
    "startAuthorisationWithEncryptedPsuAuthentication",
    "startAuthorisationWithAuthenticationMethodSelection",
    "startAuthorisationWithTransactionAuthorisation",
    "updatePsuAuthentication",
    "updateEncryptedPsuAuthentication",
    "updateAdditionalPsuAuthentication",
    "updateAdditionalEncryptedPsuAuthentication",
    "selectAuthenticationMethod",
    "authoriseTransaction",
)


@dataclass(frozen=True, slots=True)
class Way:
    """The approach, and what it needs. Links are as the bank wrote them, not yet trusted.

    ``href``: the page of the bank (redirect) or the metadata of its OAuth2 server, empty when it
    names none. ``sca_status``: where to ask how the authentication goes, ``confirmation``: where to
    confirm it afterwards, both may be empty.
    """

    approach: str
    href: str = ""
    sca_status: str = ""
    psu_message: str = ""
    confirmation: str = ""


def way(
    response: Response, ask: Callable[[str, str, dict[str, str]], Response], psu_id: str
) -> Way:
    """The way the PSU authenticates, after the steps that the bank wants before it says so.

    ``response`` is that to the request for a consent; ``ask(method, link, headers)`` makes a step.
    Raises FinalError("sca_unsupported") when the bank wants the PSU's credentials from us, and
    FinalError("psu_id_required") when it wants to know the PSU's user name and ``psu_id`` is none
    that can be told.
    """
    for _ in range(_MAX_STEPS):
        answer = accepted(response).json()
        end = _end(answer)
        if end:
            return end
        step = next((name for name in _STEPS if link(answer, name)), "")
        if not step:
            return _without_steps(answer, response.headers)
        method, tells_who = _STEPS[step]
        response = ask(method, link(answer, step), psu_id_header(psu_id, tells_who))
    raise FinalError("sca_unsupported", "an authorisation without an end")


def psu_id_header(psu_id: str, required: bool = False) -> dict[str, str]:
    """``psu_id`` as a header. Raises FinalError("psu_id_required") when it is required and empty,
    or cannot stand in a header."""
    if not psu_id and not required:
        return {}
    if not psu_id or not (psu_id.isascii() and psu_id.isprintable()):
        raise FinalError("psu_id_required", "no PSU-ID that can be sent")
    return {"PSU-ID": psu_id}


def _end(answer: Mapping[str, object]) -> Way | None:
    for name, approach in (("scaOAuth", OAUTH), ("scaRedirect", REDIRECT)):
        if link(answer, name):
            return Way(approach, link(answer, name), confirmation=link(answer, "confirmation"))
    return None


def confirmation_code(callback: Mapping[str, str]) -> str:
    """The code that a plain redirect brings back for a confirmation, empty without one. The
    guidelines name no parameter; the first is that of the XS2A server many banks run."""
    names = ("authConfirmationCode", "confirmationCode")
    return next((callback[name] for name in names if callback.get(name)), "")


def _without_steps(answer: Mapping[str, object], headers: Mapping[str, str]) -> Way:
    """What the bank means when it names neither a page nor a step."""
    approach = headers.get("ASPSP-SCA-Approach", "").upper()
    if approach == "EMBEDDED" or any(link(answer, name) for name in _EMBEDDED):
        raise FinalError("sca_unsupported", "embedded")
    sca_status = link(answer, "scaStatus")
    if approach == "DECOUPLED" or sca_status:
        said = answer.get("psuMessage")
        message = said.strip()[:_MAX_MESSAGE] if isinstance(said, str) else ""
        return Way(DECOUPLED, "", sca_status, message)
    return Way(
        OAUTH
    )  # the header says REDIRECT to OAuth2 as well; addresses come from the settings
