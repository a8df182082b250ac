"""The OpenAPI 3.1 document of the methods, made from their declarations."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from .answers import TEXT, Shape, nullable
from .events import Topic, message_of
from .operation import Argument, Operation
from .problems import MEDIA_TYPE, PROBLEMS

VERSION = "1.0.0"
PATH = "/json/2/recon.api/"
PROBLEM = Shape(
    "Problem",
    {
        "type": TEXT,
        "title": TEXT,
        "status": {"type": "integer"},
        "code": {"type": "string", "enum": list(PROBLEMS)},
        "detail": TEXT,
        "argument": TEXT,
    },
    "A refusal (RFC 9457). Programs compare `code`; `detail` is for people.",
)
_INTRODUCTION = (
    "State and results of bank feeds, reconciliation and follow-up for other programs. Every method is"
    " a POST with one JSON object of named arguments. The rights and companies of the key's user hold."
    " Amounts are decimal texts, dates ISO 8601, moments UTC with Z."
)


def document(
    operations: Iterable[Operation], scopes: Mapping[str, str], topics: Mapping[str, Topic]
) -> dict[str, Any]:
    """The document. ``scopes``: {name: what it allows}; ``topics``: {name: Topic} of outbound
    messages."""
    known = sorted(operations, key=lambda operation: operation.name)
    told = "\n".join(f"* `{name}`: {text}" for name, text in sorted(scopes.items()))
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Bank Matching and Follow-up",
            "version": VERSION,
            "description": f"{_INTRODUCTION}\n\nScopes of keys:\n\n{told}",
            "license": {"name": "LGPL-3.0-only", "identifier": "LGPL-3.0-only"},
        },
        "servers": [{"url": "/"}],
        "security": [{"key": []}],
        "tags": [{"name": name} for name in sorted({_tag(operation) for operation in known})],
        "paths": {f"{PATH}{operation.name}": {"post": _post(operation)} for operation in known},
        "webhooks": {name: {"post": _message(topics[name])} for name in sorted(topics)},
        "components": {
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
            "schemas": _schemas(known, topics.values()),
            "responses": {"Problem": _problem_response()},
        },
    }


def _tag(operation: Operation) -> str:
    return operation.scope.partition(":")[0]


def _post(operation: Operation) -> dict[str, Any]:
    responses: dict[str, Any] = {
        "200": {
            "description": "Done." if operation.writes else "What was asked for.",
            "content": {"application/json": {"schema": operation.result.ref}},
        }
    }
    statuses = sorted({status for status, _title in PROBLEMS.values()})
    responses |= {str(code): {"$ref": "#/components/responses/Problem"} for code in statuses}
    required = any(argument.required for argument in operation.arguments.values())
    return {
        "operationId": operation.name,
        "tags": [_tag(operation)],
        "summary": operation.summary,
        **({"description": operation.description} if operation.description else {}),
        "security": [{"key": [operation.scope]}],
        "requestBody": {
            "required": required,
            "content": {"application/json": {"schema": _body(operation.arguments)}},
        },
        "responses": responses,
    }


def _body(arguments: Mapping[str, Argument]) -> dict[str, Any]:
    required = sorted(name for name, argument in arguments.items() if argument.required)
    return {
        "type": "object",
        "properties": {name: _argument(argument) for name, argument in arguments.items()},
        **({"required": required} if required else {}),
        "additionalProperties": False,
    }


def _argument(argument: Argument) -> dict[str, Any]:
    told = {"description": argument.help} if argument.help else {}
    if argument.required:
        return {**argument.kind.schema, **told}
    default = {"default": argument.default} if argument.default is not None else {}
    return {**nullable(argument.kind.schema), **told, **default}


def _message(topic: Topic) -> dict[str, Any]:
    schema = message_of(topic).ref
    return {
        "summary": topic.help,
        "security": [],
        "requestBody": {"required": True, "content": {"application/json": {"schema": schema}}},
        "responses": {"2XX": {"description": "Received. Anything else is tried again."}},
    }


def _schemas(operations: list[Operation], topics: Iterable[Topic]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for topic in topics:
        found[topic.data.name] = topic.data.schema
        found[message_of(topic).name] = message_of(topic).schema
    for operation in operations:
        for shape in (operation.result, *operation.shapes):
            found[shape.name] = shape.schema
    schema = PROBLEM.schema
    found["Problem"] = {**schema, "required": ["type", "title", "status", "code"]}
    return dict(sorted(found.items()))


def _problem_response() -> dict[str, Any]:
    return {
        "description": "Refused.",
        "content": {MEDIA_TYPE: {"schema": PROBLEM.ref}},
    }
