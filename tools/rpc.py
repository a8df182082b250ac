"""A person's session in Odoo, over the web client's own JSON-RPC."""

from __future__ import annotations

import itertools
from typing import Any

import requests

TIMEOUT_S = 120


class OdooError(Exception):
    """What Odoo answered instead of a result: the message the user would read."""


class Session:
    """Logged in at ``base_url`` as ``login``; calls run with that user's rights."""

    def __init__(self, base_url: str, database: str, login: str, password: str) -> None:
        self.base_url = base_url
        self.http = requests.Session()
        self._ids = itertools.count(1)
        answer = self._post(
            "/web/session/authenticate",
            {"db": database, "login": login, "password": password},
        )
        self.uid: int = answer["uid"]

    def call(self, model: str, method: str, *args: Any, **kwargs: Any) -> Any:
        """Call a public method of ``model``; raises OdooError with the user's message."""
        return self._post(
            f"/web/dataset/call_kw/{model}/{method}",
            {"model": model, "method": method, "args": list(args), "kwargs": kwargs},
        )

    def search_read(self, model: str, domain: list[Any], names: list[str]) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = self.call(model, "search_read", domain, names)
        return rows

    def _post(self, path: str, params: dict[str, Any]) -> Any:
        body = {"jsonrpc": "2.0", "method": "call", "id": next(self._ids), "params": params}
        answer = self.http.post(self.base_url + path, json=body, timeout=TIMEOUT_S)
        answer.raise_for_status()
        content = answer.json()
        if "error" in content:
            raise OdooError(content["error"].get("data", {}).get("message") or content["error"])
        return content.get("result")  # a method that returns nothing sends none
