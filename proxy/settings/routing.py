"""Who may call (clients), the routes that exist, and the recipients behind them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property
from itertools import product
from math import prod
from types import MappingProxyType
from typing import Annotated, Literal, Self
from urllib.parse import parse_qsl, urlsplit

from pydantic import AfterValidator, Field, model_validator

from proxy.model import JOB_ID
from proxy.settings.actions import ActionSetting
from proxy.settings.base import Kind, Name, PurposeName, Seconds, Secret, Section, Sha256, shaped
from proxy.settings.detection import RouteDetection
from proxy.settings.dialect_names import (
    ANSWERING,
    CONTENT_FREE,
    FETCHING,
    JSON_DIALECT,
    WITH_SETTINGS,
    WORDLESS,
    DialectName,
)
from proxy.settings.lines import Line
from proxy.settings.purposes import InLanguages, SentenceInLanguages, written_in
from proxy.settings.shapes import JsonShape

MAX_PATHS = 1000
LONGEST_PATH = 200
JOB = "job"
"""The ``{name}`` in the path of a route that fetches replies. It stands for any job id on file."""
_PARAMETER = re.compile(r"\{([a-z_]+)\}")

LanguageCode = Annotated[str, shaped(r"^[a-z]{2,3}$", "the code of a language in small letters, such as en")]
LanguageOrAuto = Annotated[
    str, shaped(r"^([a-z]{2,3}|auto)$", "the code of a language in small letters, such as en, or auto")
]

# All of these leave as the operator wrote them. No value needs escaping, and none can redirect a request.
ParameterName = Annotated[str, shaped(r"^[a-z_]{1,32}$", "small letters and '_'")]
QueryName = Annotated[
    str, shaped(r"^[A-Za-z][A-Za-z0-9_.-]{0,39}$", "the name of a query parameter, such as api-version")
]
PathValue = Annotated[
    str,
    shaped(
        r"^[A-Za-z0-9][A-Za-z0-9._~-]{0,63}$",
        "a value of letters, digits and . _ ~ -, in quotes if it is a number or a date",
    ),
]
HeaderValue = Annotated[
    str,
    shaped(r"^[A-Za-z0-9][A-Za-z0-9._:/=+-]{0,99}$", "a value of letters, digits and . _ : / = + -, without spaces"),
]
ControlName = Annotated[str, shaped(r"^[A-Za-z_][A-Za-z0-9_-]{0,63}$", "the name of a field, such as top_k")]
PathValues = Annotated[tuple[PathValue, ...], Field(min_length=1)]
HeaderValues = Annotated[tuple[HeaderValue, ...], Field(min_length=1)]


def _header(name: str) -> str:
    if not re.fullmatch(r"[a-z][a-z0-9-]{0,62}", name) or name in _OWN_HEADERS or name.startswith(_OWN_PREFIXES):
        raise ValueError("not a header that clients may send along; write it in lower case, such as anthropic-beta")
    return name


_OWN_HEADERS = frozenset(
    (
        "authorization api-key x-api-key cookie host user-agent accept accept-encoding connection expect te trailer "
        "transfer-encoding upgrade keep-alive x-acts-for x-meeting-id "
        "x-consent-line x-recording-start forwarded via"
    ).split()
)
_OWN_PREFIXES = ("content-", "proxy-", "x-forwarded-", "sec-")
HeaderName = Annotated[str, AfterValidator(_header)]


class Credential(Secret):
    """How the proxy authenticates to a recipient. The client's own key never leaves."""

    header: str = "Authorization"
    scheme: str = "Bearer"


class Terms(Section):
    """The recipient's terms to which grants refer."""

    version: str
    file: str | None = None


class Recipient(Section):
    """An organization that receives requests, and what its terms allow it to do."""

    base_url: str
    display_name: Line | None = None
    """The company, as people know it. None: the recipient's key."""
    address: Line | None = None
    """Its postal address."""
    country: InLanguages | None = None
    """The country whose law it is under, as people call it: one text for all languages, or one for each."""
    safeguards: SentenceInLanguages | None = None
    """What protects the data where it leaves the EU, such as an adequacy decision or standard contractual clauses."""
    credential: Credential | None = None
    region: str | None = None
    may_train: bool | None = None
    """Whether its terms allow training, which then needs a grant of its own. None: nobody stated it."""
    retention_days: Annotated[int, Field(ge=0)] | None = None
    terms: Terms
    purposes: tuple[PurposeName, ...] | None = None
    """Purposes that this recipient may serve. None: any purpose that a route names."""
    models: tuple[str, ...] | None = None
    """Model names that clients may ask for. None: any well-formed name."""
    store: Literal["force_false", "strip", "client"] = "force_false"
    """What happens to the ``store`` field of a request: forced to false, removed, or left to the client."""
    ca_file: str | None = None
    connect_seconds: Seconds = 10
    idle_seconds: Seconds = 120
    total_seconds: Seconds = 900

    def country_in(self, language: str) -> str | None:
        """The country in this language, else in the first one that is written."""
        return written_in(self.country, language)

    @model_validator(mode="after")
    def _http_url(self) -> Self:
        parts = urlsplit(self.base_url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError("base_url must be an http(s) URL with a host, such as https://llm.example/v1")
        if parts.query or parts.fragment or parts.username or parts.password:
            raise ValueError("base_url must not hold a query, fragment, user or password; use 'credential'")
        return self


class Route(Section):
    """One path that clients may call, with its dialect, its purpose and its one recipient."""

    name: Name
    path: Annotated[
        str,
        shaped(
            r"^/(?:[A-Za-z0-9._~/-]|\{[a-z_]{1,32}\})*$",
            "a path that begins with '/', such as /v1/chat/completions, with {name} for what varies",
        ),
    ]
    """The path. ``{name}`` stands for one of the values that `parameters` lists under that name."""
    dialect: DialectName
    shape: JsonShape | None = None
    """What each field is. Only for the dialect ``json``."""
    purpose: PurposeName | None = None
    """What grants must cover. Omitted for calls that carry no words: ``content-free``, and those that fetch a job."""
    recipient: str
    upstream_path: str | None = None
    """Path below the recipient's base_url. None: the route's own path without a leading ``/v1``."""
    parameters: dict[ParameterName, PathValues] = {}
    """The values that may stand for each ``{name}`` of the path. Any other path is unknown."""
    query: dict[QueryName, PathValues] = {}
    """Query parameters that clients may send, with their allowed values. Any other refuses the request."""
    headers: dict[HeaderName, HeaderValues] = {}
    """Headers that clients may send, with the values (items of a list) that leave. Other headers do not leave."""
    controls: tuple[ControlName, ...] = ()
    """Settings that clients may send in addition to the known ones, for dialects that have settings."""
    methods: tuple[Literal["GET", "HEAD"], ...] = ("GET",)
    """The methods of a route of the dialect ``content-free``. All other routes take POST."""
    enabled: bool = True
    unattributed: Literal["require_all_present", "instructions"] | None = None
    """Overrides ``consent.unattributed`` for unattributed messages of this route."""
    instructions: Literal["read", "listed"] | None = None
    """Overrides ``consent.instructions`` for this route."""
    consent_line: bool = False
    """Whether clients may have a line below the answer by ``X-Consent-Line: true``: who was heard, and who was not."""
    language: LanguageOrAuto | Annotated[tuple[LanguageCode, ...], Field(min_length=1)] = "en"
    """ISO 639-1 code of the spoken language, a list of codes, or ``auto``. The text's language is detected anyway."""
    detection: RouteDetection | None = None
    """Detection settings in which this route differs from ``detection``."""
    redaction: dict[Kind | Literal["default"], ActionSetting] = {}
    """Kinds that this route treats differently from ``redaction``."""

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if (self.purpose is None) != (self.dialect in WORDLESS):
            wordless = " and ".join(repr(name) for name in sorted(WORDLESS))
            raise ValueError(f"give a purpose; only routes of dialect {wordless}, which carry no words, have none")
        if (self.shape is not None) != (self.dialect == JSON_DIALECT):
            raise ValueError("give 'shape' with the dialect 'json', which needs it, and with no other")
        if self.controls and self.dialect not in WITH_SETTINGS:
            dialects = ", ".join(sorted(WITH_SETTINGS))
            raise ValueError(f"only these dialects have settings to which 'controls' adds: {dialects}; leave it out")
        if "methods" in self.model_fields_set and self.dialect != CONTENT_FREE:
            raise ValueError(f"'methods' is for routes of dialect {CONTENT_FREE!r}; all others take POST")
        if self.consent_line and self.dialect not in ANSWERING:
            dialects = ", ".join(sorted(ANSWERING))
            raise ValueError(f"'consent_line' is for dialects whose answer is known: {dialects}; leave it out")
        fetches = self.dialect in FETCHING
        if fetches and not (self.path.endswith("/{job}") and "{job}" in (self.upstream_path or self.path)):
            raise ValueError("a route that fetches replies has a path that ends in /{job}, and {job} in upstream_path")
        named = [name for name in _PARAMETER.findall(self.path) if not (fetches and name == JOB)]
        if any("{" in part and not _PARAMETER.fullmatch(part) for part in self.path.split("/")):
            raise ValueError("a {name} stands for a whole part of the path, between two '/'")
        if len(named) != len(set(named)) or set(named) != set(self.parameters):
            raise ValueError("list values under 'parameters' for exactly the {names} of the path, each name once")
        if not set(_PARAMETER.findall(self.upstream_path or "")) <= {*named, *([JOB] if fetches else [])}:
            raise ValueError("upstream_path may hold only {names} that the path holds")
        fixed = {name for name, _ in parse_qsl((self.upstream_path or "").partition("?")[2], keep_blank_values=True)}
        if fixed & set(self.query):
            raise ValueError("a query parameter is either fixed in upstream_path or listed in 'query', not both")
        if prod(map(len, self.parameters.values())) > MAX_PATHS:
            raise ValueError(f"'parameters' give more than {MAX_PATHS} paths")
        if max(map(len, self.paths)) > LONGEST_PATH:
            raise ValueError(f"a path with its parameters has at most {LONGEST_PATH} characters")
        return self

    @cached_property
    def paths(self) -> Mapping[str, Mapping[str, str]]:
        """Every path of this route, with the values of its parameters. ``{job}`` stays as it is."""
        found = {}
        for values in product(*self.parameters.values()):
            parameters = dict(zip(self.parameters, values, strict=True))
            found[filled(self.path, {JOB: "{job}", **parameters})] = parameters
        return MappingProxyType(found)

    def parameters_at(self, path: str) -> Mapping[str, str] | None:
        """The values of the path's parameters. None for a path that this route does not serve."""
        if self.dialect not in FETCHING:
            return self.paths.get(path)
        before, _, job = path.rpartition("/")
        found = self.paths.get(f"{before}/{{job}}") if JOB_ID.fullmatch(job) else None
        return None if found is None else {**found, JOB: job}

    @property
    def accepted(self) -> tuple[str, ...]:
        """The methods that this route accepts."""
        if self.dialect in WORDLESS:
            return self.methods
        return ("POST",)

    @property
    def languages(self) -> tuple[str, ...]:
        """The expected languages. Empty if they are to be detected from the text."""
        if self.language == "auto":
            return ()
        return (self.language,) if isinstance(self.language, str) else self.language


def filled(path: str, parameters: Mapping[str, str]) -> str:
    """A path with its ``{names}`` replaced."""
    return _PARAMETER.sub(lambda name: parameters[name[1]], path)


class Client(Section):
    """A caller, identified by the SHA-256 of its key, by its certificate, or by both."""

    name: Name
    key_sha256: Sha256 | None = None
    former_key_sha256: Sha256 | None = None
    """The key of before, which is valid as well while the client moves to its new one."""
    certificate: Annotated[str, Field(min_length=1, max_length=255)] | None = None
    """A name in its certificate: a URI, DNS name or e-mail address. With a key beside it, both are needed."""
    routes: tuple[str, ...]
    acts_for: str | None = None
    """Participant id of the one person for whom this client always acts."""
    acts_for_header: bool = False
    """Whether the client may name that person in the header ``X-Acts-For``."""
    profile: Name | None = None
    """How this client lays out its messages: a shipped profile, or one of ``profiles``."""
    last_message: Literal["speech", "typed"] = "speech"
    """``typed``: the client's user types its last message to the model, not into the meeting.

    Such a message is an instruction if it is short, names nobody as a speaker, and no time and no other sign shows
    speech.
    """
    concurrent_requests: Annotated[int, Field(ge=1, le=100000)] | None = None
    """Requests of this client at once; more are answered with 429."""
    requests_per_minute: Annotated[int, Field(ge=1, le=1000000)] | None = None
    """Requests of this client in a minute; after a pause, so many may come at once. More are answered with 429."""
    words_per_day: Annotated[int, Field(ge=1, le=1000000000)] | None = None
    """Words of this client that may leave on one day (UTC). A request with more than are left is answered with 429."""
    series: str | None = None
    """The series whose meetings this client may name. A request that names none belongs to the one that fits."""

    @model_validator(mode="after")
    def _known_by_something(self) -> Self:
        if self.key_sha256 is None and self.certificate is None:
            raise ValueError("give 'key_sha256', 'certificate' or both")
        if self.key_sha256 is None and self.former_key_sha256 is not None:
            raise ValueError("'former_key_sha256' goes with 'key_sha256'")
        return self
