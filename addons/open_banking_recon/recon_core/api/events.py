"""What is told to other programs when something happens: CloudEvents 1.0 as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from .answers import MOMENT, TEXT, Shape, described

TYPE_PREFIX = "open_banking."


@dataclass(frozen=True, slots=True)
class Topic:
    """A kind of event. ``data``: what its messages hold; never a name, a text or an account number."""

    help: str
    data: Shape


def message_of(topic: Topic) -> Shape:
    """A message of ``topic``."""
    return Shape(
        f"{topic.data.name}Message",
        {
            "specversion": {"type": "string", "const": "1.0"},
            "id": described(TEXT, "The same when a message is sent again; also `webhook-id`."),
            "type": described(TEXT, f"`{TYPE_PREFIX}` and the topic."),
            "source": described(TEXT, "The Odoo that sends it."),
            "time": described(MOMENT, "When it happened."),
            "data": topic.data.ref,
        },
    )


def body(message_id: str, topic: str, source: str, at: str, data: Mapping[str, object]) -> str:
    """A message as it is stored and sent. ``at``: as ``answers.moment_text`` gives it."""
    return json.dumps(
        {
            "specversion": "1.0",
            "id": message_id,
            "type": f"{TYPE_PREFIX}{topic}",
            "source": source,
            "time": at,
            "data": data,
        }
    )
