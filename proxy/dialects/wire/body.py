"""The half of a dialect that is the same for all APIs whose requests are JSON (`JsonBody`).

It covers reading the body, checking the model, counting identifiers, rendering the outbound body, and choosing the
reader of a reply. `source_of` and `edited` serve dialects with other bodies too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from proxy.dialects.base import ParsedRequest, ParsePolicy, ReplyRewriter, RestorerFactory
from proxy.dialects.wire.fields import MODEL, array_at, is_null, matching, string_at
from proxy.dialects.wire.json_edits import Leaf, source_edits
from proxy.dialects.wire.reply import JSON_TYPE, accepted_type, only_offered, reader_of
from proxy.errors import ClientFault, OwnFault
from proxy.json_source import JsonConstant, JsonDocument, JsonError, JsonMember, JsonObject, decode_utf8, read_json
from proxy.model import Edit, Inbound, apply_edits

Source = TypeVar("Source")


def source_of(parsed: ParsedRequest, kind: type[Source], dialect: str) -> Source:
    """What the dialect kept of a request. Raises `OwnFault` if the request belongs to another dialect."""
    if not isinstance(parsed.source, kind):
        raise OwnFault("foreign_request", f"a request of another dialect was given to {dialect}", status=500)
    return parsed.source


def edited(text: str, edits: Sequence[Edit]) -> bytes:
    """A slot's text with its edits, in UTF-8. Raises `OwnFault` if they do not fit, so nothing leaves half edited."""
    try:
        return apply_edits(text, edits).encode("utf-8")
    except ValueError:
        raise bad_edit() from None


def bad_edit(what: str = "the edits of a slot do not fit its text") -> OwnFault:
    """The fault for edits that do not belong to the request."""
    return OwnFault("bad_edit", f"{what}; nothing left", status=500)


@dataclass(frozen=True, slots=True)
class BodySource:
    """What rendering and answering need from a request: its text, its leaves (one for each slot), and fixed edits.

    `fixed` holds edits that do not depend on the slots. `json_output`: the client asked for text that is JSON.
    `offered`: the names of the tools that the request offers. Only chat uses `choices` and `include_usage`.
    """

    text: str
    leaves: tuple[Leaf, ...]
    fixed: tuple[Edit, ...]
    json_output: bool = False
    offered: frozenset[str] = frozenset()
    choices: int = 1
    include_usage: bool = False


class JsonReader(Protocol):
    """Makes the rewriter for one kind of reply. `json_output`: the client asked for text that is JSON."""

    def __call__(self, restorers: RestorerFactory, *, json_output: bool) -> ReplyRewriter:
        """Make the rewriter."""


class JsonBody:
    """The half of a dialect that is the same for all APIs whose requests are JSON. `parse` keeps a `BodySource`."""

    name: str
    media_type = JSON_TYPE
    readers: Mapping[str, JsonReader]
    """The reader for each media type of a reply. The type that arrived decides, whatever the client asked for."""
    otherwise: str
    """How a fault describes a reply of any other type."""

    def render(self, parsed: ParsedRequest, edits: Mapping[int, Sequence[Edit]]) -> bytes:
        """The outbound body. Raises `OwnFault` if the edits do not fit the slots, so nothing leaves half edited."""
        return render_body(source_of(parsed, BodySource, self.name), edits)

    def content_type(self, parsed: ParsedRequest) -> str:  # noqa: ARG002 - the same for every request
        """Content type of the outbound body."""
        return JSON_TYPE

    def rewriter(self, parsed: ParsedRequest, content_type: str, restorers: RestorerFactory) -> ReplyRewriter:
        """A rewriter for a reply of this content type. Raises `UpstreamFault` if the dialect has none."""
        source = source_of(parsed, BodySource, self.name)
        reader = reader_of(content_type, self.readers, self.otherwise)
        return reader(only_offered(restorers, source.offered), json_output=source.json_output)


def read_body(inbound: Inbound, policy: ParsePolicy) -> JsonDocument:
    """The body as JSON. Raises `ClientFault` if it is not JSON, or declares another media type."""
    accepted_type(inbound, (JSON_TYPE,))
    try:
        return read_json(decode_utf8(inbound.body), max_depth=policy.max_depth)
    except JsonError as error:
        raise ClientFault(error.reason, error.detail, where="body") from None


def render_body(source: BodySource, edits: Mapping[int, Sequence[Edit]]) -> bytes:
    """The outbound body. Raises `OwnFault` if the edits do not fit the slots, so nothing leaves half edited."""
    try:
        ordered = sorted([*source.fixed, *source_edits(source.text, source.leaves, edits)], key=lambda edit: edit[:2])
        return apply_edits(source.text, ordered).encode("utf-8")
    except ValueError:
        raise bad_edit() from None


def allowed_model(body: JsonObject, policy: ParsePolicy) -> str:
    """The model that a request names. Raises `ClientFault` for a model that the recipient does not list."""
    return _listed_model(string_at(body.get("model"), "model").text, policy, "model")


def further_models(body: JsonObject, policy: ParsePolicy) -> None:
    """Check ``models``, in which a request names fallback models."""
    models = body.get("models")
    if models is None or is_null(models):
        return
    for number, item in enumerate(array_at(models, "models").items):
        place = f"models[{number}]"
        _model_name(item, place)
        _listed_model(string_at(item, place).text, policy, place)


_model_name = matching(MODEL, "a model name")


def _listed_model(model: str, policy: ParsePolicy, where: str) -> str:
    if policy.models is not None and model not in policy.models:
        raise ClientFault(
            "model_not_allowed", "ask for one of the models that the route's recipient lists", where=where
        )
    if policy.models is None and "@" in model:
        # An e-mail address fits the pattern of a model name, and controls are not redacted.
        raise ClientFault(
            "model_not_allowed",
            "a model with '@' in its name must be listed by the route's recipient",
            where=where,
        )
    return model


def stripped_counts(members: Sequence[JsonMember], identifiers: frozenset[str]) -> dict[str, int]:
    """How many identifiers each cut field held. ``metadata`` counts its entries."""
    counts = {}
    for member in members:
        if member.key.text in identifiers:
            held = member.value
            counts[member.key.text] = len(held.members) if isinstance(held, JsonObject) else 1
    return counts


def is_true(value: object, name: str) -> bool:
    """Whether `value` is an object whose member `name` is ``true``."""
    flag = value.get(name) if isinstance(value, JsonObject) else None
    return isinstance(flag, JsonConstant) and flag.value is True
