"""Evidence codes of the kernel as sentences in the user's language."""

from ..recon_core.matching import explain


def sentences(env, evidence):
    """One sentence for each piece of evidence, the weightiest first."""
    ranked = sorted(evidence, key=lambda item: -abs(item.weight))
    return [_translated(env, *explain.sentence(item)) for item in ranked]
