"""Read vCon (draft-ietf-vcon-vcon-core, 0.4.0): parties, dialogs, analyses and attachments, linked by indices.

A consent attachment that says no is an objection of its party (draft-howe-vcon-lawful-basis, draft-howe-vcon-consent);
one that says yes, or that is only pending, says nothing: a yes is a record here. What cannot be read counts as a no.

A text dialog is its party's; an analysis body that repeats the transcript is split by who said it. What cannot be
inspected is always cut: recordings and references to them, encoded bodies, attachments, extensions. Everything keeps
its index, as an empty placeholder. If anything is changed, the vCon says so: `redacted` names the original by its uuid,
and the copy has its own uuid, derived from that one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from uuid import UUID, uuid5

from proxy.formats import vendors as known
from proxy.formats.json_parts import NotRead, Voice, values
from proxy.formats.json_turns import Script, Turn, card_of, is_script, read_script
from proxy.json_source import (
    JsonArray,
    JsonConstant,
    JsonError,
    JsonNumber,
    JsonObject,
    JsonString,
    JsonValue,
    read_json,
)
from proxy.model import Edit, label_form

NAME = "vcon"
WHERE = "vcon"

_NAMES = frozenset({"tel", "sip", "mailto", "name", "did", "id", "mpp_participant"})
_CUT = frozenset({"stir", "gmlpos", "civicaddress", "jcard", "contact_list", "meta", "url", "filename", "content_hash",
                  "signature", "alg", "campaign", "interaction_id", "skill", "message_id", "session_id", "thumbnail",
                  "group", "tags", "application"})  # fmt: skip
_FIXED = frozenset({"vcon", "type", "purpose", "encoding", "mediatype", "mimetype", "disposition", "role", "timezone",
                    "validation", "vendor", "product", "schema", "event", "extensions", "critical", "must_support",
                    "interaction_type", "codec", "resolution"})  # fmt: skip
_OF = {
    "encoding": frozenset({"none", "json", "base64url", "base64"}),
    "disposition": frozenset({"no-answer", "congestion", "failed", "busy", "hung-up", "voicemail-no-message"}),
    "event": frozenset(
        {"join", "drop", "hold", "unhold", "mute", "unmute", "keydown", "keyup", "join-conf", "leave-conf"}
    ),
}
"""The values that the draft allows for a field."""
_DIALOGS = frozenset({"recording", "text", "transfer", "incomplete", "video", "audio"})
_MEDIA = re.compile(r"(?:text|audio|video|image|application|multipart|message)/[a-z0-9.+-]{1,30}")
_ZONE = re.compile(
    r"(?:[A-Z][A-Za-z]{1,10}/)?[A-Z][A-Za-z]{1,15}(?:[_/-][A-Z][A-Za-z]{1,15}){0,2}|[+-][0-9]{2}:?[0-9]{2}"
)
_MOST_WORDS = 2
"""Maximum words in the name of a product or a kind; parts with a digit do not count as words."""
_TIMES = frozenset({"start", "created_at", "updated_at", "time"})
_PLAIN = frozenset({"parties", "originator", "duration", "party", "dialog", "party_history", "transferee", "transferor",
                    "transfer_target", "original", "consultation", "target_dialog", "bitrate"})  # fmt: skip
_APART = frozenset({"type", "encoding", "mediatype", "mimetype"})
"""How a body is to be read, which reveals nothing about its content."""
_TEXT = frozenset({"subject", "title", "body"})
_CONSENT = frozenset({"lawful_basis", "consent"})
_NO_OBJECTION = frozenset({"granted", "given", "pending"})
_DEEPEST = 20
EVERYTHING = "*"
"""In place of a purpose, an objection to every one."""
_LINKS = ("redacted", "amended", "appended")
_TOP = frozenset({"uuid", "dialog", "analysis", "attachments", *_LINKS})
KEYS = _NAMES | _CUT | _FIXED | _TIMES | _PLAIN | _TEXT | _TOP
_SIGNS = re.compile(r"[^A-Za-z0-9]+")
_PLAIN_ENCODINGS = (None, "", "none")


def is_vcon(root: JsonValue) -> bool:
    """Whether this is an unsigned, unencrypted vCon."""
    if not isinstance(root, JsonObject) or not isinstance(root.get("parties"), JsonArray):
        return False
    return any(isinstance(root.get(key), JsonArray) for key in ("dialog", "analysis", "attachments"))


def read_vcon(root: JsonObject, labels: frozenset[str]) -> Script:
    """All that a vCon says. Raises `NotRead` for an unknown key."""
    script = Script(kind=NAME, people=frozenset(map(label_form, labels)))
    parties = [_party(party, labels) for party in _items(root, "parties")]
    script.voices = tuple(name for name in parties if name)
    people = [party for party in _items(root, "parties") if isinstance(party, JsonObject)]
    script.cards = [card for party in people for card in card_of(party)]
    for key, value in _members(root):
        if key in ("dialog", "analysis", "attachments", "parties"):
            for item in value.items if isinstance(value, JsonArray) else ():
                _entry(item, key, parties, script)
        elif key not in (*_LINKS, "uuid"):
            _member(key, value, script)
    script.finish = tuple(_redacted(root))
    script.objecting = _objecting(root, parties)
    return script


def _objecting(root: JsonObject, parties: Sequence[str | None]) -> dict[str, tuple[str, ...]]:
    """The parties who object, by label, and to what; an attachment of no certain party is everybody's."""
    found: dict[str, tuple[str, ...]] = {}
    for item in (each for each in _items(root, "attachments") if isinstance(each, JsonObject)):
        kinds = {value.text for key in ("purpose", "type") if isinstance(value := item.get(key), JsonString)}
        if kinds.isdisjoint(_CONSENT):
            continue
        index = item.get("party")
        known = isinstance(index, JsonNumber) and index.literal.isdecimal() and len(index.literal) < 7
        at = int(index.literal) if known and isinstance(index, JsonNumber) else len(parties)
        objections = _noes(item)
        for label in (parties[at],) if at < len(parties) else parties:
            if label is not None and objections:
                found[label] = (*found.get(label, ()), *objections)
    return found


def _noes(attachment: JsonObject) -> tuple[str, ...]:
    """The purposes to which an attachment says no; everything, if it cannot be read."""
    body = attachment.get("body")
    if isinstance(body, JsonString):
        body = _parsed(body.text)
    holder = body if isinstance(body, JsonObject) else attachment
    listed = next((value for key in ("purpose_grants", "consents") if (value := holder.get(key)) is not None), None)
    if not isinstance(listed, JsonArray) or not all(isinstance(each, JsonObject) for each in listed.items):
        return (EVERYTHING,)
    return tuple(
        purpose.text if isinstance(purpose := said.get("purpose"), JsonString) else EVERYTHING
        for said in listed.items
        if isinstance(said, JsonObject) and not _is_no_objection(said)
    )


def _is_no_objection(said: JsonObject) -> bool:
    """Whether everything that an entry says of its state is a yes, or that no answer is there yet."""
    told = [value for key in ("granted", "status", "consent", "value") if (value := said.get(key)) is not None]
    return bool(told) and all(
        value.text.lower() in _NO_OBJECTION
        if isinstance(value, JsonString)
        else isinstance(value, JsonConstant) and value.value is True
        for value in told
    )


def _parsed(text: str) -> JsonValue | None:
    """The JSON in a text; None if it is none that can be read."""
    try:
        return read_json(text, max_depth=_DEEPEST).root
    except JsonError:
        return None


def _entry(item: JsonValue, section: str, parties: Sequence[str | None], script: Script) -> None:
    if not isinstance(item, JsonObject):
        script.cut += _cut(item)
        return
    for key, value in _members(item):
        if key == "body" and section != "parties":
            _body(item, value, section, parties, script)
        elif key == "party_history":
            for part in value.items if isinstance(value, JsonArray) else ():
                _entry(part, "parties", parties, script)
        else:
            _member(key, value, script, section)


def _member(key: str, value: JsonValue, script: Script, section: str = "") -> None:
    if key in _CUT or _has_objects(value):
        script.cut += _cut(value)
        return
    for string in values(value):
        if key in _NAMES:
            script.names.append(string)
        elif not _holds_no_words(key, string.text, section):
            script.nobody.append(string)


def _holds_no_words(key: str, value: str, section: str) -> bool:
    """Whether the string under a key has the expected form, and so says nothing."""
    if key in _TIMES:
        return known.is_time(value)
    if key not in _FIXED:
        return known.holds_no_words(key, value)
    if section == "dialog" and key == "type":
        return value in _DIALOGS
    if key in ("mediatype", "mimetype"):
        return _MEDIA.fullmatch(value) is not None and _words(value) <= _MOST_WORDS + 1
    if key == "timezone":
        return _ZONE.fullmatch(value) is not None
    return value in _OF[key] if key in _OF else known.is_fixed(value) and _words(value) <= _MOST_WORDS


def _words(token: str) -> int:
    return sum(part.isalpha() for part in _SIGNS.split(token))


def _has_objects(value: JsonValue) -> bool:
    """Whether a value contains objects, whose keys no list has."""
    return isinstance(value, JsonObject) or (isinstance(value, JsonArray) and any(map(_has_objects, value.items)))


def _told_beside(item: JsonObject) -> Iterator[JsonNumber | JsonString]:
    """Numbers and fixed words of a dialog that may reveal what was said in it: they are removed with its words."""
    for key, value in _members(item):
        if key in _FIXED - _APART or (key in _TIMES and isinstance(value, JsonNumber)) or key == "bitrate":
            numbers = [value] if isinstance(value, JsonNumber) else []
            yield from numbers
            yield from (each for each in values(value) if _holds_no_words(key, each.text, "dialog"))


def _body(item: JsonObject, value: JsonValue, section: str, parties: Sequence[str | None], script: Script) -> None:
    """Read the body of a dialog or an analysis; bodies in any other form, and those of attachments, are cut."""
    encoding = item.get("encoding")
    plain = (encoding.text if isinstance(encoding, JsonString) else None) in _PLAIN_ENCODINGS
    kind = item.get("type")
    named = kind.text if isinstance(kind, JsonString) else ""
    match value:
        case JsonString() if plain and section == "dialog" and named == "text":
            turn = Turn(_speaker(item, parties), section, [item], texts=[value], keys=["body"])
            turn.measures = list(_told_beside(item))
            script.turns.append(turn)
        case JsonString() if plain and section == "analysis" and "transcript" in named:
            script.bodies.append(value)
        case JsonString() if plain and section == "analysis":
            script.nobody.append(value)
        case JsonArray() | JsonObject() if section == "analysis":
            _structured(value, parties, script)
        case _:
            script.cut += _cut(value)


def _structured(value: JsonArray | JsonObject, parties: Sequence[str | None], script: Script) -> None:
    """Read a JSON analysis: turns by party or by label, or a text that repeats the dialogs; anything else is cut."""
    try:
        inner = read_script(value, script.people)
    except NotRead:
        script.cut += _cut(value)
        return
    if not (inner.turns or inner.copies) and not is_script(value):
        script.cut += _cut(value)
        return
    for turn in inner.turns:
        if turn.voice.name is None or turn.voice.label is None:
            turn.voice = _speaker(turn.timed[0], parties) if turn.timed else Voice(None)
    script.turns += inner.turns
    script.copies += [(copy, range(0)) for copy, _ in inner.copies]
    script.lists += inner.lists
    script.counts += inner.counts
    script.cut += inner.cut
    script.names += inner.names
    script.nobody += inner.nobody


def _speaker(item: JsonObject, parties: Sequence[str | None]) -> Voice:
    """The party who said something: the originator, else the one party, else the first of a dialog's parties.

    An originator who is not among these, or is no number, is nobody.
    """
    others, originator = item.get("parties"), item.get("originator")
    absent = originator is None or (isinstance(originator, JsonConstant) and originator.value is None)
    if not absent and not isinstance(originator, JsonNumber):
        return Voice(None)
    if isinstance(others, JsonArray) and isinstance(originator, JsonNumber):
        literals = {other.literal for other in others.items if isinstance(other, JsonNumber)}
        if literals and originator.literal not in literals:
            return Voice(None)
    for key in ("originator", "parties", "party", "speaker"):
        value = item.get(key)
        if isinstance(value, JsonArray) and value.items:
            value = value.items[0]
        if isinstance(value, JsonNumber):
            index = int(value.literal) if value.literal.isdecimal() and len(value.literal) < 7 else len(parties)
            return Voice(parties[index]) if index < len(parties) else Voice(None)
    return Voice(None)


def _party(party: JsonValue, labels: frozenset[str]) -> str | None:
    """The label of a party: one that the roster knows, otherwise its name."""
    if not isinstance(party, JsonObject):
        return None
    told = [value.text.strip() for key in ("name", "tel", "mailto") if isinstance(value := party.get(key), JsonString)]
    told = [label.removeprefix("mailto:") for label in told if label]
    return next((label for label in told if label in labels), told[0] if told else None)


def _items(root: JsonObject, key: str) -> tuple[JsonValue, ...]:
    value = root.get(key)
    return value.items if isinstance(value, JsonArray) else ()


def _members(value: JsonObject) -> Iterator[tuple[str, JsonValue]]:
    for member in value.members:
        if member.key.text not in KEYS:
            raise NotRead(
                "unknown_field",
                member.key.start,
                "a field is not one of vCon 0.4; leave it out: it could hold words",
            )
        yield member.key.text, member.value


def _cut(value: JsonValue) -> list[Edit]:
    """A source edit that empties a value, unless it is empty already."""
    empty = {JsonString: '""', JsonArray: "[]", JsonObject: "{}"}.get(type(value))
    full = value.text if isinstance(value, JsonString) else values(value)
    return [Edit(value.start, value.end, empty)] if empty is not None and (full or _holds(value)) else []


def _holds(value: JsonValue) -> bool:
    return bool(value.items if isinstance(value, JsonArray) else isinstance(value, JsonObject) and value.members)


def _redacted(root: JsonObject) -> Iterator[Edit]:
    """Edits that mark a changed vCon as a redacted copy."""
    uuid = root.get("uuid")
    origin: dict[str, str] = {}
    if isinstance(uuid, JsonString):
        try:
            new = uuid5(UUID(uuid.text), "redacted by meeting-privacy-proxy")
        except ValueError:
            yield Edit(uuid.start, uuid.end, '""')
        else:
            origin = {"uuid": str(UUID(uuid.text))}
            yield Edit(uuid.start, uuid.end, f'"{new}"')
    told = json.dumps({**origin, "type": "consent"}, separators=(",", ":"))
    links = [member for member in root.members if member.key.text in _LINKS]
    for number, member in enumerate(links):
        if number == 0:
            yield Edit(member.key.start, member.key.end, '"redacted"')
        yield Edit(member.value.start, member.value.end, told if number == 0 else "{}")
    if not links:
        end = root.members[-1].value.end
        yield Edit(end, end, f',"redacted":{told}')
