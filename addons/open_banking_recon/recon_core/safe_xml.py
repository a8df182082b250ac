"""XML from outside, read without entities, without network, and with local names only."""

from __future__ import annotations

from typing import Any

from lxml import etree

from .errors import FileFormatError

_MOST_TAGS = 3_000_000  # an element takes a hundred times the memory of <a/>


def parse_xml(data: bytes) -> etree._Element:
    """The root of the document, every tag without its namespace.

    Raises FileFormatError: ``not_xml``, ``xml_too_large``, or ``xml_doctype`` for any document type
    declaration: no bank or invoice format has one, and it is where entity bombs and file inclusions
    live.
    """
    if data.count(b"<") > _MOST_TAGS:
        raise FileFormatError("xml_too_large")
    if b"<!DOCTYPE" in data[:4096] or b"<!ENTITY" in data[:4096]:
        raise FileFormatError("xml_doctype")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise FileFormatError("not_xml", f"line {error.lineno}", error.lineno) from error
    document: Any = root.getroottree().docinfo
    if document.doctype:
        raise FileFormatError("xml_doctype")
    for element in root.iter(etree.Element):
        element.tag = etree.QName(element).localname
    return root


def line_of(element: etree._Element) -> int | None:
    """The line of the file on which the element begins, where it is known."""
    line: Any = element.sourceline
    return None if line is None else int(line)


def text_of(element: etree._Element | None, path: str = ".") -> str:
    """The stripped text at ``path``; empty when there is none."""
    found = None if element is None else element.find(path)
    return (found.text or "").strip() if found is not None else ""


def first_text(element: etree._Element | None, *paths: str) -> str:
    """The first text that is not empty among ``paths``."""
    return next((text for path in paths if (text := text_of(element, path))), "")
