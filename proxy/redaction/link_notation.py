"""Recognize the beginning of an address, or of the target of a link, in the notations that clients render.

Each question is asked at one character, given the `tail` of the text before it. Addresses begin as in RFC 3986 and in
the links that clients make from plain text. Targets begin as in Markdown, BBCode, LaTeX, reStructuredText, AsciiDoc,
MediaWiki, Org, PlantUML and CSS. What code, a command or a raw HTTP request passes to an address is a target, too: the
arguments of a call, the line of a command, a request up to the end of its body.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import NamedTuple

TAIL = 320
"""How many characters before an address or a target can decide whether it begins there."""

PAREN, CALL, BRACKET, BRACE, END_TAG, WORD, LINE, REQUEST = ")", "()", "]", "}", "[/", " ", "\n", "HTTP/"
DECLARED, ELEMENT = "<>", "<"
IN_MARKUP = frozenset((DECLARED, ELEMENT))
"""What ends a target.

In this order: the closing sign of a Markdown link; of a function call, ignoring quoted text; of other brackets and
braces; ``[/``; any white space; a line end that no indented line follows; the end of a request and its body, or of
a line that is not a request; of a declaration of XML, ignoring quoted text; the next tag. A target that begins with a
quotation mark ends with it. Empty lines do not end those in markup.
"""

TRIGGERS = r"/\\<(?#&:{}=\]@!.。．｡／"
"""Characters at which an address or a target may begin."""

IGNORED = re.compile(
    "[\u00ad\u034f\u061c\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\U000e0000-\U000e0fff]"
)
"""Characters that show nothing and that a host is read without (Unicode's Default_Ignorable_Code_Point)."""

_IN_HOSTS = "\u00b7\u0375\u05f3\u05f4\u06fd\u06fe\u0f0b\u30fb"
"""Punctuation that a host may hold (RFC 5892, appendix A.2 and section 2.6)."""


def _ranges(codes: Iterable[int]) -> str:
    """A class of characters, without its brackets. `codes` in order."""
    spans: list[list[int]] = []
    for code in codes:
        if spans and spans[-1][1] == code - 1:
            spans[-1][1] = code
        else:
            spans.append([code, code])
    return "".join(f"{re.escape(chr(first))}-{re.escape(chr(last))}" for first, last in spans)


_NO_HOST = _ranges(
    code
    for code in range(0x80, 0x10000)
    if unicodedata.category(chr(code)) in ("Cc", "Cs", "Zs", "Zl", "Zp", "Pd", "Ps", "Pe", "Pi", "Pf", "Po")
    and chr(code) not in _IN_HOSTS
)
ENDS_HOST = "/\\?#／"
"""What the host of an address ends with, as browsers read it."""
OF_HOST = rf"(?:[A-Za-z0-9_]|[^\x00-\x7f{_NO_HOST}])"
"""A character of a label of a host but the hyphen: ASCII as in RFC 1123, any other letter, mark, digit or symbol."""

_OF_HOST = re.compile(OF_HOST)
_DOTS = "。．｡"
_LATIN = "A-Za-zＡ-Ｚａ-ｚ"
_PORT = rf"[.{_DOTS}]?(?::[0-9]{{1,5}})?\Z"
"""What may follow the last label of a host: the dot of the root, and a port."""
_LABEL = rf"{OF_HOST}(?:{OF_HOST}|-)*"
_NUMBER = "(?:0x[0-9a-f]{1,8}|[0-9]{1,10})"
"""A number in an address of IPv4, as browsers read it."""
_BEFORE_HOST = r"(?:(?<![\w./\-])|(?<=[*_~`'\")\]}]\.))"
"""What may not precede a host. Marks of emphasis separate nothing for a reader who sees them rendered."""

_SCHEME = re.compile(r"[A-Za-z0-9+.\-]+:[/\\]\Z")
_NOT_IN_WORD = "(?<![A-Za-z0-9_\u00c0-\u024f])"
"""Not within a word of Latin letters. Other scripts may write an address right behind a word."""

_LONE_SLASHES = re.compile(rf"{_NOT_IN_WORD}(?<![:/\\])[/\\]{{2,}}\Z")
_WWW = re.compile(r"(?<![\w@.\-])www\Z", re.I)
_HOSTS = (
    # Browsers read East Asian full stops as dots, and full-width letters as Latin ones.
    re.compile(
        rf"{_BEFORE_HOST}(?:{_LABEL}(?:\.|(?<=[0-9０-９{_LATIN}])[{_DOTS}]))+"
        rf"(?:[{_LATIN}]{{2,}}|xn--[A-Za-z0-9\-]+){_PORT}"
    ),
    re.compile(rf"{_BEFORE_HOST}(?:{_LABEL}\.)*(?![0-9_]){_LABEL}\.(?:(?![0-9_]){OF_HOST}){{2,}}{_PORT}"),
    re.compile(rf"{_BEFORE_HOST}(?:{_NUMBER}\.){{1,3}}{_NUMBER}{_PORT}", re.I),
    re.compile(rf"{_BEFORE_HOST}(?:0x[0-9a-f]{{7,8}}|[0-9]{{8,12}}){_PORT}", re.I),
    re.compile(rf"{_BEFORE_HOST}localhost{_PORT}", re.I),
    re.compile(rf"{_BEFORE_HOST}[A-Za-z][\w\-]*:[0-9]{{2,5}}\Z"),
    re.compile(rf"\[(?=[^\[\]]*::|(?:[0-9A-Fa-f]{{1,4}}:){{7}})[0-9A-Fa-f:.]{{2,45}}\]{_PORT}"),
)
_FILES = "[bgx]z|docx?|xlsx?|pptx?|od[pst]|pdf|txt|csv|json|ya?ml|html?|xml|png|jpe?g|gif|svg|log|bak|exe|js|css"
"""How names of files end with which no host ends."""
_BELOW_HOST = re.compile(
    rf"(?:{OF_HOST}|-)*\.(?:{_LABEL}\.)+(?!(?i:{_FILES})\Z)(?:[{_LATIN}]{{2,}}|xn--[A-Za-z0-9\-]+|(?:(?![0-9_]){OF_HOST}){{2,}}){_PORT}"
)
_OF_USER = re.compile(r"(?<![\w@])[\w.+\-]+@\w[\w.\-]*:\Z")
"""User and host as `git` and `scp` write them."""
_WITHOUT_SLASHES = re.compile(
    # Schemes that write, call, run, pay or open something by name alone, and the prefixes of private schemes.
    rf"{_NOT_IN_WORD}(?:https?|wss?|ftps?|sftp|file|mailto|xmpp|sips?|im|tel|callto|sms|smsto|mms|mmsto|facetime(?:-audio)?|"
    r"skype|data|blob|javascript|vbscript|view-source|intent|market|magnet|geo|maps|feed|webcal|bitcoin|ethereum|"
    r"(?:x|ms|web|itms|com|org|net)[+.\-][A-Za-z0-9+.\-]+)\Z",
    re.I,
)
_WITH_QUERY = re.compile(rf"{_NOT_IN_WORD}[A-Za-z][A-Za-z0-9+.\-]+:\S*\Z")
_IN_ANGLES = re.compile(r"<([A-Za-z][A-Za-z0-9+.\-]{1,31}:)\Z")
_BEGINS = {
    ":": (_WITHOUT_SLASHES,),
    "&": (_WITH_QUERY,),
    "?": (_WITH_QUERY, *_HOSTS),
    **dict.fromkeys("/#／\\", _HOSTS),
    **dict.fromkeys("." + _DOTS, (_WWW,)),
}
_BEFORE_ANY = frozenset("/\\:")
"""After one of these, any character may begin an address."""

_TAGS = "url|img|image|email|link|video|media|audio|iframe|embed|file|attachment|youtube"
_MACROS = "link|image|figure|include|literalinclude|icon|video|audio|iframe|xref|attach|url"
_CALLED = (
    r"fetch|send(?:Beacon)?|urlopen|urlretrieve|XMLHttpRequest|WebSocket|EventSource|window\.open|axios(?:\.\w+)?"
    r"|(?:requests?|https?|httpx|session|client|got|ky|superagent|\$)\.[a-z]\w*"
    r"|HYPERLINK|WEBSERVICE|IMAGE|IMPORT(?:DATA|HTML|XML|FEED|RANGE)"
)
"""Functions of programming languages and spreadsheets that fetch or send."""
_TARGETS: dict[str, tuple[tuple[re.Pattern[str], str], ...]] = {
    "(": (
        (re.compile(r"\]\Z"), PAREN),
        (re.compile(r"(?<![\w])(?:url|url-prefix|src|(?:-webkit-)?image(?:-set)?)\Z", re.I), CALL),
        (re.compile(rf"(?<![\w])(?:{_CALLED})\Z"), CALL),
    ),
    "{": (
        (
            re.compile(
                r"\\(?:href|url|nolinkurl|path|hyperimage|hyperref|includegraphics|includesvg|includepdf|input|include"
                r"|import|lstinputlisting)\*?\s*(?:\[[^\]\n]*\]\s*)?\Z"
            ),
            BRACE,
        ),
    ),
    "=": (
        (re.compile(rf"\[(?:{_TAGS})\s*\Z", re.I), BRACKET),
        (re.compile(r"(?:\A|[\n;&`$>])[ \t]*(?:export|declare|set)[ \t]+\w+\Z"), LINE),
    ),
    "/": (
        (
            re.compile(
                r"(?:\A|[\n`])[ \t]*(?:[-*+][ \t]+|\d{1,3}[.)][ \t]+)?"
                r"(?:GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS|CONNECT)[ \t]+[^\s/]*\Z"
            ),
            REQUEST,
        ),
    ),
    "}": ((re.compile(r"(?:```|~~~|:::)[`~:]*[ \t]*\{(?:image|figure|iframe|video|download|include)\Z"), LINE),),
    "]": ((re.compile(r"\[(?:url|img)(?:\s(?!\s*=)[^\[\]\n]*)?\Z", re.I), END_TAG),),
    ":": (
        (re.compile(r"\[\[\s*(?:file|image|media|link|url|attachment)\Z", re.I), BRACKET),
        (re.compile(rf"(?:{_NOT_IN_WORD}(?:{_MACROS})|link):\Z", re.I), LINE),
        (re.compile(r"(?:\A|\n)[ \t]*\.\. _[^\n]*\Z"), LINE),
        (re.compile(r"(?:\A|\n)[ \t]*:(?:target|url|uri|file|image|link|src|href)\Z", re.I), LINE),
        (re.compile(rf"(?:{_NOT_IN_WORD}(?:{_MACROS})|link)\Z", re.I), WORD),
    ),
}
_NAMES_TARGET = re.compile(rf"(?:{_MACROS}|file|image|media|link|url|attachment|target|uri|src|href):?\Z", re.I)
"""How the text before a colon ends that begins a target, but for an address of reStructuredText."""
_LONGEST_NAME = 16
_LEADS = re.compile(r"\W*(?:[A-Za-z][A-Za-z0-9+.\-]*[:=]\W*)*")
_BEYOND_HOST = re.compile(
    r"(?=(?P<before>(?:[A-Za-z][A-Za-z0-9+.\-]*:)?(?:[/\\／]{2})?))(?P=before)[^/\\?#／]*[/\\?#／]|URL_"
)
_LEADING_SCHEME = re.compile(r"\A[A-Za-z][A-Za-z0-9+.\-]*:")
_HAS_HOST = re.compile(r"//|(?:https?|wss?|ftps?|file):", re.I)
_STATEMENT = re.compile(r"(?:@import|!include\w{0,4})\Z", re.I)
_DECLARATION = re.compile(r"<!(?:ENTITY|ATTLIST)\Z", re.I)
_STATEMENT_BEGINS = re.compile(r"[@!]\w{0,11}\Z")
_COMMANDS = (
    *("curl", "wget", "invoke-webrequest", "invoke-restmethod", "iwr", "irm", "start-bitstransfer", "aria2c"),
    *("scp", "sftp", "rsync", "ncat", "netcat", "telnet", "nslookup", "xdg-open", "http get", "http post", "http put"),
)
_COMMANDS_THAT_ARE_WORDS = ("echo", "printf", "nc", "ssh", "ping", "dig", "host", "open", "start", "git", "http", "ftp")
"""Commands that count only in lower case, and only after a prompt or a sign of code."""
_BEFORE_COMMAND = r"[ \t]*(?:(?:sudo|exec|time|nohup|env|then|do)[ \t]+)*"
_COMMAND = re.compile(
    rf"(?:\A|[\n;|&`$>('\"])[ \t]*(?:[-*+][ \t]+|\d{{1,3}}[.)][ \t]+)?{_BEFORE_COMMAND}(?i:{'|'.join(_COMMANDS)})\Z"
    rf"|(?:(?:\A|\n)[ \t]*[$%]|`|&&|\$\(){_BEFORE_COMMAND}(?:{'|'.join(_COMMANDS_THAT_ARE_WORDS)})\Z"
    rf"|(?:\A|\n){_BEFORE_COMMAND}(?:echo|printf|nc|ssh)\Z"
)
COMMANDS = (*_COMMANDS, *_COMMANDS_THAT_ARE_WORDS)
"""All commands, in lower case."""
_LOWER = str.maketrans("ſıİ", "sii")
"""The letters of ASCII that regular expressions take these for, where they compare without case."""
_MOST_OF_COMMAND = 72
"""How many characters before the end of a command are searched for its beginning and for what precedes it."""
_BEGINS_COMMAND = tuple({name[:size] for name in COMMANDS for size in range(1, len(name) + 1)})
_FLAG = re.compile(r"-{1,2}[A-Za-z]")
_ARGUMENT = re.compile(r"[=@/\\&?]")
_QUOTATION = frozenset("\"'`")
_JOINING = frozenset(("+", "&", ".", "~", "..", "||", "%", "<>", "^", "++"))
_OPEN_PART = re.compile(r"(?:\$\([^)]*|[$#%]\{[^}]*|\{\{[^}]*|<%[^>]*)\Z")
_UNSURE_BEHIND = frozenset("/\\:<")
_KEY = (
    r"(?:[a-z]+[_\-])?(?:ur[li]|href|src|image|img|icon|thumbnail|avatar|logo|poster|background|loc|enclosure|guid)s?"
)
"""Names of fields of XML and YAML from which pictures and pages are fetched. ``link`` and ``source`` are also said."""
_ENTRY = r"(?:\A|\n)[ \t]*(?:-[ \t]+)*"
"""What stands before an entry of YAML on its line."""
_ESCAPE = re.compile(r"\\(?:u00[2-7][0-9A-Fa-f]|x[2-7][0-9A-Fa-f]|u\{0*[2-7][0-9A-Fa-f]\})\Z")
"""An escape of JSON or JavaScript that stands for a printed character of ASCII, which needs none."""
_ESCAPE_BEGINS = re.compile(r"\\(?:u(?:0{0,2}|00[2-7]|\{0*[2-7]?[0-9A-Fa-f]?)|x[2-7]?)\Z")
_ENDS_ESCAPE = frozenset("0123456789abcdefABCDEF}")
_DEFINES = re.compile(r"\A[ \t]*(?:(?:>|[-*+]|[0-9]{1,9}[.)])[ \t]*)*\[[^\[]*\]:\W*\Z|\A[^\[]*\]:\W*\Z")
_AROUND = (
    (re.compile(r"\{(?:[^{}\n]*[|=])?\s*[\"']?\Z"), BRACE),
    (re.compile(r"\[[^\[\]\n]*[|=]\s*[\"']?\Z"), BRACKET),
    (re.compile(r"\[\[\s*\Z"), BRACKET),
    (re.compile(r"\[\w+\]\Z"), END_TAG),
    (re.compile(r"\w\(\s*[rfb]?[\"'`]\Z"), CALL),
    (re.compile(r"\"\Z|[=(\[{:\-]\s*\"\s+\Z|\bclick\s[^\n\"]*\"\Z"), '"'),
    (re.compile(r"(?<!\w)'\Z|[=(\[{:\-]\s*'\s+\Z"), "'"),
    (re.compile(rf"<(?:[\w.\-]+:)?{_KEY}\s*>\s*(?:<!\[CDATA\[\s*)?\Z", re.I), ELEMENT),
    (re.compile(rf"{_ENTRY}[\"']?{_KEY}[\"']?[ \t]*:[ \t]+(?:[>|][0-9+\-]*\s+)?\Z"), LINE),
    (re.compile(rf"{_ENTRY}(?:\S+:[ \t]+)?[>|](?:[0-9]?[+\-]|[0-9])\s+\Z"), LINE),
)


class Beginning(NamedTuple):
    """The beginning of an address: `text` is the address so far, and `start` its offset in the tail.

    `angle`: white space does not end it, because it stands in ``<…>``. `tag`: it may also be read as a tag.
    """

    text: str
    start: int
    angle: bool = False
    tag: bool = False


def address_at(tail: str, char: str) -> Beginning | None:
    """The address that `char` completes with the text before it; None if there is none."""
    if char not in _BEGINS and tail[-1:] not in _BEFORE_ANY:
        return None
    found = _address_at(tail, char)
    if found is None or found.angle:
        return found
    return found._replace(angle=tail[: found.start].endswith("<"))


def _address_at(tail: str, char: str) -> Beginning | None:
    last = tail[-1:]
    if char in "/\\" and last in ("/", "\\") and (scheme := _SCHEME.search(tail)):
        return Beginning("//", scheme.start())
    if last in ("/", "\\") and (_OF_HOST.match(char) or char in "[%") and (slashes := _LONE_SLASHES.search(tail)):
        return Beginning("//" + char, slashes.start())
    if last == ":" and not char.isspace() and (user := _OF_USER.search(tail)):
        return Beginning(user[0] + char, user.start())
    if last == ":" and not (char.isspace() or char in "/\\") and (named := _IN_ANGLES.search(tail)):
        return Beginning(named[1] + char, named.start(1), angle=True, tag=True)
    word = "" if last.isspace() else tail[tail.rfind(" ") + 1 :]
    begins = next((found for pattern in _BEGINS.get(char, ()) if (found := pattern.search(word))), None)
    return None if begins is None else Beginning(begins[0] + char, len(tail) - len(word) + begins.start())


def target_at(tail: str, char: str) -> str:
    """What will end the target that begins after `char`; empty if none begins."""
    if char in " \t\n\"'" and tail[-1:].isalpha():
        end = tail[-_MOST_OF_COMMAND:]
        if ("@" in end or "!" in end) and _STATEMENT.search(end):
            return LINE
        if end.translate(_LOWER).lower().endswith(COMMANDS) and _COMMAND.search(end):
            return LINE
        if "<!" in end and _DECLARATION.search(end):
            return DECLARED
    if char == ":" and not (_NAMES_TARGET.search(tail, max(0, len(tail) - _LONGEST_NAME)) or ".. _" in tail):
        return ""
    return next((end for pattern, end in _TARGETS.get(char, ()) if pattern.search(tail)), "")


def around(before: str) -> str:
    """What will end the target that an address begins, given the text `before` it; empty if it begins none.

    Such targets run on over white space: in braces, in brackets, in a quoted argument.
    """
    return next((end for pattern, end in _AROUND if pattern.search(before)), "")


def hides_ascii(tail: str, char: str) -> bool:
    """Whether `char` ends an escape that stands for a printed character of ASCII."""
    return char in _ENDS_ESCAPE and _ESCAPE.search(tail[-9:] + char) is not None


def defines_at(tail: str) -> bool:
    """Whether a definition of a link begins with the last line of this text, or with the one before."""
    lines = tail.rsplit("\n", 2)
    return any(_DEFINES.match("\n".join(lines[-count:])) for count in (1, 2))


def is_below_host(rest: str) -> bool:
    """Whether this, behind a name, makes it a part of a host in a domain that anybody may own: ``.evil.example``."""
    return _BELOW_HOST.fullmatch(rest.rstrip(".:-")) is not None


def leads(before: str) -> bool:
    """Whether nothing of its own stands `before` an address in an argument: signs, or what names it (``url:``)."""
    return _LEADS.fullmatch(before) is not None


def is_flag(word: str) -> bool:
    """Whether a word is an option of a command, which its value follows."""
    return _FLAG.match(word) is not None


def is_argument(word: str) -> bool:
    """Whether a word after an address passes data to it: ``q=…``, ``@file``, ``-d…``."""
    return is_flag(word) or _ARGUMENT.search(word, 0, len(word) - 1) is not None or word[-1:] in "=@/\\&?"


def is_beyond_host(address: str) -> bool:
    """Whether more than the scheme and host of an address was read, or all of one that the request contained."""
    return _BEYOND_HOST.match(address) is not None


def names_scheme(begun: Beginning) -> bool:
    """Whether an address begins with a scheme, or with the slashes that follow one."""
    return begun.text.startswith("//") or _LEADING_SCHEME.match(begun.text) is not None


def tells_where(address: str) -> bool:
    """Whether an address leads anywhere: not a scheme alone, nor what is likely the end of a question."""
    asked = address.endswith("?") and "//" not in address
    return not asked and any(map(str.isalnum, _LEADING_SCHEME.sub("", address, count=1)))


def has_host(address: str) -> bool:
    """Whether an address of this beginning names a host, and may name a user before it."""
    return _HAS_HOST.match(address) is not None


def joins(address: str, word: str) -> bool:
    """Whether a word after a quoted address is an operator with which code joins another text to it."""
    return address[-1:] in _QUOTATION and word in _JOINING


def has_open_part(address: str) -> bool:
    """Whether a placeholder is open at the end of an address, so that white space does not end the address."""
    return _OPEN_PART.search(address) is not None


def continues_command(char: str) -> bool:
    """Whether a command may go on with this character."""
    return char.isalnum() or char in " -"


def is_unsure(tail: str, spelled: bool = False) -> bool:
    """Whether the next character may begin an address or a target, whatever it is.

    `spelled`: what the text ends with may also be the beginning of a command, which was not searched for.
    """
    end = tail[-20:]
    if "\\" in end and _ESCAPE_BEGINS.search(end):
        return True
    if end.lower().endswith(_BEGINS_COMMAND if spelled else COMMANDS):
        return True
    return end[-1:] in _UNSURE_BEHIND or (("@" in end or "!" in end) and _STATEMENT_BEGINS.search(end) is not None)
