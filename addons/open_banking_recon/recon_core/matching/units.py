"""Money as whole numbers of a hundred-thousandth, so that sums are exact and fast inside the matching."""

from __future__ import annotations

from decimal import Decimal

_SCALE = Decimal(100_000)


def to_units(amount: Decimal) -> int:
    """``amount`` in hundred-thousandths. Raises ValueError when it has more than five decimals."""
    scaled = amount * _SCALE
    units = int(scaled)
    if units != scaled:
        raise ValueError(f"more than five decimals: {amount}")
    return units


def from_units(units: int) -> Decimal:
    """The amount back, with at least two decimals."""
    amount = Decimal(units) / _SCALE
    rounded = amount.quantize(Decimal("0.01"))
    return rounded if rounded == amount else amount.normalize()
