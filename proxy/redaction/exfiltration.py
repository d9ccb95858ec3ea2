r"""Find the places in a text from which content would be sent out, by itself or on a click.

Clients fetch pictures, follow links and show previews, so everything in an address is sent to somebody. `Outward`
reads a text once, piece by piece, and knows after every character which of these contexts are open:

- ``url``: begins at ``scheme://``, ``//host``, ``\\host``, ``www.``, ``host.tld/`` or a scheme that needs no slashes
  (``mailto:``), as the text is written or as it is shown (see `references`), and ends at ASCII white space or where a
  tag begins. No other character ends it, because the links of some clients run on over quotes, brackets and any other
  character. In ``<…>`` it ends at ``>``, in an attribute with the value. A pseudonym in brackets begins no tag (see
  `Outward.name_begins`): the address goes on over it.
- ``target``: the target of a link, between its opening and its end as defined in `link_notation`: ``](`` of Markdown,
  ``[url=``, ``\href{``, ``.. image::``, ``url(`` and the like, or an address in braces or quotes.
- ``definition``: the destination behind ``]:``, which may define a link of Markdown; in ``<…>`` the rest of its line.
- ``value…``: the value of an attribute in what may be a tag (see `tags`), quoted or not, one kind for each reading.
- ``argument``: a word after an address on the same line that passes data to it, as in a command (``-d q=``, ``@x``).
- ``style``: the whole content of a style sheet or script, which can name what to fetch in many ways, or of a form (see
  `elements`).
- ``escaped``: the rest of a line behind an escape that hides a sign or letter of ASCII (``\u0068ttps``), which whoever
  reads the line as JSON or code decodes.
- ``field``: the whole text, where a text is nothing but an address, such as the ``url`` of a citation.

Several contexts may be open at once. In JSON, the reader decodes escapes in strings, and the end of a string closes
every context that began in it.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import Self

from proxy.redaction.address_parts import Authority, Behind
from proxy.redaction.beginnings import BEFORE, beginnings
from proxy.redaction.code_marks import CodeMarks
from proxy.redaction.elements import Elements
from proxy.redaction.json_strings import JsonStrings
from proxy.redaction.link_notation import (
    ENDS_HOST,
    IGNORED,
    TAIL,
    WORD,
    Beginning,
    address_at,
    around,
    continues_command,
    defines_at,
    has_host,
    has_open_part,
    hides_ascii,
    is_argument,
    is_below_host,
    is_beyond_host,
    is_unsure,
    leads,
    names_scheme,
    target_at,
    tells_where,
)
from proxy.redaction.references import shown
from proxy.redaction.tags import VALUE, Tags
from proxy.redaction.targets import Target

FIELD, TARGET, DEFINITION, URL, STYLE, ARGUMENT = "field", "target", "definition", "url", "style", "argument"
ESCAPED = "escaped"

_SLACK = 48
"""An address that is this many characters longer than every known one (a scheme, closing signs) is not known."""

_CONTROLS = re.compile(r"[\x00-\x1f]")
"""What is left out of an address that is fetched. White space among it stands in the way elsewhere."""
_JSON_BEGINS = '{["'
_BEGINS_TAG = re.compile(r"[A-Za-z/!?]")
"""What begins a tag behind ``<``, as browsers read it."""
_WHITE = " \t\n\r"
"""White space that ends an address. Other white space does not always: GitHub's Markdown includes it."""


class Outward:
    """Reads one text. `open` maps each open context to its text up to the last character read.

    `field`: the whole text is an address. `called`: the text is the arguments of a tool call. An argument that begins
    as an address is one up to its end, since whoever fetches it encodes its spaces, and so is a string of JSON.
    `longest` is the length of the longest address that callers ask about; of longer ones the reader keeps only the
    beginning. `read` is how many characters were read, as they are shown.
    """

    def __init__(
        self, json_string: bool = False, *, field: bool = False, called: bool = False, longest: int = 0
    ) -> None:
        self.open: dict[str, str] = {FIELD: ""} if field else {}
        self._called = called
        self._json = json_string
        self._head: str | None = "" if called or json_string else None  # the beginning of an argument or string
        self._begun = not json_string
        self._most = longest + _SLACK
        self._tail = ""
        self._shown: str | None = None  # the tail as it is shown, where that differs
        self._reference = ""  # the incomplete reference or escape at the end of what is shown
        self.read = 0  # how many characters were read, as they are shown
        self._strings = JsonStrings()
        self._authority = Authority()
        self._tags = Tags()
        self._doubted = False  # whether the open tags may be text
        self._elements = Elements()
        self._code = CodeMarks()
        self._before_definition = ""  # what was read between `]:` and the destination
        self._defines = ""  # the same, while a pseudonym is read that is the destination
        self._angle = False
        self._in_value = False  # whether the open address stands in the value of an attribute
        self._to_the_end = False  # whether the open address is all of an argument
        self._naming = False  # whether the next character begins a pseudonym
        self._target = Target("")
        self._spelled = False  # whether an escape stands for a letter of the last word
        self._behind = Behind()  # the last address on this line, and what follows it

    def copy(self) -> Self:
        """A reader that continues from here independently."""
        other = type(self).__new__(type(self))
        other.__dict__.update(self.__dict__)
        other.open = dict(self.open)
        other._code = self._code.copy()
        other._strings = self._strings.copy() if self._json else self._strings
        return other

    def feed(self, text: str) -> None:
        """Read the next part of the text."""
        if not self._begun and (shown := text.lstrip()):
            self._begun, self._json = True, shown[0] in _JSON_BEGINS  # text that is not JSON is read as plain text
            self._head = self._head if self._json or self._called else None
        at, before = 0, self._tail[-BEFORE:]
        cut = self._strings.in_escape  # what the rest of an escape stands for is not seen in the text
        triggers: dict[bool, list[int]] = {}
        while at < len(text):
            if self._is_quiet:
                any_sign = cut or self._head is not None
                if any_sign not in triggers:
                    triggers[any_sign] = [*beginnings(before, text, json=self._json, any_sign=any_sign), len(text)]
                start = triggers[any_sign][bisect_left(triggers[any_sign], at)]
                if self._behind:
                    start = min(start, self._behind.words_until(text, at))
                if start > at:
                    passed = IGNORED.sub("", text[at:start])
                    self._behind = self._behind and self._behind.after_words(passed, self._most)
                    self._code.feed(passed)
                    self._pass(passed)
                    at = start
                    continue
            char = self._strings.read(text[at]) if self._json else text[at]
            if char is None:
                self._end_string()
            elif char and not IGNORED.match(char):
                self._step(char)
                if self._spelled or char != text[at]:
                    self._spelled = continues_command(char)
            at += 1

    def is_long(self, kind: str) -> bool:
        """Whether the open context of this kind is too long to be known; only its beginning is kept."""
        return len(self.open[kind]) >= self._most

    def begin(self, known: str) -> None:
        """Treat the text read last as an address named `known`, which continues like any other."""
        if URL not in self.open:
            self.open[URL], self._angle, self._in_value = known, False, self._is_in_value
            head = self._head if self._head is not None else " "
            self._to_the_end = len(head) <= len(known) + 1 and head.endswith(known)
        if self._defines and DEFINITION not in self.open:
            self.open[DEFINITION] = self._defines + known

    def name_begins(self) -> None:
        """Read the next character as the first of a pseudonym: behind ``<`` it begins no tag and ends no address."""
        self._defines, self._before_definition = self._before_definition, ""
        self._naming = self.in_angle
        if self._naming:
            self._angle = False  # what holds such brackets is no autolink, so that their end is not its own

    @property
    def asks(self) -> bool:
        """Whether `may_be_user` or `begins_definition` may be true."""
        return bool(self._authority or self._before_definition)

    @property
    def may_be_user(self) -> bool:
        """Whether what was read last is the user of an address if ``@`` follows before the host of it ends."""
        return bool(self._authority)

    @property
    def begins_definition(self) -> bool:
        """Whether only signs stand between the last character and the beginning of what may define a link."""
        return bool(self._before_definition) and defines_at(self._tail)

    def is_below_host(self, length: int) -> bool:
        """Whether the last `length` characters, as they are shown, go on with a host that is somebody's own."""
        tail = self._tail if self._shown is None else self._shown
        return 0 < length < len(tail) and is_below_host(tail[-length:])

    @property
    def in_angle(self) -> bool:
        """Whether the last character is an opening angle."""
        return self._tail.endswith("<")

    @property
    def in_escape(self) -> bool:
        """Whether the last character is part of an incomplete escape or character reference."""
        return self._strings.in_escape or bool(self._reference)

    @property
    def idle(self) -> bool:
        """Whether nothing is open, so that only trigger characters can open anything."""
        return self._is_quiet and not self._behind

    @property
    def _is_quiet(self) -> bool:
        """The same, but for what passes data to an address on this line."""
        if self.open or self._tags or self.in_escape or self._before_definition or self._authority:
            return False
        if is_unsure(self._tail, self._spelled) or (self._shown is not None and is_unsure(self._shown)):
            return False
        return not (self._head and is_unsure(self._head))

    def _end_string(self) -> None:
        self.open = {kind: held for kind, held in self.open.items() if kind == FIELD}
        self._tail = self._before_definition = self._reference = ""
        self._shown, self._behind, self._authority = None, Behind(), Authority()
        self._tags, self._elements, self._code, self._head = Tags(), Elements(), CodeMarks(), ""

    def _step(self, char: str) -> None:
        targeted, was_inside = TARGET in self.open, self._code.inside
        now, self._reference = shown(self._reference, char)
        self._code.feed(char)
        if was_inside and not self._code.inside and self._code.sure:
            self._tags = self._tags.of_no_element()
        if self._behind:
            self._read_argument(char)
        if self.open:
            self._read_url(char)
            self._read_target(char)
            self._read_definition(char)
            self._read_elements(char)
            self._read_escaped(char)
        if self._authority or char in "/\\":
            self._read_authority(char)
        if self._tags or self._tail.endswith("<"):
            self._read_tags(char)
        if FIELD in self.open:
            self._grow(FIELD, char)
        if self._head is not None and (begun := self._read_head(char)):
            self.open[URL], self._angle, self._in_value, self._to_the_end = begun.text, begun.angle, False, True
        elif URL not in self.open:
            self._find_address(char, now)
        if not targeted and TARGET not in self.open and (end := target_at(self._tail, char)):
            self._begin_target(Target(end))
        if "\\" in self._tail[-9:] and hides_ascii(self._tail, char):
            self.open.setdefault(ESCAPED, "")
        if self._before_definition:
            self._await_definition(char)
        elif char == ":" and self._tail.endswith("]"):
            self._before_definition = char
        self._show(char, now)
        self._naming = False

    def _pass(self, text: str) -> None:
        """Pass over text in which nothing begins."""
        self.read += len(text)
        self._tail = (self._tail + text[-TAIL:])[-TAIL:]
        if self._shown is not None:
            self._shown = (self._shown + text[-TAIL:])[-TAIL:]
            self._shown = None if self._shown == self._tail else self._shown
        if self._head is not None:
            text = _CONTROLS.sub("", text) if self._head else _CONTROLS.sub("", text).lstrip(" ")
            head = self._head + text
            self._head = None if " " in text or len(head) > TAIL else head

    def _show(self, char: str, now: str) -> None:
        """Add to both tails a character as it is written, and what it shows."""
        self.read += len(now)
        tail = (self._tail + char)[-TAIL:]
        if self._shown is not None or now != char:
            whole = ((self._tail if self._shown is None else self._shown) + now)[-TAIL:]
            self._shown = None if whole == tail else whole
        self._tail = tail

    def _find_address(self, char: str, now: str) -> None:
        """Open the address that begins here, in the text as it is written or as it is shown; the longer if in both."""
        begun, before = address_at(self._tail, char), self._tail
        if self._shown is not None or now != char:
            tail = self._tail if self._shown is None else self._shown
            for sign in now:
                found = address_at(tail, sign)
                if found is not None and (begun is None or len(found.text) > len(begun.text)):
                    begun, before = found, tail
                tail += sign
        if begun is not None:
            self._begin_address(begun, before, char)

    def _begin_address(self, begun: Beginning, before: str, char: str) -> None:
        self.open[URL] = begun.text
        self._angle, self._in_value, self._to_the_end = begun.angle, self._is_in_value, False
        wider = TARGET not in self.open or self._target.end == WORD
        if wider and (end := around(before[: begun.start])):
            text = before[begun.start :] + char
            self._begin_target(Target.begun(end, text, before[begun.start - 1 : begun.start]), text)
        if self._angle and not begun.tag:  # not a tag, though browsers would read it as an unknown one
            self._take_tags(self._tags.of_link(), char)

    def _read_head(self, char: str) -> Beginning | None:
        """The address that an argument, or a string of JSON, begins with. Who fetches it leaves out control characters.

        Other white space ends what may be one. A host without a scheme does not go on over them.
        """
        head = self._head or ""
        if char < " " or (char == " " and not head):
            return None
        if char in "/\\" and head[-1:] in ("/", "\\") and leads(head + char):
            self._authority = Authority.begun(in_word=False)
        begun = address_at(head, char)
        if begun is not None and leads(head[: begun.start]) and (names_scheme(begun) or address_at(self._tail, char)):
            self._head = None
            if not self._authority and has_host(begun.text):
                self._authority = Authority.begun(in_word=False)
            return begun
        self._head = head + char if char > " " and len(head) < TAIL else None
        return None

    def _read_authority(self, char: str) -> None:
        if not self._authority:
            begins = self._tail[-1:] in ("/", "\\")
            self._authority = Authority.begun(in_word=True) if begins else self._authority
            return
        self._authority = self._authority.after(char, _WHITE, self._most)
        to_the_end = not self._authority.in_word
        if char == "@" and self._authority and (URL not in self.open or (to_the_end and not self._to_the_end)):
            self._angle = self._angle and URL in self.open  # what stands in angles goes on to their end as well
            self.open[URL], self._in_value, self._to_the_end = self._authority.text, False, to_the_end

    def _await_definition(self, char: str) -> None:
        """Read on between ``]:`` and a destination. Signs that begin no address are of the text; so is a pseudonym."""
        before = self._before_definition
        if char == "\n" and "\n" in before:
            self._before_definition = ""
        elif char.isalnum() or char in "/\\&":
            self.open.setdefault(DEFINITION, before + char)
            self._before_definition = ""
        elif char in "<\n" and char not in before:
            self._before_definition += char

    def _read_definition(self, char: str) -> None:
        if DEFINITION not in self.open:
            return
        if char == "\n" or (char.isspace() and not self.open[DEFINITION].lstrip(":\n").startswith("<")):
            del self.open[DEFINITION]
        else:
            self._grow(DEFINITION, char)

    def _read_escaped(self, char: str) -> None:
        if ESCAPED in self.open and char == "\n":
            del self.open[ESCAPED]
        elif ESCAPED in self.open:
            self._grow(ESCAPED, char)

    def _grow(self, kind: str, char: str) -> None:
        held = self.open[kind]
        # Of what is longer, only the sign that ends a host still matters: white space does not end what follows it.
        ends_host = kind == URL and char in ENDS_HOST
        if len(held) < self._most or (ends_host and not is_beyond_host(held)):
            self.open[kind] = held + char

    def _read_url(self, char: str) -> None:
        if URL not in self.open:
            return
        if self._angle:
            over = char == ">" or (char == "\n" and self._tail.rstrip(" \t\r").endswith("\n"))
        else:
            over = char in _WHITE or self._ends_at_tag(char) or (self._in_value and char == ">")
            over = over and not (char in " \t" and not self._tags and has_open_part(self.open[URL]))
        over = over and not (self._to_the_end and self._goes_to_the_end(char))
        quoted = self._in_value and self._tail[-1:] in ("'", '"')
        if over and char in " \t" and not quoted and tells_where(self.open[URL]):
            self._behind = Behind(self.open[URL])
        if over:
            del self.open[URL]
            self._authority = Authority() if self._in_value else self._authority
        else:
            self._grow(URL, char)

    def _goes_to_the_end(self, char: str) -> bool:
        """Whether the address that an argument or a string begins with goes on over this white space.

        In the host, who fetches it takes white space out of it or rejects it. The string of an answer is text then.
        """
        return self._called or char in "\t\r\n" or is_beyond_host(self.open[URL])

    def _read_argument(self, char: str) -> None:
        """Read on after an address, word by word, up to the end of the line."""
        self._behind = behind = self._behind.after(char, self._tail, self._most)
        if char.isspace():
            if not behind.joined:
                self.open.pop(ARGUMENT, None)
        elif ARGUMENT in self.open:
            self._grow(ARGUMENT, char)
        elif behind.flagged or is_argument(behind.word):
            self.open[ARGUMENT] = f"{behind.address} {behind.word}"

    def _ends_at_tag(self, char: str) -> bool:
        """Whether a tag begins with the ``<`` before this character, so that the address ended there."""
        return self._tail.endswith("<") and not self._naming and _BEGINS_TAG.match(char) is not None

    def _begin_target(self, target: Target, begun: str = "") -> None:
        self._target, self.open[TARGET] = target, begun

    def _read_target(self, char: str) -> None:
        if TARGET not in self.open:
            return
        after = self._target.after(char, self._tail, self.open[TARGET])
        if after is None:
            del self.open[TARGET]
        else:
            self._target = after
            self._grow(TARGET, char)

    def _read_elements(self, char: str) -> None:
        self._elements = self._elements.after(char, self._tail, self._code)
        if STYLE in self.open and not self._elements.names:
            del self.open[STYLE]
        elif STYLE in self.open:
            self._grow(STYLE, char)

    def _read_tags(self, char: str) -> None:
        """Read on in what may be a tag; what looks like one in code, in a comment or escaped may be text."""
        begins = self._tail.endswith("<") and ((char.isascii() and char.isalpha()) or char == "?")
        of_text = char == "`" or (char == ">" and self._tail.endswith("--")) or (begins and self._tail.endswith("\\<"))
        self._doubted = of_text or (self._doubted and bool(self._tags))
        tags, opened = self._tags.after(char, begins)
        self._take_tags(tags, char)
        self._elements = self._elements.with_opened(opened, self._code)
        if opened:
            self.open.setdefault(STYLE, "")

    def _take_tags(self, tags: Tags, char: str) -> None:
        for kind in [kind for kind in self.open if kind.startswith(VALUE) and kind not in tags.values]:
            del self.open[kind]
        for kind in tags.values:
            if kind in self.open:
                self._grow(kind, char)
            else:
                self.open[kind] = "" if char in "\"'" else char
        self._tags = tags

    @property
    def _is_in_value(self) -> bool:
        return bool(self._tags.values) and not self._doubted
