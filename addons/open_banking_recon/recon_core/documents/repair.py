"""Letters and digits that recognition takes for each other, set right where the shape tells."""

from __future__ import annotations

_DIGIT = str.maketrans("OoDQIlSsBZzGT", "0000115582267")
_LETTER = str.maketrans("01582", "OISBZ")


def fitted(text: str, shape: str) -> str | None:
    """``text`` made to fit ``shape``, or None where it cannot.

    In the shape ``n`` is a digit, ``a`` a letter, ``x`` either, and anything else stands for itself.
    """
    if len(text) != len(shape):
        return None
    made = [_fit(character, wanted) for character, wanted in zip(text, shape, strict=True)]
    return None if None in made else "".join(character or "" for character in made)


def _fit(character: str, wanted: str) -> str | None:
    if wanted == "n":
        character = character.translate(_DIGIT)
        return character if character.isdigit() and character.isascii() else None
    if wanted == "a":
        character = character.translate(_LETTER).upper()
        return character if character.isalpha() else None
    if wanted == "x":
        return character.upper() if character.isalnum() else None
    return wanted if wanted in (character, character.translate(_LETTER)) else None


def digits(text: str) -> str:
    """Every letter that looks like a digit as that digit."""
    return text.translate(_DIGIT)
