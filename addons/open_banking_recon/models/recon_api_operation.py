"""How a method of ``recon.api`` is declared: beside it, and nowhere else."""

import inspect
import logging
from functools import wraps

from odoo import api
from odoo.exceptions import UserError

from ..recon_core.api import openapi
from ..recon_core.api.operation import KEY, Operation, digest, once
from ..recon_core.api.problems import CallRefused, status_of


class RefusedCall(UserError):
    """A call that is not carried out, for the caller's developer. ``code``: see ``api.problems``."""

    loglevel = logging.INFO  # the caller's matter, not ours

    def __init__(self, code, detail, argument=""):
        super().__init__(detail or code)
        self.code = code
        self.argument = argument
        self.http_status = status_of(code)


def operation(scope, result, arguments=None, shapes=(), writes=False):
    """Make a method one of the API: named arguments, checked and read before it is called.

    Its docstring is what the document says of it: the first line, then the rest. ``writes``: it is
    done once for an idempotency key, however often it is called. A reader is shown account numbers
    as on the screens.
    """

    def decorate(method):
        summary, _, description = inspect.cleandoc(method.__doc__).partition("\n")
        declared = Operation(
            name=method.__name__,
            scope=scope,
            result=result,
            summary=summary,
            description=description.strip(),
            arguments={**(arguments or {}), **(once() if writes else {})},
            writes=writes,
            shapes=tuple(shapes),
        )

        @wraps(method)
        def call(self, *positional, **named):
            try:
                # by other ways than JSON-2 arguments may come without their names
                sent = {**declared.named(positional), **named}
                values = declared.read(sent)
                if not writes:
                    return self._shown(method(self, **values))
                key = values.pop(KEY)
                name = digest(declared.name, {**sent, KEY: key})
                answer = self._once_sudo(declared.name, key, name, lambda: method(self, **values))
                return self._shown(answer)
            except CallRefused as refused:
                raise RefusedCall(refused.code, refused.detail, refused.argument) from refused

        call._operation = declared
        return api.model(call)

    return decorate


def operations_of(classes):
    """{name: Operation} of the methods that ``classes`` declare, the first class first."""
    found = {}
    for cls in classes:
        for name, method in vars(cls).items():
            declared = getattr(method, "_operation", None)
            if declared is not None:
                found.setdefault(name, declared)
    return found


def scopes_of(classes):
    """{scope: what it allows} of all ``classes``, from their ``_api_scopes``."""
    return {
        scope: told for cls in classes for scope, told in vars(cls).get("_api_scopes", {}).items()
    }


def topics_of(classes):
    """{topic: Topic} of all ``classes``, from their ``_api_topics``."""
    return {
        name: topic for cls in classes for name, topic in vars(cls).get("_api_topics", {}).items()
    }


def document_of(classes):
    """The OpenAPI document of what ``classes`` declare."""
    return openapi.document(operations_of(classes).values(), scopes_of(classes), topics_of(classes))
