"""What one request is judged with: made once, when its caller is admitted, and passed to each step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from proxy.dialects.base import Dialect, ParsePolicy
from proxy.model import Inbound
from proxy.redaction.anonymizer import BY_OPERATOR, Act, Operation
from proxy.settings import FETCHING, Operated, Profile, Settings
from proxy.steps.call import Call


@dataclass(frozen=True, slots=True)
class Context:
    """One request, its caller and route, and the settings under which it is judged.

    `from_prefix` is the meeting that its path began with. What a request says of itself is read by the step that needs
    it; errors are raised there.
    """

    settings: Settings
    call: Call
    dialect: Dialect
    inbound: Inbound
    from_prefix: str | None = None
    operations: Mapping[str, Operation] = field(default_factory=dict)
    """The operations with parameters that the route's actions use, by kind, with classes and keys loaded."""

    @property
    def fetches(self) -> bool:
        """Whether the request asks for the reply of a job."""
        return self.call.route.dialect in FETCHING

    @property
    def policy(self) -> ParsePolicy:
        """What the body may ask for."""
        recipient = self.call.recipient
        return ParsePolicy(
            self.settings.limits.json_depth,
            recipient.models,
            recipient.store,
            frozenset(self.call.route.controls),
            self.call.job,
        )

    @property
    def profile(self) -> Profile:
        """How the client lays out its messages."""
        return self.settings.profile_of(self.call.client)

    @property
    def last_is_typed(self) -> bool:
        """Whether the client's user types its last message to the model."""
        return self.call.client.last_message == "typed"

    @property
    def opaque_is_instruction(self) -> bool:
        """Whether a message without a speaker counts as the client's instruction."""
        return (self.call.route.unattributed or self.settings.consent.unattributed) == "instructions"

    @property
    def only_listed(self) -> bool:
        """Whether only what the client's profile lists counts as instruction."""
        return (self.call.route.instructions or self.settings.consent.instructions) == "listed"

    @property
    def actions(self) -> dict[str, Act]:
        """The action for each kind of finding."""
        written = self.settings.actions_of(self.call.route)
        return {
            kind: self.operations[kind] if isinstance(act, Operated) or act in BY_OPERATOR else act
            for kind, act in written.items()
        }

    @property
    def configured(self) -> frozenset[str]:
        """Values in the outbound request that the operator configured; the last check accepts them unchanged."""
        recipient = self.call.recipient
        return frozenset((*(recipient.models or ()), recipient.base_url, *self.call.route.controls))
