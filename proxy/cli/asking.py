"""``meeting-proxy consent invite`` and ``coverage``: ask people by links, and look over the meetings to come."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from proxy.cli.shared import DEFAULT_CONFIG, ConfigOption, JsonOption, iso, note, read, screen, with_store
from proxy.consent.records import Scope
from proxy.desk.titles import purpose_shown, with_title
from proxy.settings import ConsentPages, PageLanguage, Settings

if TYPE_CHECKING:
    from proxy.cli.terminal import Table
    from proxy.desk.coverage import Coverage, Covered
    from proxy.desk.invitations import Asking, Invited

_LIFE = re.compile(r"([1-9]\d{0,3})([hd])")

RecipientsOption = Annotated[
    list[str] | None, typer.Option("--recipient", help="Who would receive; repeat for more. Default: all that may.")
]


EarlierOption = Annotated[
    bool, typer.Option("--covers-earlier", help="A yes counts for words spoken before it too; the page says so.")
]
PurposesOption = Annotated[
    list[str] | None, typer.Option("--purpose", help="What to ask for: summary, compose, …; repeat for more.")
]
UnansweredOption = Annotated[
    bool, typer.Option("--unanswered", help="Remind: the same links again, of all who have not answered.")
]
MeetingOption = Annotated[str | None, typer.Option(help="Ask about this meeting.")]
OrganizationOption = Annotated[
    bool, typer.Option("--organization", help="Ask once for all meetings: a standing choice.")
]
RequestedOption = Annotated[
    bool, typer.Option("--requested", help="Links for whoever asked for one by 'consent room'; of all meetings.")
]
SendOption = Annotated[
    bool, typer.Option("--send", help="Send each link by mail (consent_pages.mail) instead of printing it.")
]
LapsedOption = Annotated[
    bool, typer.Option("--lapsed", help="Ask only those whose yes has ended, or is to older terms.")
]
SeriesOption = Annotated[str | None, typer.Option(help="Ask about all meetings of this series.")]
PeopleOption = Annotated[
    list[str] | None, typer.Option(help="Ask only this person: id, address or name; repeat for more.")
]


GuardianOption = Annotated[
    str | None,
    typer.Option(help="Ask this parent or guardian in the place of --participant, a minor: id, address or name."),
]


def lifetime(written: str) -> timedelta:
    """Parse the duration of an option: hours or days, such as 12h or 30d."""
    found = _LIFE.fullmatch(written)
    if found is None:
        raise typer.BadParameter("write hours or days, such as 12h or 30d")
    return timedelta(hours=int(found[1])) if found[2] == "h" else timedelta(days=int(found[1]))


def invite(
    purpose: PurposesOption = None,
    meeting: MeetingOption = None,
    series: SeriesOption = None,
    organization: OrganizationOption = False,
    participant: PeopleOption = None,
    guardian: GuardianOption = None,
    recipient: RecipientsOption = None,
    expires: Annotated[
        timedelta, typer.Option(parser=lifetime, metavar="30d", help="When the link ends, and a yes given with it.")
    ] = "30d",  # type: ignore[assignment]
    covers_earlier: EarlierOption = False,
    unanswered: UnansweredOption = False,
    requested: RequestedOption = False,
    lapsed: LapsedOption = False,
    send: SendOption = False,
    language: Annotated[
        PageLanguage | None, typer.Option(help="Of the mails; default: that of the person's last answer, if known.")
    ] = None,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Print a link for each person, on which they say yes or no, or send it, and put on file that they were asked.

    A link is as good as the person's word: send each to its person alone. With --send, prints who got a mail; exit
    code 1 if somebody got none. Who has answered all that is asked gets no mail, unless --participant names them.
    """
    from proxy.cli import room, sending
    from proxy.desk import invitations
    from proxy.edge.pages.opening import link_key

    settings = read(config)
    pages = invitations.pages_of(settings)
    secret, now = link_key(pages), datetime.now(UTC)
    new = bool(purpose or recipient or covers_earlier or lapsed)
    if requested:
        _check_requested(new or unanswered or bool(series or organization or participant))
        room.answer(settings, pages, secret, meeting, send=send, as_json=as_json)
        return
    scope, scope_id = _scope(meeting, series, settings.organization if organization else None)
    _check(purpose, new=new or guardian is not None, unanswered=unanswered)
    _check_guardian(guardian, participant)
    if unanswered:
        invited = _waiting(settings, scope, scope_id, now, participant)
    else:
        offers = invitations.offers(settings, list(dict.fromkeys(purpose or ())), recipient)
        until = (now + expires).replace(microsecond=0)
        asking = invitations.Asking(scope, scope_id, offers, until, covers_earlier, participant, guardian)
        invited = _made(settings, asking, now, lapsed=lapsed, all_of_them=not send or participant is not None)
    if not send:
        _put_on_file(settings, scope, scope_id, invited, now, again=unanswered)
        show_links(invited, pages, secret, as_json=as_json)
    elif sending.send(settings, pages, secret, invited, again=unanswered, as_json=as_json, language=language):
        raise typer.Exit(1)


def _check(purpose: list[str] | None, *, new: bool, unanswered: bool) -> None:
    """Raise `BadParameter` for options that belong to new links and to those of before. `new` says some are given."""
    if unanswered and new:
        raise typer.BadParameter(
            "the same links go out again; leave --purpose, --recipient, --covers-earlier, --lapsed and --guardian out"
        )
    if not unanswered and not purpose:
        raise typer.BadParameter("name what to ask for, such as summary", param_hint="--purpose")


def _check_guardian(guardian: str | None, participant: list[str] | None) -> None:
    if guardian is not None and not participant:
        raise typer.BadParameter("name the minor for whom they answer", param_hint="--participant")


def _check_requested(other: bool) -> None:
    if other:
        told = "what is asked, and of whom, the room's link says; give no more than --meeting, --send and --json"
        raise typer.BadParameter(told, param_hint="--requested")


def _waiting(
    settings: Settings, scope: Scope, scope_id: str, now: datetime, participants: list[str] | None
) -> list[Invited]:
    from proxy.desk import invitations

    return with_store(
        settings,
        lambda store: invitations.waiting(store, scope, scope_id, settings.consent, now=now, participants=participants),
    )


def _put_on_file(
    settings: Settings, scope: Scope, scope_id: str, invited: list[Invited], now: datetime, *, again: bool
) -> None:
    from proxy.desk import invitations

    with_store(settings, lambda store: invitations.given_out(store, scope, scope_id, invited, now=now, again=again))


def _made(settings: Settings, asking: Asking, now: datetime, *, lapsed: bool, all_of_them: bool) -> list[Invited]:
    """Make the invitations: of those alone whose yes `lapsed`, or of `all_of_them`, or of who has not answered yet."""
    from proxy.desk import invitations

    new_id = partial(secrets.token_urlsafe, 12)
    invited, left_out = with_store(settings, lambda store: invitations.made(store, asking, settings, new_id))
    for remark in left_out:
        note(remark)
    return invited if all_of_them and not lapsed else _to_ask(settings, invited, now, lapsed=lapsed)


def _to_ask(settings: Settings, invited: list[Invited], now: datetime, *, lapsed: bool) -> list[Invited]:
    """Those who have not answered all of it yet, or of these only those with a yes that `lapsed`; notes the others."""
    from proxy.desk.invitations import Said, said

    told = {
        Said.NO: "said no already",
        Said.ANSWERED: "has answered all of this already",
        Said.OPEN: "has no yes that lapsed",
    }
    found = with_store(settings, lambda store: said(store, invited, settings, now))
    wanted = {Said.LAPSED} if lapsed else {Said.LAPSED, Said.OPEN}
    for each, state in zip(invited, found, strict=True):
        if state not in wanted:
            note(f"{each.person.id} {told[state]} and is not asked; name them with --participant to ask all the same")
    return [each for each, state in zip(invited, found, strict=True) if state in wanted]


def show_links(invited: Iterable[Invited], pages: ConsentPages, secret: str, *, as_json: bool) -> None:
    """Print each person's link."""
    from proxy.consent.invitations import link_of

    for each in invited:
        person, asked = each.person, each.invitation
        link = link_of(asked, pages.base_url, secret)
        email = each.addressee.emails[0] if each.addressee.emails else ""
        facts = {"participant": person.id, "name": person.name, "email": email, "link": link}
        facts |= {"invitation": asked.id, "expires": iso(asked.expires) or ""}
        if each.guardian is not None:
            facts |= {"guardian": each.guardian.id}
        typer.echo(json.dumps(facts, ensure_ascii=False) if as_json else f"{person.id}\t{email}\t{link}")


def _scope(meeting: str | None, series: str | None, organization: str | None) -> tuple[Scope, str]:
    named = {Scope.MEETING: meeting, Scope.SERIES: series, Scope.ORG: organization}
    found = [(scope, scope_id) for scope, scope_id in named.items() if scope_id is not None]
    if len(found) != 1:
        raise typer.BadParameter("name one of --meeting, --series and --organization", param_hint="--meeting")
    return found[0]


def line(
    language: Annotated[
        PageLanguage | None, typer.Option(help="Default: the first of consent_pages.languages.")
    ] = None,
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Print a line for the text of a meeting's invitation: each person is asked, and may say no. It has no link."""
    from proxy.desk import invitations
    from proxy.edge.pages import labels
    from proxy.edge.pages.translation import languages

    settings = read(config)
    pages = invitations.pages_of(settings)
    code = language or pages.languages[0]
    say = languages([code])[code].say
    told = say(labels.INVITATION_LINE, organization=pages.organization or settings.organization)
    contact = (pages.contact or "").removeprefix("mailto:")
    typer.echo(f"{told} {say(labels.MAIL_CONTACT, contact=contact)}" if contact else told)


def coverage(
    within: Annotated[
        timedelta, typer.Option("--next", parser=lifetime, metavar="7d", help="How far ahead: 12h, 7d, at most 92d.")
    ] = "7d",  # type: ignore[assignment]
    meeting: Annotated[
        str | None, typer.Option(help="Only this meeting, whenever it is; as of now if it has begun.")
    ] = None,
    people: Annotated[bool, typer.Option("--people", help="Who gave which answer, by name.")] = False,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Show for the meetings to come who will be heard for what, and whom to ask. With --json, one meeting per line."""
    from proxy.desk import coverage as desk

    settings = read(config)
    now = datetime.now(UTC)
    found = with_store(
        settings,
        lambda store: (
            desk.coming(store, settings, within, now) if meeting is None else desk.of_one(store, settings, meeting, now)
        ),
    )
    if as_json:
        for each in found:
            typer.echo(json.dumps(_facts(each), ensure_ascii=False))
        return
    screen().print(_by_name(found, settings) if people else _counted(found, settings))
    if not found:
        note("no meeting on file begins in this time; 'meeting-proxy meeting import' and 'meeting add' put one on file")
    for each in found:
        for remark in _remarks(each):
            note(remark)


def _counted(found: Iterable[Coverage], settings: Settings) -> Table:
    """How many gave which answer, a line for each meeting and what is asked."""
    from proxy.cli.terminal import Table
    from proxy.desk import coverage as desk

    answers = [answer.value.replace("_", " ") for answer in desk.Answer]
    table = Table("meeting", "start", "for", *answers, "all present")
    for each in found:
        for covered in each.covered:
            counts = [str(covered.count(answer) or "") for answer in desk.Answer]
            what = f"{purpose_shown(settings, covered.purpose)} by {settings.called(covered.recipient)}"
            named = with_title(each.meeting.id, each.meeting.shown_title)
            together = "yes" if covered.together else f"no: {covered.why}"
            table.add_row(named, iso(each.meeting.started_at), what, *counts, together)
    return table


def _by_name(found: Iterable[Coverage], settings: Settings) -> Table:
    """Who gave which answer, a line for each person, with their answer to each that is asked."""
    from proxy.cli.terminal import Table

    table = Table("meeting", "start", "person", "for", "answer", "why")
    for each in found:
        named, start = with_title(each.meeting.id, each.meeting.shown_title), iso(each.meeting.started_at)
        for covered in each.covered:
            what = f"{purpose_shown(settings, covered.purpose)} by {settings.called(covered.recipient)}"
            for who, answer in covered.answers.items():
                person = with_title(who, each.names.get(who))
                since = f" from {iso(covered.heard_from[who])} on" if who in covered.heard_from else ""
                why = covered.reasons[who]
                if who in covered.missing:
                    why += f": {', '.join(with_title(one, each.names.get(one)) for one in covered.missing[who])}"
                table.add_row(named, start, person, what, answer.value.replace("_", " ") + since, why)
    return table


def _facts(each: Coverage) -> dict[str, object]:
    return {
        "meeting": each.meeting.id,
        "title": each.meeting.shown_title,
        "start": iso(each.meeting.started_at),
        "covered": [_covered(one, each.names) for one in each.covered],
        "unconfirmed": list(each.unconfirmed),
        "unmatched_labels": each.unmatched,
        "link_requests": each.requested,
    }


def _covered(one: Covered, names: Mapping[str, str]) -> dict[str, object]:
    people = [
        {
            "participant": who,
            "name": names.get(who, who),
            "answer": answer.value,
            "heard_from": iso(one.heard_from.get(who)),
            "reason": one.reasons[who],
            "missing": [{"participant": each, "name": names.get(each, each)} for each in one.missing.get(who, ())],
        }
        for who, answer in one.answers.items()
    ]
    together = {"all_present": one.together, "all_present_reason": one.why}
    return {"purpose": one.purpose, "recipient": one.recipient, "people": people, **together}


def _remarks(each: Coverage) -> Iterable[str]:
    """What an operator may want to do before the meeting, naming people by id."""
    missing = {who: guardians for one in each.covered for who, guardians in one.missing.items()}
    for who, lacking in missing.items():
        guardians = (with_title(one, each.names.get(one)) for one in lacking)
        yield f"{each.meeting.id}: of {who} a yes is missing by {', '.join(guardians)}; see 'consent invite --guardian'"
    for person in each.unconfirmed:
        yield f"{each.meeting.id}: {person} has a name that waits; confirm it with 'people confirm {person}'"
    late = {who: at for one in each.covered for who, at in one.heard_from.items()}
    for person, at in late.items():
        yield f"{each.meeting.id}: what {person} said before {iso(at)} stays in; their yes does not cover earlier words"
    if not each.meeting.roster.complete:
        yield f"{each.meeting.id}: its roster may lack people, so what needs everybody present stays in"
    if each.requested:
        yield f"{each.meeting.id}: {each.requested} asked in the room for a link; see 'consent invite --requested'"
    if each.unmatched:
        yield f"{each.meeting.id}: up to {each.unmatched} labels in one request were nobody's; 'explain' shows which"
