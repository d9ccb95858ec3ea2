"""Read the parts of an address that need more than its text so far: its user and host, and what a command passes to it.

Both are immutable, and empty while there is no such address.
"""

from __future__ import annotations

import re
from typing import NamedTuple, Self

from proxy.redaction.link_notation import is_flag, joins

_SLASHES = "//"
_WORDS = re.compile(r"(?:\w+[,.;:]? ?)*")
"""Words that pass no data to an address, and that nothing joins to it."""


class Authority(NamedTuple):
    """The user and host of an address, as far as they were read. `in_word`: white space ends them.

    What ends with ``@`` is the user. It may hold anything: tags, and white space where the address is all of a string.
    """

    text: str = ""
    in_word: bool = False

    def __bool__(self) -> bool:
        return bool(self.text)

    @classmethod
    def begun(cls, *, in_word: bool) -> Self:
        """The slashes before the host, or the scheme that needs none."""
        return cls(_SLASHES, in_word)

    def after(self, char: str, white: str, most: int) -> Self:
        """After one more character. `white` is the white space that ends a word; `most` characters are kept."""
        if char in "/\\" and self.text == _SLASHES:
            return self
        if char in "/\\?#" or (self.in_word and char in white):
            return type(self)()
        return self._replace(text=self.text + char) if len(self.text) < most else self


class Behind(NamedTuple):
    """What follows an address on its line: the current `word`. `flagged`: the word before lets it be an argument.

    `joined`: code joins what follows to the address.
    """

    address: str = ""
    word: str = ""
    flagged: bool = False
    joined: bool = False

    def __bool__(self) -> bool:
        return bool(self.address)

    def words_until(self, text: str, at: int) -> int:
        """Up to which offset `text` has nothing but words from `at` on, none of which can be an argument."""
        plain = not self.flagged and (not self.word or self.word[-1].isalnum())
        return found.end() if plain and (found := _WORDS.match(text, at)) else at

    def after_words(self, text: str, most: int) -> Self:
        """After such words. `most` characters of a word are kept."""
        _, space, word = text.rpartition(" ")
        return self._replace(word=(word if space else self.word + word)[-most:])

    def after(self, char: str, tail: str, most: int) -> Self:
        """After one more character, which follows on `tail`. `most` characters of a word are kept."""
        if not char.isspace():
            return self._replace(word=(self.word + char)[-most:])
        joined = joins(self.address, self.word)
        ended = char not in " \t" and not tail.endswith("\\")
        return type(self)("" if ended else self.address, "", is_flag(self.word) or joined, joined and char in " \t")
