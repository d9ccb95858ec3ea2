"""Words planted anywhere in a request, and whether any of them is left in what would leave."""

import json
from dataclasses import dataclass, field

from dialects.chat_bodies import at, changed, everything_in, places
from dialects.dialect_fakes import inbound, respelled
from dialects.ollama_bodies import COMMON, GENERATE
from hypothesis import strategies as st

from proxy.dialects.base import ParsePolicy
from proxy.errors import ClientFault
from proxy.model import Edit

WORD, NUMBER, NAME = "Kwyjibo Quine", 15550142, "Kwyjibo_Quine"

planted_values = st.recursive(
    st.sampled_from([WORD, NUMBER, NAME]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from([WORD, NAME, "type", "properties", "text", "enum"]), inner, max_size=3)
        | inner.map(json.dumps)
    ),
    max_leaves=8,
)


OWN = {
    "anthropic-count-tokens": frozenset({"messages"}),
    "azure-chat": frozenset({"model", "messages", "user"}),
    "ollama-generate": GENERATE.keys() - COMMON.keys(),
}
"""Of dialects that read requests by another's code: members that they read themselves, and some that show that they do.

`test_dialect_canaries` holds that the other's code reads the rest. In the other's body every place is planted.
"""


def places_of(body, own=None):
    """Paths of the values in a body at which to plant; `own` as of a `Field`."""
    return (path for path in places(body) if own is None or (len(path) == 1 and path[0] in own))


def absent(left, *planted):
    return left is None or not any(str(canary) in left for canary in planted)


@dataclass
class Field:
    """A dialect, a body that uses all of it, and where it lets a patterned word or any number pass as a control."""

    dialect: object
    full: dict
    patterned: frozenset = frozenset()
    any_number: frozenset = frozenset()
    policy: ParsePolicy = field(default_factory=ParsePolicy)
    own: frozenset | None = None
    """Members of the body at which alone it is planted, and not below: all else is read by another dialect's code."""

    @property
    def places(self):
        return sorted(places_of(self.full, self.own), key=str)

    def survives(self, body):
        """What of a body is left when every slot's text was replaced; None if the request was refused.

        The fault of a refusal may not repeat what was planted.
        """
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        try:
            parsed = self.dialect.parse(inbound(raw), self.policy)
            edits = {slot.index: [Edit(0, len(slot.text), "X")] for slot in parsed.slots}
            left = self.dialect.render(parsed, edits)
        except ClientFault as fault:  # of rendering, too: what leaves may be too large
            told = f"{fault} {fault.where} {self.dialect.error(fault, None).body!r}"
            assert "Kwyjibo" not in told
            assert str(NUMBER) not in told
            return None
        return everything_in(json.loads(left))

    def plant(self, path):
        """Nothing that is planted in place of a value is left."""
        for planted in (
            WORD,
            [WORD],
            {WORD: WORD},
            {"type": "text", "text": WORD},
            {"type": WORD},
            json.dumps({WORD: [NUMBER]}),
        ):
            assert absent(self.survives(changed(self.full, path, planted)), WORD, NUMBER), planted
        if path not in self.any_number:
            for planted in (NUMBER, [NUMBER], {str(NUMBER): NUMBER}, NUMBER + 0.25):
                assert absent(self.survives(changed(self.full, path, planted)), NUMBER), planted
        if path[-1] not in self.patterned:
            assert absent(self.survives(changed(self.full, path, NAME)), NAME)

    def grow(self, path):
        """Nothing that is added to an object or a list is left."""
        holder = at(self.full, path)
        if isinstance(holder, dict):
            for added in ({WORD: 1}, {NAME: WORD}, {"title": NUMBER}, {"user": WORD}, {"description": WORD}):
                grown = {**holder, **added}
                left = self.survives(changed(self.full, path, grown) if path else grown)
                assert absent(left, WORD, NAME, NUMBER), added
        elif isinstance(holder, list):
            for added in (WORD, NUMBER, {WORD: NAME}, [WORD]):
                assert absent(self.survives(changed(self.full, path, [*holder, added])), WORD, NAME, NUMBER), added

    def plant_spelled(self, path, value, seed):
        """Nor a structure in whatever spelling."""
        body = respelled(changed(self.full, path, value), seed)
        assert absent(self.survives(body.encode()), WORD, NAME, NUMBER)

    @property
    def closed_places(self):
        """Places where neither a patterned word nor a number may pass."""
        return [path for path in self.places if path[-1] not in self.patterned and path not in self.any_number]
