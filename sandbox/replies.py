"""Answers in JSON and HTML, and the language of the person who reads them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from werkzeug.wrappers import Request, Response

from .texts import TEXTS

_templates = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_templates.filters["money"] = lambda value: f"{value:,.2f}".replace(",", "\u202f")
_templates.filters["iban"] = lambda value: " ".join(
    value[at : at + 4] for at in range(0, len(value), 4)
)


def json_reply(value: dict[str, Any], status: int = 200) -> Response:
    body = json.dumps(value, ensure_ascii=False)
    return Response(body, status=status, content_type="application/json")


def language(request: Request) -> str:
    """``?lang=`` where it is known, else what the browser prefers, else French."""
    asked = request.args.get("lang", "")
    if asked in TEXTS:
        return asked
    return request.accept_languages.best_match(list(TEXTS), default="fr") or "fr"


def page(request: Request, template: str, status: int = 200, **values: Any) -> Response:
    """A page of the bank, in the person's language, that no other site may frame."""
    lang = language(request)
    html = _templates.get_template(template).render(t=TEXTS[lang], lang=lang, **values)
    reply = Response(html, status=status, content_type="text/html; charset=utf-8")
    reply.headers["Cache-Control"] = "no-store"
    reply.headers["Content-Security-Policy"] = (
        "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
    )
    reply.headers["Referrer-Policy"] = "no-referrer"
    return reply
