"""Functions that run inside Odoo for the test with OCA's queue_job (see ``tools.in_odoo``)."""

from __future__ import annotations

import json
from typing import Any

EVENTS = 40


def fill(env: Any) -> None:
    """Genuine messages of a provider, about no account that is ours."""
    provider = env["open.banking.provider"].create(
        {"name": "Bank", "code": "berlin_group", "base_url": "https://bank.example"}
    )
    for number in range(EVENTS):
        env["open.banking.event"]._enqueue_sudo(
            "webhook",
            f"message {number}",
            payload=json.dumps({"body": "{}"}),
            provider_id=provider.id,
        )
