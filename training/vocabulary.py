"""Make the word lists of the roster search.

``python -m training.vocabulary --to proxy/wording/vocabulary.xz``

English words are the spelling dictionary of `symspellpy` (MIT; 82,834 words with their inflections), given and family
names those of the United States census in `zxcvbn` (MIT). Neither library is needed when the proxy runs.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from importlib import resources
from pathlib import Path

from zxcvbn.frequency_lists import FREQUENCY_LISTS

from proxy.wording.vocabulary import VocabularyList, pack_lexicon


def english() -> list[str]:
    """The words of the dictionary, folded."""
    text = resources.files("symspellpy").joinpath("frequency_dictionary_en_82_765.txt").read_text("utf-8-sig")
    return [line.partition(" ")[0] for line in text.splitlines()]


def build() -> dict[str, int]:
    """Every word with the lists that hold it."""
    lexicon: dict[str, int] = {}

    def add(listed: VocabularyList, words: Iterable[str]) -> None:
        for word in words:
            lexicon[word] = lexicon.get(word, 0) | listed

    add(VocabularyList.ENGLISH, english())
    for name in ("male_names", "female_names"):
        add(VocabularyList.GIVEN, FREQUENCY_LISTS[name])
    add(VocabularyList.FAMILY, FREQUENCY_LISTS["surnames"])
    return lexicon


def main() -> None:
    """Write the lists as the proxy ships them."""
    options = argparse.ArgumentParser()
    options.add_argument("--to", type=Path, required=True, help="proxy/wording/vocabulary.xz")
    options.parse_args().to.write_bytes(pack_lexicon(build()))


if __name__ == "__main__":
    main()
