"""Names of partners in bank lines: rare words count, legal forms and titles do not."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from heapq import nsmallest
from math import log

from rapidfuzz.distance import OSA

from ..references import fold
from .model import Partner

_WORD = re.compile(r"[A-Z0-9]+")
_DOTTED = re.compile(r"\b(?:[A-Z]\.)+[A-Z]\b\.?|\b(?:[A-Z]\.){2,}")
# Legal forms, titles and little words: they tell no partner from another.
_IGNORED = frozenset(
    word
    for row in (
        "SARL SAS SASU SA SCI SNC EURL EI EIRL SCOP SELARL SCP GIE GMBH AG KG OHG UG",
        "HAFTUNGSBESCHRANKT EK BV NV VOF BVBA SRL SPRL ASBL VZW SPA SL SLU SLL LTD LIMITED LLC LLP PLC",
        "INC CORP CO COMPANY COOP PVT LDA M MR MME MLLE MRS MS OU ET AND UND DE",
        "DU DES LA LE LES VAN DER DEN THE FRAU HERR SR SRA",
    )
    for word in row.split()
)
# Usual short forms, brought to one spelling.
_LONG_FORMS = {
    "ETS": "ETABLISSEMENTS",
    "ST": "SAINT",
    "STE": "SOCIETE",
    "CIE": "COMPAGNIE",
    "GRP": "GROUPE",
    "GROUP": "GROUPE",
    "GROEP": "GROUPE",
    "GRUPO": "GROUPE",
    "GRUPPO": "GROUPE",
    "FRES": "FRERES",
    "GEBR": "GEBRUEDER",
    "BROS": "BROTHERS",
    "INTL": "INTERNATIONAL",
}
_GLUED = 6  # letters of a name that tell it inside a text without spaces
_SHORTLIST = 8
_WORTH_NAMING = 0.3
_COMMON = 500
_LESS_OF_A_NAME = (
    0.65  # "Theo Marchand" where the line names "Nicolas Theo Marchand", also a partner
)


def name_words(text: str) -> tuple[str, ...]:
    """The words of a name that tell it from others, in order; all words when nothing else is left."""
    folded = fold(text)
    if "." in folded:
        folded = _DOTTED.sub(lambda m: m[0].replace(".", ""), folded)
    words = [_LONG_FORMS.get(word, word) for word in _WORD.findall(folded)]
    return tuple(w for w in words if w not in _IGNORED) or tuple(words)


@dataclass(frozen=True, slots=True)
class NameFit:
    """How well the text names a partner, 0 to 1."""

    partner_id: int
    score: float


class NameIndex:
    """Finds the partners that a text may name, by their rarest words."""

    def __init__(self, partners: Iterable[Partner]) -> None:
        self._names: list[tuple[int, tuple[str, ...]]] = []
        self._by_word: defaultdict[str, list[int]] = defaultdict(list)
        self._by_prefix: defaultdict[str, set[str]] = defaultdict(set)
        self._by_owner: defaultdict[int, list[tuple[str, ...]]] = defaultdict(list)
        self._grades: dict[str, dict[str, float]] = {}
        self._found: dict[str, list[NameFit]] = {}
        for partner in partners:
            for name in dict.fromkeys((partner.name, *partner.aliases)):
                self._add(partner.id, name_words(name))
        total = len(self._names) + 1
        self._weight = {w: log(total / len(found)) + 0.1 for w, found in self._by_word.items()}
        self._unseen = log(total) * 0.5 + 0.1
        self._total = [
            sum(self._weight[w] for w in dict.fromkeys(words)) for _, words in self._names
        ]
        for holders in self._by_word.values():
            holders.sort(key=lambda p: (self._total[p], p))  # see _candidates
        self._common = {
            word: frozenset(found) for word, found in self._by_word.items() if len(found) > _COMMON
        }

    def _add(self, partner_id: int, words: tuple[str, ...]) -> None:
        if not words:
            return
        position = len(self._names)
        self._names.append((partner_id, words))
        for word in dict.fromkeys(words):
            self._by_word[word].append(position)
            if len(word) >= 4:
                self._by_prefix[word[:3]].add(word)
                self._by_prefix[word[-3:]].add(word)

    def find(self, text: str, whole: bool) -> list[NameFit]:
        """The best fits, best first. ``whole``: the text is a name and nothing else, so that words
        of the text which the partner does not have speak against it; such texts come again."""
        if not whole:
            return self._find(text, whole)
        if text not in self._found:
            self._found[text] = self._find(text, whole)
        return self._found[text]

    def _find(self, text: str, whole: bool) -> list[NameFit]:
        fits = {word: self._alike(word) for word in dict.fromkeys(name_words(text))}
        weights = [(alike, self._weight.get(word, self._unseen)) for word, alike in fits.items()]
        told = [(alike, weight) for alike, weight in weights if alike]
        said = sum([weight for _, weight in weights]) if whole else 0.0
        scores = {p: self._score(p, told, said) for p in self._shortlist(fits)}
        scores = {p: score for p, score in scores.items() if score >= _WORTH_NAMING}
        own = {p: frozenset(self._names[p][1]) for p in scores}
        best: dict[int, float] = {}
        for position, score in scores.items():
            if any(s >= score and own[position] < own[p] for p, s in scores.items()):
                score *= _LESS_OF_A_NAME
            partner_id = self._names[position][0]
            best[partner_id] = max(best.get(partner_id, 0.0), score)
        found = [NameFit(p, s) for p, s in best.items() if s >= _WORTH_NAMING]
        return sorted(found, key=lambda f: (-f.score, f.partner_id))

    def _shortlist(self, fits: dict[str, dict[str, float]]) -> list[int]:
        """The names of whose weight the text says most, best first."""
        known_words = [(known, grade) for alike in fits.values() for known, grade in alike.items()]
        known_words.sort(key=lambda k: (len(self._by_word[k[0]]), k))
        weights = [(known, grade * self._weight[known]) for known, grade in known_words]
        ranked = []
        for position in self._candidates([known for known, _ in known_words]):
            own, total = self._names[position][1], self._total[position]
            support = 0.0
            for known, weight in weights:
                if known in own:
                    support += weight
            ranked.append((-support / total, -support, position))
        return [position for _, _, position in nsmallest(_SHORTLIST, ranked)]

    def _candidates(self, known_words: Sequence[str]) -> set[int]:
        """Names among which the shortlist is, for words in order of rarity: those with two of the
        words, and of those with one the shortest, since the word is the larger share of them. A
        word that very many names have only adds to the names that a rarer one has found."""
        seen: set[int] = set()
        found: set[int] = set()
        for known in known_words:
            holders = self._by_word[known]
            if seen and len(holders) > _COMMON:
                found |= seen & self._common[known]
                continue
            found.update(seen.intersection(holders), holders[:_SHORTLIST])
            seen.update(holders)
        return found

    def stands_glued_in(self, partner_id: int, text: str) -> bool:
        """Whether a compact ``text`` without spaces holds one of the partner's names, word by word."""
        return any(
            len(glued := "".join(words)) >= _GLUED and glued in text
            for words in self._names_of(partner_id)
        )

    def _names_of(self, partner_id: int) -> list[tuple[str, ...]]:
        if not self._by_owner:
            for owner, words in self._names:
                self._by_owner[owner].append(words)
        return self._by_owner.get(partner_id, [])

    def short_form_of(self, text: str) -> frozenset[int]:
        """The partners that ``text`` may abbreviate: a surname known here, alone or with initials
        (``M. JOLY``, ``J. CASTAING``); empty when the text says more or nothing that is known."""
        words = name_words(text)
        full = [w for w in words if len(w) > 1]
        initials = {w for w in words if len(w) == 1}
        if not full or len(full) > 2 or any(w not in self._by_word for w in full):
            return frozenset()
        common = set.intersection(*(set(self._by_word[w]) for w in full))
        named = {self._names[p] for p in common}
        return frozenset(
            partner_id
            for partner_id, own in named
            if initials <= {w[0] for w in own if w not in full}
        )

    def _score(
        self, position: int, told: list[tuple[dict[str, float], float]], said: float
    ) -> float:
        """The share of the name's weight that the text tells. ``told``: the known words of each word of
        the text, and its weight; ``said``: the weight of the whole text when it is only a name, else 0."""
        graded = dict.fromkeys(self._names[position][1], 0.0)
        used = 0.0
        for alike, weight in told:
            best = 0.0
            for known, grade in alike.items():
                if known in graded:
                    best = max(best, grade)
                    graded[known] = max(graded[known], grade)
            used += best * weight
        weighed = [grade * self._weight[word] for word, grade in graded.items()]
        share = sum(weighed) / self._total[position]
        return min(1.0, share * (0.75 + 0.25 * used / said) if said else share)

    def _alike(self, word: str) -> dict[str, float]:
        """Known words that ``word`` may stand for, with a grade."""
        if word in self._by_word:
            return {word: 1.0}
        if len(word) < 4 or word.isdigit():
            return {}
        grades = self._grades.get(word)
        if grades is None:
            near = self._by_prefix.get(word[:3], set()) | self._by_prefix.get(word[-3:], set())
            grades = {known: grade for known in near if (grade := _grade(word, known)) > 0}
            self._grades[word] = grades
        return grades


def _grade(word: str, known: str) -> float:
    if len(word) >= 5 and len(known) >= 5 and OSA.distance(word, known, score_cutoff=1) <= 1:
        return 0.9
    short, long_ = sorted((word, known), key=len)
    return 0.8 if len(short) >= 4 and long_.startswith(short) else 0.0


def best_fits(groups: Sequence[list[NameFit]]) -> dict[int, float]:
    """The best score of each partner over several searches."""
    best: dict[int, float] = {}
    for found in groups:
        for fit in found:
            best[fit.partner_id] = max(best.get(fit.partner_id, 0.0), fit.score)
    return best
