"""The demo never talks to an Odoo that it did not start."""

from __future__ import annotations

import socket

import pytest

from tools.console import StepFailed
from tools.demo import Demo
from tools.odoo_process import free_port, listens


def test_a_port_that_is_taken_is_told_with_a_way_on() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        demo = Demo.__new__(Demo)
        demo.port = taken.getsockname()[1]
        with pytest.raises(StepFailed, match="in use") as failure:
            demo.start_odoo()
    assert f"ODOO_PORT={demo.port + 1}" in failure.value.advice


def test_a_free_port_is_seen_as_free() -> None:
    assert not listens(free_port())()
