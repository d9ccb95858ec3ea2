"""A note taker is nobody who could be asked: it is in nobody's way, allows nothing, and says nothing of its own."""

from __future__ import annotations

import dataclasses
from datetime import timedelta

import pytest
from consent.consent_cases import NINE, at, meeting, no, opaque, person, question, speech, yes

from proxy.consent.decide import Reason, Verdict, decide
from proxy.consent.invitations import check_addressee
from proxy.consent.recordable import check_answerable
from proxy.errors import ClientFault
from proxy.meetings.directory import Entry, check_people, enrolled
from proxy.meetings.presence import Presence, fold, seen_as
from proxy.model import Participant, ParticipantClass, Roster
from proxy.settings import ConsentSettings, People

BOT = Participant("b-1", "Otter Notetaker", (), ("notes@otter.example",), ParticipantClass.BOT)
ASKED = question(meeting=meeting(person("p1"), person("p2"), BOT))
BOTH = [yes(), yes(participant="p2")]
OF_THE_BOT = [yes(participant="b-1"), no(participant="b-1", purpose="qa")]


def decided(said, grants, asked=ASKED, **facts):
    quorum = facts.pop("quorum", "per_speaker")
    return decide(asked, said, grants, ConsentSettings(quorum={"summary": quorum}, **facts))


@pytest.mark.parametrize("quorum", ["per_speaker", "all_speakers", "all_present"])
@pytest.mark.parametrize("on_file", [[], OF_THE_BOT, [no(participant="b-1")]], ids=["nothing", "yes", "no"])
def test_a_bot_is_in_nobodys_way_and_its_words_stay(quorum, on_file):
    found = decided([speech(), opaque(), speech("b-1", characters=9999)], [*BOTH, *on_file], quorum=quorum)

    assert [v.reason for v in found.verdicts] == [Reason.GRANTED, Reason.GRANTED, Reason.BOT]
    assert (found.refusal, found.people["b-1"]) == (None, Verdict(False, Reason.BOT))


def test_a_bot_makes_up_for_nobody():
    reasons = [v.reason for v in decided([opaque(), speech("b-1")], [yes(), *OF_THE_BOT]).verdicts]
    alone = dataclasses.replace(ASKED, meeting=meeting(BOT))

    assert reasons == [Reason.NOT_ALL_GRANTED, Reason.BOT]
    assert decided([opaque()], OF_THE_BOT, alone).verdicts[0].reason is Reason.ROSTER_INCOMPLETE
    assert decided([speech("b-1")], OF_THE_BOT).refusal is Reason.TOO_LITTLE_RETAINED


def test_a_room_with_a_bot_in_it_is_nobodys():
    room = Participant("r", "Fjord", participant_class=ParticipantClass.ROOM, members=("p1", "b-1"))
    asked = dataclasses.replace(ASKED, meeting=meeting(person("p1"), BOT, room))

    assert decided([speech("r")], [yes(), *OF_THE_BOT], asked).verdicts[0].reason is Reason.ROOM_MEMBERS_UNKNOWN
    with pytest.raises(ClientFault, match="invalid_roster"):
        check_people([person("p1"), BOT, room])


@pytest.mark.parametrize(
    ("email", "vouched", "complete"),
    [(None, False, False), ("notes@otter.example", True, True), ("eve@home.example", False, False)],
)
def test_who_joins_under_a_bots_name_alone_is_nobody_known(email, vouched, complete):
    roster = Roster((dataclasses.replace(person("p1"), joined_at=None), BOT), complete=True)
    seen = seen_as(roster, "OTTER notetaker", email)
    noted = [Presence(None, seen.person.id if seen.person else None, "joined", at(0), "s", seen.vouched)]

    assert fold(roster, noted).complete is complete
    unknown = [Presence("Otter Notetaker", None, "joined", NINE + timedelta(minutes=1))]
    assert not fold(roster, unknown).complete


def test_only_who_names_an_id_makes_a_bot():
    (named,) = enrolled([Entry("b-1", "Otter", participant_class=ParticipantClass.BOT)], [], People(), str)
    assert named.participant_class is ParticipantClass.BOT
    for address in ("new@home.example", "p1@acme.example"):
        entry = Entry(None, "Otter Notetaker", emails=(address,), participant_class=ParticipantClass.BOT)
        with pytest.raises(ClientFault, match="name a bot by id"):
            enrolled([entry], [dataclasses.replace(person("p1"), emails=("p1@acme.example",))], People(), str)
    (guest,) = enrolled([Entry(None, "Otter Notetaker", emails=("new@home.example",))], [], People(), lambda: "p-new")
    assert guest.participant_class is ParticipantClass.UNIDENTIFIED


@pytest.mark.parametrize("section", [{"domains": {"otter.example": "bot"}}, {"default_class": "bot"}])
def test_no_setting_makes_a_bot_or_admits_one(section):
    with pytest.raises(ValueError, match="told by its id"):
        People.model_validate(section)
    with pytest.raises(ValueError, match="told by its id"):
        ConsentSettings.model_validate({"defaults": {"bot": "admit"}})


def test_a_bot_is_not_asked_and_its_yes_is_not_taken():
    with pytest.raises(ClientFault, match="bot_not_asked"):
        check_addressee(BOT)
    with pytest.raises(ClientFault, match="bot_not_asked"):
        check_answerable(BOT, OF_THE_BOT[0])
    check_answerable(BOT, OF_THE_BOT[1])
    check_answerable(None, OF_THE_BOT[0])
    check_answerable(person("p1"), OF_THE_BOT[0])
