"""The rates and profiles that the add-on ships, read from its data files for tests of the kernel."""

from datetime import date
from decimal import Decimal
from pathlib import Path

from lxml import etree

from dunning_core.interest import DayCount
from dunning_core.legal import Audience, InterestStart, LegalProfile
from dunning_core.rates import DatedRate, Fixing, RateRule, RateTable

DATA = Path(__file__).parents[2] / "addons" / "smart_dunning" / "data"


def records(name):
    """(id, {field: text}) of each record of a data file."""
    for record in etree.parse(DATA / name).iter("record"):
        yield record.get("id"), {field.get("name"): field.text for field in record}


def rates():
    return [
        DatedRate(
            row["kind"],
            date.fromisoformat(row["valid_from"]),
            Decimal(row["percent"]),
            date.fromisoformat(row["valid_to"]) if "valid_to" in row else None,
        )
        for _id, row in records("dunning_rate_data.xml")
    ]


def profile(name):
    row = dict(records("dunning_legal_profile_data.xml"))[f"legal_profile_{name}"]
    floor = None
    if "floor_reference" in row:
        floor = RateRule(row["floor_reference"], factor=Decimal(row["floor_factor"]))
    return LegalProfile(
        ref=1,
        countries=frozenset({name[:2].upper()}),
        audience=Audience(row["audience"]),
        valid_from=date.fromisoformat(row["valid_from"]),
        rate=RateRule(
            row.get("reference"),
            margin=Decimal(row.get("margin", 0)),
            fixing=Fixing(row.get("fixing", "daily")),
            round_up_to=Decimal(row.get("round_up_to", 0)),
        ),
        floor=floor,
        start=InterestStart(row["interest_start"]),
        day_count=DayCount(row["day_count"]),
        recovery_cost=Decimal(row.get("recovery_cost", 0)),
    )


TABLE = RateTable(rates())
