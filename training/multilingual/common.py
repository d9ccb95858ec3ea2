"""Common words of each language that are nobody's name, to make sentences without names of.

From the lists of the package ``wordfreq``, in lower case. A word stays if no list of names or places has it, and if the
pretrained vocabulary does not hold it more readily with a capital.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from math import inf

from babel import Locale
from wordfreq import top_n_list

from proxy.detection.listed import is_listed_name, is_listed_place
from proxy.detection.tagger.pieces import SPACE
from training.multilingual.pretrained import read

_LISTED = 16_000
"""How many words of a list are looked at, the commonest first."""
_SHORTEST = 2
CODES = {"no": "nb"}
"""Languages by the codes of the libraries, where these differ from ours."""


@cache
def _likelihoods() -> Mapping[str, float]:
    return dict(read().pieces)


def is_common(word: str) -> bool:
    """Whether a word in lower case is as likely so as with a capital, and on no list of names."""
    known = _likelihoods()
    if known.get(SPACE + word, -inf) < known.get(SPACE + word.capitalize(), -inf):
        return False
    return not (is_listed_name(word) or is_listed_place(word))


@cache
def common_words(language: str) -> tuple[str, ...]:
    """The common words of a language, the commonest first, without the names of countries."""
    code = CODES.get(language, language)
    countries = {part.lower() for name in Locale.parse(code).territories.values() for part in name.split()}
    listed = (word for word in top_n_list(code, _LISTED) if word.isalpha() and len(word) >= _SHORTEST)
    return tuple(word for word in listed if word not in countries and is_common(word))
