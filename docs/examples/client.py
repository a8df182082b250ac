"""A small client of the API for other programs: the Python standard library and nothing else.

    client = Client("https://odoo.example.com", key)
    for line in client.every("lines", state="exception"):
        print(line["id"], line["transaction_amount"]["amount"])

Free to copy into your own program.
"""

from __future__ import annotations

import json
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator
from typing import Any


class Refused(Exception):
    """What the API answered instead of a result. ``code`` is stable: compare that."""

    def __init__(self, problem: dict[str, Any]) -> None:
        super().__init__(f"{problem['code']}: {problem.get('detail') or problem['title']}")
        self.code: str = problem["code"]
        self.status: int = problem["status"]
        self.argument: str | None = problem.get("argument")


class Client:
    """``database``: only where one Odoo serves several and the host name does not tell which."""

    def __init__(self, url: str, key: str, database: str = "", timeout_s: float = 30) -> None:
        if not url.startswith(("https://", "http://localhost", "http://127.0.0.1")):
            raise ValueError("the key would travel in clear")
        self._url = f"{url.rstrip('/')}/json/2/recon.api/"
        self._headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
        if database:
            self._headers["X-Odoo-Database"] = database
        self._timeout_s = timeout_s

    def call(self, method: str, **arguments: Any) -> dict[str, Any]:
        """The answer of ``method``; raises Refused."""
        body = json.dumps(arguments).encode()
        # https, or the machine itself, as checked above
        request = urllib.request.Request(self._url + method, body, self._headers)  # noqa: S310
        try:
            with urllib.request.urlopen(request, timeout=self._timeout_s) as answer:  # noqa: S310
                result: dict[str, Any] = json.load(answer)
                return result
        except urllib.error.HTTPError as error:
            raise Refused(json.load(error)) from error

    def every(self, method: str, **filters: Any) -> Iterator[dict[str, Any]]:
        """All items of a list, page by page."""
        after = None
        while True:
            page = self.call(method, **filters, after=after)
            yield from page["items"]
            after = page["next"]
            if after is None:
                return

    def do(self, method: str, **arguments: Any) -> dict[str, Any]:
        """Call a method that writes. It is tried a second time when the line breaks: the key makes
        sure that it is done once."""
        arguments["idempotency_key"] = str(uuid.uuid4())
        try:
            return self.call(method, **arguments)
        except (urllib.error.URLError, TimeoutError):
            return self.call(method, **arguments)
