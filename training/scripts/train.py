"""Train the model of other scripts: ``python -m training.scripts.train --languages DIR --sets DIR --out DIR``."""

from __future__ import annotations

from collections import Counter
from unicodedata import category

from proxy.detection.tagger.pieces import LISTED, Pieces
from training.multilingual.pretrained import Pretrained
from training.multilingual.train import Plan, Windows, main
from training.scripts.generator import SCRIPTS, script_of
from training.scripts.mixture import Mixture

TOKENS = 2_900_000
COMMON = 18_000
"""Pieces of the model's own scripts that are kept for being common."""
SEEN, SEEN_LATIN = 2, 4
"""How often a text to learn from has a further piece that is kept, and one of Latin script."""
MADE = 4_000
"""Made documents of each kind that are searched for pieces."""
_OWN = frozenset().union(*SCRIPTS.values()) | {"IDEOGRAPHIC"}
_LATIN = "LATIN"


def chosen(pretrained: Pretrained, mixture: Windows) -> list[int]:
    """The numbers of the pieces that the model keeps, in order."""
    scripts = [_scripts(piece) for piece, _ in pretrained.pieces]
    possible = [at for at, found in enumerate(scripts) if found <= _OWN or found == {_LATIN}]
    whole = Pieces(pretrained.pieces[at] for at in possible)
    seen: Counter[int] = Counter()
    for text in mixture.texts(MADE):
        for styled in {text, text.lower()}:
            seen.update(possible[token - LISTED] for token in whole.read(styled).ids if token >= LISTED)
    own = [at for at in possible if scripts[at] and _LATIN not in scripts[at]]
    kept = {*own[:COMMON], *(at for at in own if len(pretrained.pieces[at][0]) == 1)}
    kept.update(at for at, count in seen.items() if count >= (SEEN_LATIN if _LATIN in scripts[at] else SEEN))
    return sorted(kept)


def _scripts(piece: str) -> set[str]:
    """The scripts of a piece's letters and marks."""
    return {script_of(letter) for letter in piece if category(letter)[0] in "LM" and letter != "\u30fc"}


if __name__ == "__main__":
    main(Plan(Mixture, chosen, TOKENS))
