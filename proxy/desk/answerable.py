"""Who can give which yes, as people and earlier records are on file. A refusal can always be given."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from proxy.consent.recordable import check_answerable
from proxy.consent.records import ConsentRecord, ConsentState
from proxy.desk.ports import OnFile
from proxy.errors import ClientFault
from proxy.model import Participant, ParticipantClass
from proxy.settings import ConsentSettings

KEY_PRESSED = "dtmf"
"""The method of a key pressed on a telephone."""

OF_PRESSES = "cr-dtmf-"
"""How the ids of records begin that a telephone service reported; their time is that of the key."""

BY_CHAT = "chat_keyword"
"""The method of an answer in the chat of a meeting."""

OF_CHATS = "cr-chat-"
"""How the ids of records begin that a bot in a chat reported; their time is that of the message."""

_AT_MOST_AS_STRONG = {KEY_PRESSED: (KEY_PRESSED,), BY_CHAT: (BY_CHAT, KEY_PRESSED)}
"""Methods by which somebody is not known for certain, each with those whose no it may take back."""

_NOES = (ConsentState.DENIED, ConsentState.WITHDRAWN)


async def check(
    held: OnFile,
    person: Participant | None,
    made: ConsentRecord,
    policy: ConsentSettings,
    earlier: Sequence[ConsentRecord] = (),
) -> None:
    """Raise `ClientFault` for a grant that this person, or whoever acts for them, cannot give.

    `person` is None if no roster has them; `earlier` are records of the same file, not on file yet. Reasons: those of
    `check_answerable`, ``unknown_participant`` or ``bot_not_asked`` for a guardian, ``on_behalf``,
    ``guardian_missing``, ``not_a_phone``, ``not_by_chat``, ``answer_outdated`` and ``answer_outweighed``.
    """
    check_answerable(person, made)
    if made.state is not ConsentState.GRANTED:
        return
    minor, weak = person is not None and person.minor, made.method in _AT_MOST_AS_STRONG
    if made.guardian:
        await check_guardian(held, person, made.actor, policy)
    if made.method == KEY_PRESSED:
        check_phone(person, "participant")
    if made.method == BY_CHAT:
        check_chat(person, "participant")
    if weak or (minor and not made.guardian):
        on_file = await held.consents.listed(participant=made.participant, purpose=made.purpose)
        same = [each for each in earlier if (each.participant, each.purpose) == (made.participant, made.purpose)]
        before = [*on_file, *same]
        if minor and not made.guardian:
            _check_own(made, before)
        if weak:
            _check_against(before, min(made.valid_from, made.recorded_at), _AT_MOST_AS_STRONG[made.method])


def check_phone(person: Participant | None, where: str) -> None:
    """Raise `ClientFault` (``not_a_phone``) unless a key counts for this person."""
    if person is None or person.participant_class is not ParticipantClass.PHONE:
        detail = "keys count for people of the class phone alone: a caller's name proves nobody; send them a link"
        raise ClientFault("not_a_phone", detail, status=409, where=where)


def check_chat(person: Participant | None, where: str) -> None:
    """Raise `ClientFault` (``not_by_chat``) unless somebody can say yes in a chat: a person of age."""
    nobody = (ParticipantClass.BOT, ParticipantClass.ROOM)
    if person is None or person.minor or person.members or person.participant_class in nobody:
        detail = "a minor, a room and a bot say no yes in a chat; for a minor, a guardian grants"
        raise ClientFault("not_by_chat", detail, status=409, where=where)


async def check_guardian(
    held: OnFile, person: Participant | None, guardian_id: str, policy: ConsentSettings
) -> Participant:
    """Return who can say yes for this person as a parent or guardian. Raises `ClientFault` as `check` does."""
    if person is not None and not person.minor and not policy.on_behalf:
        detail = "only the participant can say yes: they are no minor; consent.on_behalf would let others"
        raise ClientFault("on_behalf", detail, where="guardian")
    guardian = await held.people.by_id(guardian_id)
    if guardian is None:
        detail = "a guardian is a person on file; add them with 'meeting-proxy people add' first"
        raise ClientFault("unknown_participant", detail, status=404, where="actor")
    if guardian.participant_class in (ParticipantClass.BOT, ParticipantClass.ROOM):
        raise ClientFault("bot_not_asked", "a guardian is a person, and neither a bot nor a room", where="actor")
    if guardian.minor:
        raise ClientFault("guardian_missing", "a guardian is of age: name an adult", where="actor")
    return guardian


def _check_own(made: ConsentRecord, before: Sequence[ConsentRecord]) -> None:
    """A minor's own grant permits nothing; it only takes back their own refusal."""
    own = made.actor == made.participant
    if not own or not any(each.state in _NOES and each.actor == made.participant for each in before):
        raise ClientFault("guardian_missing", "they are a minor: a guardian has to grant", where="guardian")


def _check_against(before: Sequence[ConsentRecord], said_at: datetime, weak: Collection[str]) -> None:
    """Raise `ClientFault` if a grant by a key or a message would override a refusal that it must not override.

    Such a refusal is at least as new, or was given by a method that proves more: by none of those that are as `weak`.
    The time of a key is when it was pressed, that of a message when it was written.
    """
    if any(known.state in _NOES and _said_at(known) >= said_at for known in before):
        # The grant may have waited in a queue while the person changed their mind.
        raise ClientFault("answer_outdated", "a later no of this person is on file; ask again", status=409)
    latest = {(k.scope, k.scope_id, k.recipient): k for k in before if k.method not in weak}
    if any(known.state in _NOES for known in latest.values()):
        detail = "a no that this person gave by other means is on file; only such means take it back"
        raise ClientFault("answer_outweighed", detail, status=409)


def _said_at(record: ConsentRecord) -> datetime:
    return record.valid_from if record.id.startswith((OF_PRESSES, OF_CHATS)) else record.recorded_at
