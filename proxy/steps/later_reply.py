"""What is kept of an exchange: for a reply that arrives later, and for a reply that the client may repeat.

For a reply that arrives later, pseudonyms and the consent that was asked are written as JSON, sealed and kept by the
edge (`ports.LaterReplies`), and read again when the reply is fetched. For a reply that may be repeated, digests and
that consent are kept (`ports.DerivedTexts`). No word of what was said is kept.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from types import MappingProxyType

from proxy.attribution.returned_text import digests
from proxy.audit.events import ExchangeFacts
from proxy.consent.decide import Decision, Speech
from proxy.consent.verdicts import read, written
from proxy.errors import OwnFault, Refusal
from proxy.model import WITHHELD_JOB, GivenBack
from proxy.redaction.pseudonyms import PseudonymMap
from proxy.settings import Settings
from proxy.steps.call import Call
from proxy.steps.consultation import AdmittedSpeech, still_stands

_FACTS = ("exchange", "route", "purpose", "recipient_host", "recipient_port", "terms_version", "meeting")


@dataclass(frozen=True, slots=True)
class KeptExchange:
    """What the later exchange needs of the first: its facts, the speech it carried, and its pseudonyms."""

    first: ExchangeFacts
    speeches: tuple[Speech, ...]
    pseudonyms: PseudonymMap


def kept_bytes(facts: ExchangeFacts, admitted: AdmittedSpeech | None, pseudonyms: PseudonymMap) -> bytes:
    """Serialize what is kept of an exchange as ASCII JSON; originals may hold any character."""
    speeches = admitted.speeches if admitted is not None else ()
    return json.dumps(
        {
            "first": {name: getattr(facts, name) for name in _FACTS},
            "speeches": [written(speech) for speech in speeches],
            "originals": dict(pseudonyms.originals),
            "bracketed": sorted(pseudonyms.bracketed),
            "split": sorted(pseudonyms.split),
            "addresses": sorted(pseudonyms.addresses),
            "spelled": {address: list(said.items()) for address, said in pseudonyms.spelled.items()},
        }
    ).encode("ascii")


def kept_of(raw: bytes) -> KeptExchange:
    """Read what `kept_bytes` wrote. Raises `OwnFault` for anything else, such as the data of another version."""
    try:
        held = json.loads(raw)
        return KeptExchange(
            first=ExchangeFacts(**{name: held["first"][name] for name in _FACTS}),
            speeches=tuple(read(each) for each in held["speeches"]),
            pseudonyms=PseudonymMap(
                MappingProxyType(held["originals"]),
                bracketed=frozenset(held["bracketed"]),
                # An earlier version kept none of these: then nothing is restored in addresses.
                split=frozenset(held.get("split", ())),
                addresses=frozenset(held.get("addresses", ())),
                spelled={address: dict(said) for address, said in held.get("spelled", {}).items()},
            ),
        )
    except (ValueError, LookupError, TypeError, AttributeError):
        raise OwnFault(
            "job_unreadable", "what was kept of this job is of another version; send the meeting again"
        ) from None


def people_of(admitted: AdmittedSpeech | None) -> tuple[str, ...]:
    """Everybody who may occur in what is kept: the speakers, and the roster, whose names may be in the map."""
    if admitted is None or admitted.question.meeting is None:
        return ()
    present = (participant.id for participant in admitted.question.meeting.roster.participants)
    spoke = (speech.participant for speech in admitted.speeches if speech.participant is not None)
    return tuple(sorted({*present, *spoke}))


def given_back(
    facts: ExchangeFacts, admitted: AdmittedSpeech | None, texts: Iterable[str], key: bytes, asked: Iterable[str] = ()
) -> GivenBack:
    """What is kept of a reply whose `texts` a client was given: their digests, and the speech it rests on.

    `asked` is what the client had said in its own words. A chain of replies is traced to what people said.
    """
    said = admitted.speeches if admitted is not None else ()
    leaves = dict.fromkeys(
        replace(part, characters=0)
        for speech in said
        for part in ((speech,) if speech.rests_on is None else speech.rests_on)
    )
    return GivenBack(
        client=facts.client or "",
        meeting=facts.meeting or "",
        exchange=facts.exchange,
        people=people_of(admitted),
        speeches=json.dumps([written(speech) for speech in leaves]).encode("ascii"),
        digests=digests(texts, key, asked),
    )


def job_asked_for(call: Call) -> str:
    """Return the job whose reply a call asks for. Raises `Refusal` for a job of a request that never left."""
    job = call.job or ""
    if job.startswith(WITHHELD_JOB):
        detail = "the request was refused, and nothing of it left; 'meeting-proxy ledger show' has the reason under "
        raise Refusal("job_withheld", f"{detail}the id of its exchange")
    return job


def refuse_if_changed(settings: Settings, call: Call, first: ExchangeFacts, now: ExchangeFacts) -> None:
    """Raise `Refusal` if the client may no longer use the route, or the recipient's address or terms changed."""
    routes = [
        route for route in settings.routes if route.name == first.route and route.recipient == call.route.recipient
    ]
    if not any(route.enabled and route.name in call.client.routes for route in routes):
        raise Refusal("route_not_allowed", "the client may no longer use the route that this reply belongs to")
    if any(
        getattr(first, name) != getattr(now, name) for name in ("recipient_host", "recipient_port", "terms_version")
    ):
        raise Refusal(
            "recipient_changed",
            "the recipient's address or terms are no longer those of the request; send the meeting again",
        )


def refuse_if_withdrawn(decision: Decision) -> None:
    """Raise `Refusal` if the speech that a reply rests on may not be heard any more."""
    if not still_stands(decision):
        raise Refusal("consent_withdrawn", "a consent that this reply rests on no longer stands")


def later_facts(now: ExchangeFacts, first: ExchangeFacts) -> ExchangeFacts:
    """The facts of the exchange that fetches a reply: its own, with the purpose and meeting of the first."""
    return replace(now, purpose=first.purpose, meeting=first.meeting, first_exchange=first.exchange)
