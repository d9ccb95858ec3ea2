"""What all sections of ``proxy.yaml`` are made of: checked values, and the base class of sections."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from ipaddress import ip_address, ip_network
from typing import Annotated, Any, Self

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationInfo,
    model_validator,
)
from pydantic_core import PydanticCustomError

from proxy.model import KNOWN_PURPOSES, ParticipantClass, is_purpose


def _purpose(name: str) -> str:
    if not is_purpose(name):
        raise ValueError(f"unknown purpose {name!r}; {KNOWN_PURPOSES}")
    return name


def _kind(name: str) -> str:
    if not re.fullmatch(r"[A-Z][A-Z0-9_]{1,40}", name):
        raise ValueError(f"{name!r} is no kind of finding; kinds are written like EMAIL_ADDRESS")
    return name


def _pattern(regex: str) -> str:
    try:
        re.compile(regex)
    except re.error as error:
        raise ValueError(f"not a valid regular expression: {error}") from None
    return regex


def shaped(pattern: str, words: str) -> Any:
    """The field of a text that matches a `pattern`, which `words` say to an operator: after "write …".

    Editors show them as well (``patternErrorMessage`` of the JSON Schema language server).
    """
    return Field(pattern=pattern, json_schema_extra={"patternErrorMessage": f"write {words}"})


Sha256 = Annotated[
    str, shaped(r"^[0-9a-f]{64}$", "the 64 digits and letters a to f of a SHA-256, as 'sha256sum' prints them")
]

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}")


def _name(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise ValueError(f"{name!r} is no valid name; use letters, digits, '.', '_' and '-'")
    return name


VARIABLE = re.compile(r"[A-Z_][A-Z0-9_]*")
"""An environment variable as they are usually named. Anything else may be a secret that somebody put in its place."""

_ANY_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def variable_shown(name: str) -> str:
    """Return how an error calls an environment variable: by its name, unless that may be a secret."""
    return f"environment variable {name}" if VARIABLE.fullmatch(name) else "the environment variable that is named here"


def _variable(name: str) -> str:
    if not _ANY_VARIABLE.fullmatch(name):
        raise ValueError(
            "is no name of an environment variable; put the secret into a variable or a file, and name that here"
        )
    return name


def _host(host: str) -> str:
    try:
        if _HOST.fullmatch(host) or ip_address(host):
            return host
    except ValueError:
        pass
    raise ValueError("must be an address or a name of this host alone; write the port into 'port', and no brackets")


_HOST = re.compile(r"(?:[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,252}))?")
"""A name, an address of IPv4, or nothing: every address."""


def _of_environment(written: object, info: ValidationInfo) -> object:
    """Read what is written as ``{env: VARIABLE}`` from the environment, which is the context of the validation."""
    if not isinstance(written, Mapping):
        return written
    variable = written.get("env")
    if len(written) != 1 or not isinstance(variable, str) or not variable:
        raise ValueError("must be a name or an environment variable that holds it; write a name, or {env: VARIABLE}")
    found = (info.context or {}).get(variable)
    if found is None:
        raise ValueError(f"{variable_shown(variable)} is not set; set it for the proxy and for every command")
    if not _NAME.fullmatch(name := str(found).strip()):
        raise ValueError(f"{variable_shown(variable)} holds no valid name; use letters, digits, '.', '_' and '-'")
    return name


def _of_people(found: ParticipantClass) -> ParticipantClass:
    if found is ParticipantClass.BOT:
        raise ValueError("a bot is told by its id on a roster alone, and has no default; name another class")
    return found


def _dated(instant: object) -> object:
    """Read an instant. Numbers, also in strings, would count as seconds since 1970, which hardly anybody means."""
    if not isinstance(instant, str | int | float):
        return instant
    try:
        if _INSTANT.fullmatch(written := str(instant)):
            return datetime.fromisoformat(written.upper())
    except ValueError:
        pass
    raise PydanticCustomError("instant_form", "give the instant as RFC 3339 does: 2026-03-02T10:00:00Z")


def _in_utc(instant: datetime) -> datetime:
    try:
        return instant.astimezone(UTC) and instant
    except OverflowError:
        raise ValueError("in UTC this is no date of the years 1 to 9999") from None


ClassOfPeople = Annotated[ParticipantClass, AfterValidator(_of_people)]
"""A class for participants who are not identified by id."""

_INSTANT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?(?:[Zz]|[+-][0-9]{2}:?[0-9]{2})?"
)
Name = Annotated[str, AfterValidator(_name)]
PurposeName = Annotated[str, AfterValidator(_purpose)]
Kind = Annotated[str, AfterValidator(_kind)]
Regex = Annotated[str, AfterValidator(_pattern)]
VariableName = Annotated[str, AfterValidator(_variable)]
Host = Annotated[str, AfterValidator(_host)]
Port = Annotated[int, Field(ge=0, le=65535)]
Share = Annotated[float, Field(ge=0, le=1)]
Seconds = Annotated[float, Field(gt=0, le=86400)]
Instant = Annotated[AwareDatetime, BeforeValidator(_dated), AfterValidator(_in_utc)]
"""An instant as in RFC 3339 with a time zone, whose date in UTC is valid, so that it can be stored."""
Bytes = Annotated[int, Field(gt=0, le=1 << 30)]


class Section(BaseModel):
    """Base of all sections. It forbids unknown fields and changes after loading."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class FromEnvironment(Section):
    """The environment variable that holds a value, where each of several proxies has one of its own."""

    env: Annotated[str, Field(min_length=1)]


ProxyName = Annotated[
    str, BeforeValidator(_of_environment, json_schema_input_type=str | FromEnvironment), AfterValidator(_name)
]
"""A name that tells one of several proxies with one configuration from the others: written, or ``{env: VARIABLE}``."""


def is_loopback(host: str) -> bool:
    """Return whether a host, by name or address, is this machine alone."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


_ANYWHERE = ("0.0.0.0", "::", "")  # noqa: S104 - what is compared with


class ListenerTls(Section):
    """The certificate of a listener, which then takes TLS 1.2 or newer and nothing else."""

    certificate: str
    """The chain in PEM, that of the host first."""
    key: str | None = None
    """Its private key in PEM, without a password. None: it is in the same file."""


class ClientsTls(ListenerTls):
    """As `ListenerTls`, for the listener of meeting clients, which may present certificates of their own."""

    client_authorities: str | None = None
    """Certificates in PEM of those who sign clients' certificates. None: clients are not asked for one."""


class Listener(Section):
    """An address to listen on."""

    host: Host = "127.0.0.1"
    port: Port
    tls: ListenerTls | None = None

    def clashes(self, other: Listener) -> bool:
        """Return whether both cannot listen at once. Port 0 is a free one for each."""
        same_host = self.host == other.host or self.host in _ANYWHERE or other.host in _ANYWHERE
        return same_host and self.port == other.port != 0


class ClientsListener(Listener):
    """The address on which meeting clients connect."""

    port: Port = 8080
    tls: ClientsTls | None = None


def _network(written: str) -> str:
    try:
        network = ip_network(written)
    except ValueError:
        raise ValueError("must be an address or a network; write it as 10.0.0.5 or 10.0.0.0/24") from None
    if network.prefixlen == 0:
        raise ValueError("takes in every address, so anybody could be anybody; list those of the proxy in front")
    return str(network)


Network = Annotated[str, AfterValidator(_network)]
"""An address, or a network in CIDR notation; never all addresses."""


def is_within(address: str, networks: Iterable[str]) -> bool:
    """Whether an address is in one of these networks. IPv4 addresses count in their IPv6 form as well."""
    try:
        written = ip_address(address)
    except ValueError:
        return False
    known = getattr(written, "ipv4_mapped", None) or written
    return any(known in ip_network(each) for each in networks)


class FrontedListener(Listener):
    """An address on which browsers connect, perhaps through servers in front."""

    front_proxies: tuple[Network, ...] = ()
    """The addresses of those servers. From them alone ``X-Forwarded-For`` counts, for limits and for the ledger."""


class Secret(Section):
    """Where a secret is read from at start: an environment variable or a file, never the YAML itself."""

    env: VariableName | None = None
    file: str | None = None

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        if (self.env is None) == (self.file is None):
            raise ValueError("give exactly one of 'env' and 'file'")
        return self
