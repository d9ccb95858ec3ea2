"""What all requests with a JSON body have in common: reading, the model, identifiers, and the body that leaves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from proxy.dialects.base import ParsePolicy
from proxy.dialects.fields import string_at
from proxy.dialects.json_edits import Leaf, source_edits
from proxy.edits import apply_edits
from proxy.errors import ClientFault, OwnFault
from proxy.json_source import (
    JsonConstant,
    JsonDocument,
    JsonError,
    JsonMember,
    JsonObject,
    decode_utf8,
    read_json,
)
from proxy.model import Edit


@dataclass(frozen=True, slots=True)
class BodySource:
    """What rendering and answering need of a request: its text, where its slots are, and what is fixed already.

    `json_output`: the client asked for text that is JSON. `choices` and `include_usage` are for chat alone.
    """

    text: str
    leaves: tuple[Leaf, ...]
    fixed: tuple[Edit, ...]
    json_output: bool = False
    choices: int = 1
    include_usage: bool = False


def read_body(body: bytes, max_depth: int) -> JsonDocument:
    """The body as JSON; `ClientFault` if it is none."""
    try:
        return read_json(decode_utf8(body), max_depth=max_depth)
    except JsonError as error:
        raise ClientFault(error.reason, error.detail, where="body") from None


def render_body(source: BodySource, edits: Mapping[int, Sequence[Edit]]) -> bytes:
    """The outbound body. `OwnFault` if the edits do not fit the slots: nothing may leave half edited."""
    try:
        ordered = sorted([*source.fixed, *source_edits(source.text, source.leaves, edits)], key=lambda edit: edit[:2])
        return apply_edits(source.text, ordered).encode("utf-8")
    except ValueError:
        raise OwnFault("bad_edit", "the edits of a slot do not fit its text; nothing left", status=500) from None


def source_of(source: object, dialect: str) -> BodySource:
    """The source of a request; `OwnFault` if it is of another dialect."""
    if not isinstance(source, BodySource):
        raise OwnFault("foreign_request", f"a request of another dialect was given to {dialect}", status=500)
    return source


def allowed_model(body: JsonObject, policy: ParsePolicy) -> str:
    """The model that a request names; `ClientFault` for one that the recipient does not list."""
    model = string_at(body.get("model"), "model").text
    if policy.models is not None and model not in policy.models:
        raise ClientFault(
            "model_not_allowed", "ask for one of the models that the route's recipient lists", where="model"
        )
    if policy.models is None and "@" in model:
        # An address fits the pattern of a model's name, and nothing redacts a control.
        raise ClientFault(
            "model_not_allowed",
            "a model with '@' in its name must be listed by the route's recipient",
            where="model",
        )
    return model


def stripped_counts(members: Sequence[JsonMember], identifiers: frozenset[str]) -> dict[str, int]:
    """How many identifiers each cut field held; ``metadata`` counts its entries."""
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
