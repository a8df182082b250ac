"""The document of the API is what the code declares, and a document at all."""

from __future__ import annotations

import json

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from tools import odoo_source, openapi
from tools.paths import ROOT

PAGE = (ROOT / "docs" / "api.md").read_text("utf-8")


@pytest.fixture(scope="module")
def document() -> dict:
    return json.loads(openapi.TARGET.read_text("utf-8"))


def test_the_document_in_the_docs_is_that_of_the_code() -> None:
    if odoo_source.find() is None:
        pytest.skip("Odoo is not there: run make demo or make test first")
    assert openapi.TARGET.read_text("utf-8") == openapi.text()


def test_the_document_is_valid(document: dict) -> None:
    OpenAPIV31SpecValidator(document).validate()


def test_each_method_scope_and_code_is_on_the_page(document: dict) -> None:
    methods = {path.rpartition("/")[2] for path in document["paths"]}
    scopes = {
        scope
        for path in document["paths"].values()
        for (scope,) in [path["post"]["security"][0]["key"]]
    }
    codes = set(document["components"]["schemas"]["Problem"]["properties"]["code"]["enum"])
    topics = set(document["webhooks"])
    assert len(methods) > 15
    told = methods | scopes | codes | topics
    assert {name for name in told if f"`{name}`" not in PAGE} == set()


def test_no_answer_leaves_open_what_it_holds(document: dict) -> None:
    shapes = document["components"]["schemas"]
    assert [name for name, shape in shapes.items() if shape.get("additionalProperties", True)] == []
