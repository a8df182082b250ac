"""Matching of bank lines with open documents: :func:`match` is the whole interface."""

from .engine import match
from .experience import Alias, AliasKind, Experience, Tally
from .explain import SENTENCES, english, sentence
from .learning import Lesson, learn
from .model import (
    Allocation,
    Decision,
    Evidence,
    LineResult,
    MatchPolicy,
    MoveType,
    OpenItem,
    Partner,
    Proposal,
    Reason,
    StatementLine,
)
