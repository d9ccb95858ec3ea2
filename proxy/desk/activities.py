"""The record of processing activities (Art. 30 GDPR), from the configuration, the store and the ledger. Names nobody.

It is what this proxy knows. What only the organization knows (its legal bases, its data protection officer, the
contracts with recipients) is listed as to be added.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from proxy.audit.tally import Flow, Tally, tally
from proxy.consent.aloud_lists import LANGUAGES as ALOUD_IN
from proxy.desk.controller import controller
from proxy.desk.ports import OnFile, PastExchanges
from proxy.desk.titles import purpose_shown, recipient_shown
from proxy.model import Participant, ParticipantClass
from proxy.settings import Recipient, Settings
from proxy.settings.purposes import written_in

_NO_PERSON = (ParticipantClass.ROOM, ParticipantClass.BOT)


@dataclass(frozen=True, slots=True)
class Activities:
    """What the record is made of. `tally` is None if no whole ledger can be read."""

    people: Sequence[Participant]
    versions: Mapping[str, Sequence[str]]
    tally: Tally | None
    since: datetime | None
    until: datetime | None
    made_at: datetime


async def gather(
    files: OnFile,
    past: PastExchanges,
    settings: Settings,
    *,
    now: datetime,
    since: datetime | None = None,
    until: datetime | None = None,
) -> Activities:
    """Gather the record over exchanges from `since` until before `until`."""
    versions = {name: [each.version for each in await files.terms.of(name)] for name in settings.recipients}
    counted = await past.read(lambda events: tally(events, since, until))
    return Activities(await files.people.everybody(), versions, counted, since, until, now)


def plain(found: Activities, settings: Settings) -> dict[str, Any]:
    """The record as plain values, for JSON and for the page."""
    counted = found.tally
    flows = {} if counted is None else counted.flows
    return {
        "organization": settings.organization,
        "made_at": _iso(found.made_at),
        "period": {
            "since": _iso(found.since),
            "until": _iso(found.until),
            "first_record": None if counted is None else _iso(counted.first),
            "last_record": None if counted is None else _iso(counted.last),
        },
        "ledger_read": counted is not None,
        "controller": controller(settings),
        "purposes": _purposes(settings),
        "people": _classes(found.people, settings),
        "data": _data(flows.values()),
        "recipients": [_recipient(name, each, flows, found) for name, each in sorted(settings.recipients.items())],
        "former_recipients": sorted({name for name, _ in flows if name is not None} - settings.recipients.keys()),
        "flows": [
            _flow(recipient, purpose, flow, settings)
            for (recipient, purpose), flow in sorted(flows.items(), key=_order)
        ],
        "retention": _retention(settings),
        "safeguards": _safeguards(settings),
        "to_add": list(_to_add(settings)),
    }


def _to_add(settings: Settings) -> Iterator[str]:
    """Yield what only the organization knows and the configuration does not say."""
    pages = settings.consent_pages
    who = "The name and contact of the controller, and of its representative"
    officer = pages is not None and pages.data_protection_officer is not None
    yield (
        f"{who}." if officer else f"{who}, and of its data protection officer (consent_pages.data_protection_officer)."
    )
    yield "The legal basis of each purpose, where it is not the consent recorded here."
    bare = sorted(name for name, each in settings.recipients.items() if each.safeguards is None)
    guarantees = (
        f", and the guarantees of transfers to third countries, of {', '.join(bare)} (safeguards)" if bare else ""
    )
    yield f"Contracts with recipients{guarantees}."
    yield "How long backups of the store and of the ledger are kept."
    yield "What happens to transcripts before they come to this proxy, and to what the AI made of them."


def _purposes(settings: Settings) -> list[dict[str, Any]]:
    """The purposes that routes serve, with the recipients and whose consent each needs."""
    serving: dict[str, list[str]] = {}
    for route in settings.routes:
        if route.enabled and route.purpose is not None:
            serving.setdefault(route.purpose, []).append(route.recipient)
    return [
        {
            "purpose": purpose,
            "title": None if (words := settings.purposes.get(purpose)) is None else words.title_in("en"),
            "description": None if words is None else words.description_in("en"),
            "recipients": sorted(set(recipients)),
            "recipients_called": [settings.called(each) for each in sorted(set(recipients))],
            "consent_of": settings.consent.quorum_of(purpose),
        }
        for purpose, recipients in sorted(serving.items())
    ]


def _classes(people: Iterable[Participant], settings: Settings) -> list[dict[str, Any]]:
    counted: Counter[str] = Counter()
    minors: Counter[str] = Counter()
    for person in (each for each in people if each.participant_class not in _NO_PERSON):
        counted[person.participant_class.value] += 1
        minors[person.participant_class.value] += person.minor
    defaults = {each.value: rule for each, rule in settings.consent.defaults.items()}
    return [
        {"class": name, "on_file": number, "minors": minors[name], "without_consent": defaults.get(name, "withhold")}
        for name, number in sorted(counted.items())
    ]


def _data(flows: Iterable[Flow]) -> dict[str, Any]:
    """The categories of data: what participants say, and the kinds of findings that were removed or knowingly sent."""
    removed: Counter[str] = Counter()
    kept: Counter[str] = Counter()
    for flow in flows:
        removed.update(flow.removed)
        kept.update(flow.kept)
    return {
        "categories": [
            "what participants say in meetings",
            "names, addresses and attendance of participants, titles of meetings, who was asked and when, on file",
        ],
        "removed_before_sending": dict(sorted(removed.items())),
        "knowingly_sent": dict(sorted(kept.items())),
    }


def _recipient(
    name: str, known: Recipient, flows: Mapping[tuple[str | None, str | None], Flow], found: Activities
) -> dict[str, Any]:
    own = [flow for (recipient, _), flow in flows.items() if recipient == name]
    return {
        "name": name,
        "display_name": known.display_name,
        "postal_address": known.address,
        "country": known.country_in("en"),
        "safeguards": written_in(known.safeguards, "en"),
        "address": urlsplit(known.base_url).netloc,
        "encrypted": known.base_url.startswith("https:"),
        "region": known.region,
        "regions_recorded": sorted({region for flow in own for region in flow.regions}),
        "retention_days": known.retention_days,
        "may_train": known.may_train,
        "purposes": None if known.purposes is None else list(known.purposes),
        "terms_version": known.terms.version,
        "terms_on_file": list(found.versions.get(name, ())),
        "terms_recorded": sorted({version for flow in own for version in flow.terms}),
        "sent": sum(flow.sent for flow in own),
    }


def _flow(recipient: str | None, purpose: str | None, flow: Flow, settings: Settings) -> dict[str, Any]:
    return {
        "recipient": recipient,
        "recipient_called": recipient_shown(settings, recipient),
        "purpose": purpose,
        "purpose_called": purpose_shown(settings, purpose),
        "sent": flow.sent,
        "refused": flow.refused,
        "utterances": flow.utterances,
        "characters": flow.characters,
        "withheld": flow.withheld,
        "refusals": dict(sorted(flow.reasons.items())),
    }


def _order(item: tuple[tuple[str | None, str | None], Flow]) -> tuple[str, str]:
    (recipient, purpose), _ = item
    return recipient or "", purpose or ""


def _retention(settings: Settings) -> list[dict[str, str]]:
    later = settings.later_replies
    kept = [
        ("the ledger (pseudonyms, counts, times)", f"{_ledger_kept(settings)}; nobody can link a person's records once "
         "the person is forgotten"),
        ("meetings, with rosters, who came and went, and who was asked", _meetings_kept(settings)),
        ("people, with consent records and invitations to more than one meeting", _people_kept(settings)),
        ("digests of what clients were given back", f"{settings.derived_texts.hours:g} hours"),
        ("sealed originals of replies that arrive later", f"{later.hours:g} hours" if later else "none are kept"),
        ("words of meetings", "none are kept"),
    ]  # fmt: skip
    return [{"what": what, "kept": how_long} for what, how_long in kept]


def _meetings_kept(settings: Settings) -> str:
    days = settings.retention.meetings_days
    return "until an operator takes them off file" if days is None else f"{days} days after their end, but for holds"


def _people_kept(settings: Settings) -> str:
    days = settings.retention.people_days
    if days is None:
        return "until the person is forgotten"
    return (
        f"until {days} days after no meeting on file, no yes that counts, no room and no directory needs the person, "
        "or until they are forgotten before"
    )


def _ledger_kept(settings: Settings) -> str:
    days = settings.ledger.retain_days
    return "as long as its files are kept" if days is None else f"{days} days, but for legal holds"


def _safeguards(settings: Settings) -> list[str]:
    """The technical measures in force, as the settings have them."""
    consent, bounds = settings.consent, settings.consent.recipients
    admitting = sorted(each.value for each, rule in consent.defaults.items() if rule == "admit")
    default = settings.redaction.get("default", "pseudonym")
    found = [
        "Words leave with a consent record of their speaker, for the purpose, the recipient and its terms; without one "
        + (f"those of these classes alone: {', '.join(admitting)}." if admitting else "they stay in."),
        f"Personal data that is detected is replaced before sending (default: {default}); detection can miss some.",
        f"Who refuses aloud is {'withheld' if consent.spoken_refusal == 'withhold' else 'noted'} in that request, if "
        f"the refusal is recognized: common sentences in these languages: {', '.join(ALOUD_IN)}.",
        "Special categories (health, religion, trade unions and others) are found by lists of English words alone: "
        "what is said about them in another language leaves as it is said.",
        "Every exchange is recorded before it leaves, in a signed log that shows changes.",
        "Pseudonyms of the log are made with a key for each person, which can be destroyed.",
    ]
    if bounds.regions is not None:
        found.append(f"Recipients outside of these regions get nothing: {', '.join(bounds.regions)}.")
    if bounds.max_retention_days:
        days = ", ".join(f"{purpose} {number}" for purpose, number in sorted(bounds.max_retention_days.items()))
        found.append(f"Recipients that keep longer get nothing (days by purpose: {days}).")
    if all(each.base_url.startswith("https:") for each in settings.recipients.values()):
        found.append("Connections to all recipients are encrypted.")
    if settings.consent_pages is not None:
        found.append("People answer and withdraw on pages of their own, by signed links.")
    return found


def _iso(at: datetime | None) -> str | None:
    return None if at is None else at.astimezone(UTC).isoformat().replace("+00:00", "Z")
