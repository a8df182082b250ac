"""``python -m sandbox``: the bank as a server of its own."""

from __future__ import annotations

import argparse
import json
import logging
import signal
import sys
import threading
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from werkzeug.serving import BaseWSGIServer, make_server

from . import faults
from . import options as bank_options
from .app import Application
from .bank import Bank, Rules
from .dataset import build, to_json
from .errors import ControlError
from .initial import initial_state
from .store import Store


def main(arguments: list[str]) -> int:
    options = _parser().parse_args(arguments)
    try:
        switched_on = _faults(options.fault)
    except (ControlError, ValueError) as error:
        print(f"--fault: {error}", file=sys.stderr)
        return 2
    bank = _bank(options, switched_on)
    server = make_server(options.host, options.port, Application(bank), threaded=True)
    logging.getLogger("werkzeug").setLevel(logging.WARNING)  # no line for every request
    _stop_on_signals(server, bank)
    print(f"Sandbox bank ready: http://{options.host}:{server.server_port}/", flush=True)
    server.serve_forever()
    server.server_close()
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m sandbox", description=__doc__)
    parser.add_argument(
        "--host", default="127.0.0.1", help="listen address (default: this machine)"
    )
    parser.add_argument("--port", type=int, default=8180, help="0 takes a free one")
    parser.add_argument("--data", type=Path, help="data set made by python -m sandbox.dataset")
    parser.add_argument("--state", type=Path, help="file the bank remembers everything in")
    parser.add_argument("--seed", type=int, default=1, help="of the data set and of the faults")
    parser.add_argument("--page-size", type=int, default=Rules.page_size)
    parser.add_argument("--access-token-s", type=int, default=Rules.access_token_s)
    parser.add_argument(
        "--fault",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help=f"may be repeated; known: {', '.join(faults.DEFAULTS)}",
    )
    for name, words in bank_options.KNOWN.items():
        parser.add_argument(f"--{name}", choices=words, default=words[0])
    parser.add_argument(
        "--client",
        action="append",
        default=[],
        metavar="ID=REDIRECT_URI",
        help="registers a client; others are registered at their first visit",
    )
    return parser


def _bank(options: argparse.Namespace, switched_on: dict[str, float]) -> Bank:
    rules = Rules(page_size=options.page_size, access_token_s=options.access_token_s)
    chosen = {name: getattr(options, name) for name in bank_options.KNOWN}
    initial = initial_state(_data(options), switched_on, _clients(options.client), chosen)
    return Bank(Store(initial, options.state), _utc_now, rules, options.seed)


def _data(options: argparse.Namespace) -> dict[str, Any]:
    if options.data:
        data: dict[str, Any] = json.loads(options.data.read_text("utf-8"))
        return data
    return to_json(build(_utc_now().date(), options.seed))


def _faults(pairs: list[str]) -> dict[str, float]:
    state: dict[str, Any] = {"faults": {}}
    for name, _, value in (pair.partition("=") for pair in pairs):
        faults.set_faults(state, {name: float(value)})
    switched_on: dict[str, float] = state["faults"]
    return switched_on


def _clients(pairs: list[str]) -> dict[str, list[str]]:
    clients: dict[str, list[str]] = {}
    for client_id, _, redirect_uri in (pair.partition("=") for pair in pairs):
        clients.setdefault(client_id, []).append(redirect_uri)
    return clients


def _utc_now() -> datetime:
    return datetime.now(timezone.utc)


def _stop_on_signals(server: BaseWSGIServer, bank: Bank) -> None:
    def stop(*_: object) -> None:
        bank.stopping.set()
        # shutdown() waits for the serving loop, which runs in this very thread
        threading.Thread(target=server.shutdown).start()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
