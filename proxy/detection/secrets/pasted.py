"""Secrets in a text: the detectors of `detect-secrets`, our own shapes, random-looking strings, and spoken secrets.

Only the library's compiled expressions and its measure of entropy are used, on strings in memory. Its scanning (files,
git, plug-ins by path) and its verification (which queries the services) are never called.

A random string alone is a secret if upper-case letters, lower-case letters and digits alternate as nobody writes them.
A string of hexadecimal digits is not: in engineering meetings these are commits and digests, which open nothing. Beside
a word for a secret it is. UUIDs are a kind of their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from detect_secrets.plugins.artifactory import ArtifactoryDetector
from detect_secrets.plugins.aws import AWSKeyDetector
from detect_secrets.plugins.azure_storage_key import AzureStorageKeyDetector
from detect_secrets.plugins.base import RegexBasedDetector
from detect_secrets.plugins.cloudant import CloudantDetector
from detect_secrets.plugins.discord import DiscordBotTokenDetector
from detect_secrets.plugins.github_token import GitHubTokenDetector
from detect_secrets.plugins.gitlab_token import GitLabTokenDetector
from detect_secrets.plugins.high_entropy_strings import Base64HighEntropyString, HexHighEntropyString
from detect_secrets.plugins.ibm_cloud_iam import IbmCloudIamDetector
from detect_secrets.plugins.ibm_cos_hmac import IbmCosHmacDetector
from detect_secrets.plugins.mailchimp import MailchimpDetector
from detect_secrets.plugins.openai import OpenAIDetector
from detect_secrets.plugins.pypi_token import PypiTokenDetector
from detect_secrets.plugins.sendgrid import SendGridDetector
from detect_secrets.plugins.slack import SlackDetector
from detect_secrets.plugins.softlayer import SoftlayerDetector
from detect_secrets.plugins.square_oauth import SquareOAuthDetector
from detect_secrets.plugins.stripe import StripeDetector
from detect_secrets.plugins.telegram_token import TelegramBotTokenDetector
from detect_secrets.plugins.twilio import TwilioKeyDetector
from presidio_analyzer import LocalRecognizer, RecognizerResult

from proxy.detection.recognizers.table import ASSIGNED, NO_VALUE, SHAPES
from proxy.detection.secrets.said import secrets_said
from proxy.model import Span
from proxy.wording.plain_words import FUNCTION_WORDS

KIND = "SECRET"

# Left out: addresses (kinds of their own), and what our own shapes read more exactly (PEM keys, web tokens, URLs with a
# password, npm's).
DETECTORS: tuple[type[RegexBasedDetector], ...] = (
    ArtifactoryDetector,
    AWSKeyDetector,
    AzureStorageKeyDetector,
    CloudantDetector,
    DiscordBotTokenDetector,
    GitHubTokenDetector,
    GitLabTokenDetector,
    IbmCloudIamDetector,
    IbmCosHmacDetector,
    MailchimpDetector,
    OpenAIDetector,
    PypiTokenDetector,
    SendGridDetector,
    SlackDetector,
    SoftlayerDetector,
    SquareOAuthDetector,
    StripeDetector,
    TelegramBotTokenDetector,
    TwilioKeyDetector,
)
WINDOW = 600
_BEFORE = 60
_LONG = re.compile(r"[A-Za-z0-9+/=_.:-]{16}")
"""What every match of the library's detectors contains."""
_REST = re.compile(r"[\w+/=.-]{0,4000}(?<=[\w+/=])")
_EXPRESSIONS: tuple[re.Pattern[str], ...] = tuple(regex for made in DETECTORS for regex in made.denylist)  # type: ignore[attr-defined]

_RANDOM = re.compile(r"(?<![\w+/=-])[A-Za-z0-9+/_-]{20,400}={0,2}(?![\w+/-])")
_HEX = re.compile(r"(?<![\w-])[0-9a-fA-F]{16,256}(?![\w-])")
_NAMED = re.compile(r"\b(?:secret|token|key|password|passwd|pwd|credential|salt|hmac)s?\b[^\n]{0,24}\Z", re.IGNORECASE)
_NAMED_REACH = 40
_BASE64 = Base64HighEntropyString()
_HEXADECIMAL = HexHighEntropyString()
_CHANGES, _SHORT_CHANGES = 0.4, 0.5
"""Least share of neighbouring characters of different sorts (upper, lower, digit). Random text has 0.6, names in code
have 0.3."""
_SHORT = 32
"""Below this length, random text has less entropy than the library's limit, and other signs must suffice."""
_LEAST_ENTROPY = 3.5
_MEASURED = 128


class Secrets(LocalRecognizer):
    """One Presidio recognizer for all these secrets."""

    def __init__(self) -> None:
        super().__init__(supported_entities=[KIND], name="secret")

    def load(self) -> None:
        """Load nothing."""

    def analyze(self, text: str, entities: list[str], nlp_artifacts: Any = None) -> list[RecognizerResult]:  # noqa: ARG002
        """Secrets in coordinates of `text`; they may overlap."""
        found = [*_shaped(text), *((span, 0.95) for span in _detected(text)), *((span, 0.8) for span in _random(text))]
        found += [(span, 0.8) for span in _assigned(text)]
        found += [(span, 0.75) for span in secrets_said(text)]
        return [RecognizerResult(KIND, span.start, span.end, score) for span, score in dict(found).items()]


def _shaped(text: str) -> Iterator[tuple[Span, float]]:
    for expression, score in SHAPES:
        for match in expression.finditer(text):
            yield Span(*match.span(match.lastindex or 0)), score


def _detected(text: str) -> Iterator[Span]:
    """Matches of the library's detectors, each with the rest of its token, because key lengths change over time."""
    for left, right in _windows(text):
        piece = text[left:right]
        for expression in _EXPRESSIONS:
            for match in expression.finditer(piece):
                start, end = match.span(match.lastindex or 0)
                rest = _REST.match(text, left + end)
                yield Span(left + start, rest.end() if rest else left + end)


def _windows(text: str) -> Iterator[tuple[int, int]]:
    """Stretches of bounded length around long tokens."""
    at = 0
    while (found := _LONG.search(text, at)) is not None:
        left = max(0, found.start() - _BEFORE)
        yield left, min(len(text), found.start() + WINDOW)
        at = found.start() + WINDOW - _BEFORE


def _assigned(text: str) -> Iterator[Span]:
    for match in ASSIGNED.finditer(text):
        group = match.lastindex or 0
        value = match[group].rstrip(".!?")
        quoted = group < ASSIGNED.groups and " " not in value
        written = text[max(0, match.start(group) - 3) : match.start(group)].rstrip("\"'` ").endswith("=")
        if _is_value(match["name"].lower(), value, quoted=quoted, written=written):
            yield Span(match.start(group), match.start(group) + len(value))


def _is_value(name: str, value: str, *, quoted: bool, written: bool) -> bool:
    """Whether the value of a name is a secret. `written`: with an equals sign, which nobody uses in a sentence."""
    if NO_VALUE.fullmatch(value) or value.lower() in FUNCTION_WORDS:
        return False
    figures = any(map(str.isdecimal, value))
    if name in ("pw", "pass", "cred", "creds"):
        return figures and any(map(str.isalpha, value)) and len(value) >= 5
    if value.isalpha() and not (quoted or written):
        return False  # "Password: required", "the password: ask Kim": such a sentence is judged as speech
    made_up = figures and not value.isdecimal() and len(value) >= 5
    return (
        made_up or (quoted and len(value) >= 6) or (name.startswith(("pass", "pwd")) and (written or len(value) >= 6))
    )


def _random(text: str) -> Iterator[Span]:
    for match in _RANDOM.finditer(text):
        token = match[0]
        named = _is_named(text, match.start())
        if _looks_random(token, named=named):
            yield Span(*match.span())
    for match in _HEX.finditer(text):
        token = match[0][:_MEASURED]
        if (
            _is_named(text, match.start())
            and _HEXADECIMAL.calculate_shannon_entropy(token) > _HEXADECIMAL.entropy_limit
        ):
            yield Span(*match.span())


def _is_named(text: str, start: int) -> bool:
    return _NAMED.search(text, max(0, start - _NAMED_REACH), start) is not None


def _looks_random(token: str, *, named: bool) -> bool:
    """Whether nobody would write this: dense changes of sort, and (unless `named`) the library's limit of entropy."""
    token = token[:_MEASURED]
    sorts = [_sort(char) for char in token if char.isalnum()]
    if {0, 1, 2} - set(sorts) or sorts.count(2) < 2 or len(sorts) < 16:
        return False
    changes = sum(a != b for a, b in pairwise(sorts)) / (len(sorts) - 1)
    entropy = _BASE64.calculate_shannon_entropy(token)
    if entropy > _BASE64.entropy_limit or named:
        return changes >= _CHANGES and entropy > _LEAST_ENTROPY
    return len(token) < _SHORT and changes > _SHORT_CHANGES and entropy > _LEAST_ENTROPY


def _sort(char: str) -> int:
    return 0 if char.isupper() else 1 if char.islower() else 2
