"""A plot of precision over auto-match rate as SVG, without a library."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

Curve = Sequence[tuple[float, float]]  # auto-match rate and precision, as fractions
WIDTH, HEIGHT, LEFT, TOP, RIGHT, BOTTOM = 760, 420, 64, 40, 190, 52
FLOOR = 0.95  # precision at the bottom of the plot
COLOURS = ("#1b6ca8", "#c8553d", "#3a7d44", "#8e5ea2", "#b8860b", "#444444")


def svg(curves: Mapping[str, Curve], points: Mapping[str, tuple[float, float]]) -> str:
    """``curves`` as lines, ``points`` (what is posted by itself) as dots; equal keys."""
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        'font-family="sans-serif" font-size="12">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
        *_grid(),
    ]
    for number, (name, curve) in enumerate(curves.items()):
        colour = COLOURS[number % len(COLOURS)]
        shown = [(x, y) for x, y in curve if y >= FLOOR]
        line = " ".join(f"{_x(x):.1f},{_y(y):.1f}" for x, y in shown)
        parts.append(f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2"/>')
        x, y = points[name]
        parts.append(
            f'<circle cx="{_x(x):.1f}" cy="{_y(max(y, FLOOR)):.1f}" r="5" fill="{colour}"/>'
        )
        top = TOP + 18 * number + 8
        left = WIDTH - RIGHT + 16
        parts.append(f'<rect x="{left}" y="{top - 9}" width="12" height="10" fill="{colour}"/>')
        parts.append(f'<text x="{left + 18}" y="{top}">{escape(name)}</text>')
    return "\n".join([*parts, "</svg>", ""])


def _x(rate: float) -> float:
    return LEFT + rate * (WIDTH - LEFT - RIGHT)


def _y(precision: float) -> float:
    share = (precision - FLOOR) / (1 - FLOOR)
    return HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM)


def _grid() -> list[str]:
    right, bottom = WIDTH - RIGHT, HEIGHT - BOTTOM
    lines = []
    for step in range(6):
        rate, precision = step / 5, FLOOR + step / 100
        x, y = _x(rate), _y(precision)
        lines += [
            f'<line x1="{x:.1f}" y1="{TOP}" x2="{x:.1f}" y2="{bottom}" stroke="#dddddd"/>',
            f'<line x1="{LEFT}" y1="{y:.1f}" x2="{right}" y2="{y:.1f}" stroke="#dddddd"/>',
            f'<text x="{x:.1f}" y="{bottom + 18}" text-anchor="middle">{rate:.0%}</text>',
            f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{precision:.0%}</text>',
        ]
    middle = (LEFT + right) / 2
    return [
        *lines,
        f'<text x="{middle}" y="{HEIGHT - 12}" text-anchor="middle">lines that pay a document, '
        "matched right</text>",
        f'<text x="{LEFT - 40}" y="{TOP - 16}">precision of the matches (dots: posted by itself; '
        "lines: proposals too)</text>",
    ]
