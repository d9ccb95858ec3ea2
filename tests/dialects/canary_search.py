"""Plants words everywhere in a request of any dialect, and looks for them in what would leave."""

import json
from dataclasses import dataclass

from chat_bodies import at, changed, everything_in, places
from dialect_fakes import inbound

from proxy import dialects
from proxy.dialects.base import ParsePolicy
from proxy.errors import ClientFault
from proxy.model import Edit

WORD, NUMBER, NAME = "Kwyjibo Quine", 15550142, "Kwyjibo_Quine"
VALUES = (
    WORD,
    [WORD],
    {WORD: WORD},
    {"type": "text", "text": WORD},
    {"type": WORD},
    json.dumps({WORD: [NUMBER]}),
)
NUMBERS = (NUMBER, [NUMBER], {str(NUMBER): NUMBER}, NUMBER + 0.25)
MEMBERS = ({WORD: 1}, {NAME: WORD}, {"title": NUMBER}, {"user": WORD}, {"description": WORD}, {"cache_control": WORD})
ITEMS = (WORD, NUMBER, {WORD: NAME}, [WORD], {"type": "text", "text": WORD})


@dataclass(frozen=True)
class Planting:
    """A dialect and a request of it that uses every field.

    `patterned` are controls that a word of letters fits (the operator lists the models, ids are made by the
    recipient); `any_number` are paths of controls that take any number.
    """

    dialect: str
    full: dict
    patterned: frozenset[str] = frozenset({"model", "id", "tool_use_id", "tool_call_id"})
    any_number: frozenset[tuple] = frozenset()

    @property
    def places(self):
        """Paths of all values, in a fixed order."""
        return sorted(places(self.full), key=str)

    def survives(self, body):
        """What of a body is left when every slot's text was replaced; None if the request was refused.

        The fault of a refusal may not repeat what was planted.
        """
        dialect = dialects.dialect_named(self.dialect)
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        try:
            parsed = dialect.parse(inbound(raw), ParsePolicy())
        except ClientFault as fault:
            told = f"{fault} {fault.where} {dialect.error(fault, None).body!r}"
            assert "Kwyjibo" not in told
            assert str(NUMBER) not in told
            return None
        edits = {slot.index: [Edit(0, len(slot.text), "X")] for slot in parsed.slots}
        return everything_in(json.loads(dialect.render(parsed, edits)))

    def planted_values(self, path):
        """What is put in the place of the value at `path`."""
        yield from VALUES
        if path not in self.any_number:
            yield from NUMBERS
        if path[-1] not in self.patterned:
            yield NAME

    def with_value(self, path, planted):
        """The request with another value at a path."""
        return changed(self.full, path, planted)

    def grown(self, path):
        """The request with one more member or item in the container at `path`, in every way."""
        holder = at(self.full, path)
        if isinstance(holder, dict):
            found = [{**holder, **added} for added in MEMBERS]
        elif isinstance(holder, list):
            found = [[*holder, added] for added in ITEMS]
        else:
            found = []
        yield from (changed(self.full, path, value) if path else value for value in found)


def absent(left):
    """Whether nothing planted is left."""
    return left is None or not any(canary in left for canary in (WORD, NAME, str(NUMBER)))
