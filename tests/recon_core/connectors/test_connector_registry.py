import pytest

from recon_core.connectors.berlin_group import BerlinGroupConnector
from recon_core.connectors.registry import codes, connector_class
from recon_core.errors import FinalError


def test_a_connector_is_found_by_its_code():
    assert connector_class("berlin_group") is BerlinGroupConnector
    assert "berlin_group" in codes()


def test_an_unknown_code_is_final():
    with pytest.raises(FinalError, match="unknown_provider"):
        connector_class("nobody")
