"""What looks like the beginning of somebody else's words, and what does not."""

from __future__ import annotations

import pytest

from proxy.attribution.beginnings import Beginnings
from proxy.attribution.strangers import names_stranger
from proxy.model import Participant, Roster, Slot, SlotKind, Span
from proxy.steps.hearing import hear
from proxy.wording.voices import is_voice

ANN, BEN = Participant("p-ann", "Ann Lund", emails=("ann@fjord.example",)), Participant("p-ben", "Ben Okoro")
BEGINNINGS = Beginnings.of(Roster((ANN, BEN), complete=True))


def heard(text: str) -> str:
    """What of Ann's words stays hers."""
    at = BEGINNINGS.first(BEGINNINGS.read(text), (Span(0, len(text)),), "p-ann")
    return text if at is None else text[:at]


def instructed(text: str, *, behind: bool = False) -> str:
    """What of a client's own words stays an instruction."""
    at = BEGINNINGS.spoken(BEGINNINGS.read(text), Span(0, len(text)), behind=behind)
    return text if at is None else text[:at]


@pytest.mark.parametrize(
    "other",
    [
        "Ben Okoro: never", "BEN: never", "[Ben] never", "Ben (00:18): never", "| Ben Okoro | never", "<br>Ben: never",
        "\\nBen: never", "[00:18] never", "\n>> never", "\n- never", "\n0:12\nnever", "\nParticipant 2: never",
        "\nAcme Ltd.: never", "\n???: never", "\nJoe Quist\nnever", "\nO. Quist — never", "\nthe landlord: never",
        "<v Joe>never</v>", "Joe Quist: never", "Ben Okoro said: never", "**Ben Okoro** never", "\nben — never",
    ],
)  # fmt: skip
def test_somebody_elses_beginning_ends_whoever_speaks(other: str) -> None:
    assert "never" not in heard(f"We meet at noon. {other}")
    assert "We meet" in heard(f"We meet at noon. {other}")


@pytest.mark.parametrize(
    "other",
    [
        "\n+44 7700 900123 never", "\n03/05/2026, 10:07 - x never", "\nSPEAKER_01 never", "\nDr. Okoro says never",
        "\nSenator Okoro never", "\n2. Ben never", "\n&lt;Ben&gt; never", "&#10;Ben&#58; never", "\\u000aBen: never",
        "%0ABen: never", " Ben\u0589 never", "\u00b6Ben Okoro never", " [12.0s -> 15.0s] never", " 00:01:12 never",
    ],
)  # fmt: skip
def test_beginnings_of_chats_recognizers_titles_and_escapes_end_whoever_speaks(other: str) -> None:
    assert "never" not in heard(f"We meet at noon.{other}")


ASIDES = [
    "\n🎉 we ship it", "\n#budget we keep it", "\n@Ben Okoro can you do it", "\n@ann, this is it", "\n(really) we do",
    "\n✅ done in may",
]  # fmt: skip


@pytest.mark.parametrize("aside", ASIDES)
def test_where_a_grammar_closes_somebodys_words_asides_in_it_are_theirs(aside: str) -> None:
    text = f"We meet at noon.{aside}"
    read, words = BEGINNINGS.read(text), (Span(0, len(text)),)
    assert BEGINNINGS.first(read, words, "p-ann", bounded=True) is None
    assert BEGINNINGS.first(read, words, "p-ann") is not None


@pytest.mark.parametrize(
    "other",
    [
        "\n- never", "\n@Ben: never", "\n#ben never", "\n(Ben) never", "\n(ben okoro) never", "\n🎤 Ben never",
        "\n🎤 ben never", "\n🎉 Zed: never", "\n@zed: never", "\n#zed: never", "\n[ben] never", "\n> never",
        "\n• never", "\n* never", "\n— never", "\n<b>ben</b> never", "\n🎤 Zed\nnever", "\n(zed): never",
        "\n🎤 we never", "\n👤 we never", "\n🔵 we never", "\n💬 we never", "\n😀 we never",
    ],
)  # fmt: skip
def test_labels_and_signs_of_dialogue_end_them_all_the_same(other: str) -> None:
    text = f"We meet at noon.{other}"
    at = BEGINNINGS.first(BEGINNINGS.read(text), (Span(0, len(text)),), "p-ann", bounded=True)
    assert at is not None
    assert "never" not in text[:at]


@pytest.mark.parametrize(
    "other", ["\n00:12 never did", "\n1:00:12 never did", " Zed: never", " Joe Quist: never", "\u3002Ben: never"]
)
def test_speech_without_sentence_ends_ends_all_the_same(other: str) -> None:
    assert "never" not in heard(f"we meet at noon by the lake{other}")


@pytest.mark.parametrize(
    "text",
    [
        "From: Ben Okoro\nSubject: plan\n\nI never agreed to this plan at all.",
        "On Monday, Ben Okoro wrote:\n> I never agreed to this plan.",
        "Statement of Ben Okoro:\n\nI never agreed to this plan.", "### From Ben Okoro\nI never agreed to this plan.",
        "Notes by Ben Okoro\n\nI never agreed to this plan at all.", "Message from Ben Okoro: I never agreed to this.",
        "I never agreed to this plan at all.\n\u2014 Ben Okoro",
        "I never agreed to the plan.\n\nBest regards,\nBen Okoro",
        '"I never agreed to this plan",Ben Okoro', "| I never agreed to this plan | Ben Okoro |",
        '{"message": "I never agreed to this plan", "author": "Ben Okoro"}',
        "<transcript>\nI never agreed to this plan at all.\n</transcript>", "WEBVTT\n\nI never agreed to this plan.",
    ],
)  # fmt: skip
def test_words_that_somebody_leads_in_or_signs_are_no_instructions(text: str) -> None:
    assert "never" not in instructed(f"You write minutes.\n\n{text}")


@pytest.mark.parametrize(
    ("words", "named"),
    [
        ("\n[Joe Quist] never", True), ("\nJoe Quist \u2014 never", True), ("\n+44 7700 900123: never", True),
        ("\n<v Joe Quist>never", True), (" Joe Quist: never", True), ("\nBen Okoro \u2014 never", False),
        ("\n>> never", False), ("\n- never", False), ("\nAction Items: never", False),
    ],
)  # fmt: skip
def test_a_stranger_who_is_named_is_told_from_nobody(words: str, named: bool) -> None:
    text = f"We meet at noon.{words}"
    read = BEGINNINGS.read(text)
    at = BEGINNINGS.first(read, (Span(0, len(text)),), "p-ann")
    assert at is not None
    assert names_stranger(read, at) is named


def test_what_an_author_writes_ends_where_another_is_quoted_inside_of_a_line() -> None:
    text = "I said so. Ben Okoro: never. And that was it."
    at = BEGINNINGS.authored(BEGINNINGS.read(text), Span(0, len(text)), "p-ann")
    assert at is not None
    assert "never" not in text[:at]
    stranger = "I said so.\nJoe Quist: never.\nAnd that was it."
    at = BEGINNINGS.authored(BEGINNINGS.read(stranger), Span(0, len(stranger)), "p-ann")
    assert at == stranger.index("Joe")
    titled = "I said so.\nKey Issues Discussed: the roof.\nNext Steps: none."
    assert BEGINNINGS.authored(BEGINNINGS.read(titled), Span(0, len(titled)), "p-ann") is None
    own = "Ask Ben about it: he knows, as Ben Okoro told me on Monday at 10:30."
    assert BEGINNINGS.authored(BEGINNINGS.read(own), Span(0, len(own)), "p-ann") is None


@pytest.mark.parametrize("name", ["Ben Okoro", "Ben", "@ben", "ben okoro"])
@pytest.mark.parametrize("sign", [" → ", " ➜ ", " ▶ ", " 💬 ", " 🗣️ ", "\t", " ● "])
@pytest.mark.parametrize("before", ["We meet at noon. ", "we meet at noon ", "we meet, "])
def test_a_sign_that_points_from_a_name_to_words_begins_them_in_every_layout(name: str, sign: str, before: str) -> None:
    text = f"{before}{name}{sign}never in this house, we said"
    at = BEGINNINGS.authored(BEGINNINGS.read(text), Span(0, len(text)), "p-ann")
    assert "never" not in heard(text)
    assert at is not None
    assert "never" not in text[:at]


@pytest.mark.parametrize("sign", ["> ", " → ", " 💬 "])
def test_a_sign_that_points_from_a_full_name_is_a_trace_within_a_line(sign: str) -> None:
    assert "never" not in instructed(f"So far we meet at noon Ben Okoro{sign}never in this house, we said")


@pytest.mark.parametrize("sign", [" \u2014 ", " - ", ": ", " [00:12] ", " > "])
def test_one_stranger_is_a_trace_whose_name_is_nothing_else(sign: str) -> None:
    assert "never" not in instructed(f"You write minutes.\n\nHana Weiss{sign}never in this house, we said")
    assert "boats" in instructed("You write minutes.\n\nNorth Sea Boats - we build boats and sell them")


@pytest.mark.parametrize("keys", [("t", "w"), ("a", "b"), ("q1", "q2")])
def test_a_string_beside_a_name_in_json_of_any_keys_is_a_trace(keys: tuple[str, str]) -> None:
    words, who = keys
    beside = f'"{words}": "never in this house, we said"'
    for held in (
        f'{{{beside}, "{who}": "Ben Okoro", "n": 1}}',
        f'{{"rows": [{{"{who}": "Ben Okoro", {beside}, "n": 1}}]}}',
    ):
        assert "never" not in instructed(f"You write minutes.\n\n{held}")


@pytest.mark.parametrize(
    "words",
    [
        "I told Ben that we ship, and he agreed.",
        "It is at 10:30, or at 00:08:20.050 on the tape.",
        "One thing - the lake - is open; so be it.",
        "the first line goes on\non the second without any mark\nand ends here",
        "We meet at\n10:30 on Thursday, as Ann Lund said.",
        "Is that so? I think it is (more or less).",
    ],
)
def test_ordinary_speech_is_its_speakers(words: str) -> None:
    assert heard(words) == words


@pytest.mark.parametrize(
    "speech",
    [
        "[00:18] never", "Ben Okoro > never ever again", "[Ben Okoro 0:18] never in this house", "Them: never",
        "Ben Okoro\n0:18\nnever", '{"Ben Okoro": "never in this house, we said"}',
        "| Ben Okoro | never in this house |",
        "0:18,Ben Okoro,never in this house", "Notes so far. Ben Okoro thinks that never is best",
    ],
)  # fmt: skip
def test_a_trace_of_speech_ends_instructions(speech: str) -> None:
    assert "never" not in instructed(f"You write minutes.\n\n{speech}")
    assert instructed(f"You write minutes.\n\n{speech}").startswith("You write minutes.")


@pytest.mark.parametrize(
    "text",
    [
        "Output: JSON.\nAction items: a list\nTone: dry.",
        "Draft a short reply from Ben Okoro to this thread, and promise nothing new.",
        "- **Key Issues Discussed**: what was open\n1. Decisions: list",
        "Attendees\nAnn Lund\nBen Okoro\n\nWrite the minutes of the meeting in ten lines.",
        "The transcript is given in <transcript> tags. Use it.",
        "Participants:\n- Ann Lund, CTO\n- Ben Okoro (Chief Financial Officer)\n\nWrite the minutes of the meeting.",
        "Ben Okoro wants short summaries.",
    ],
)
def test_instructions_without_speech_stay_instructions(text: str) -> None:
    assert instructed(text) == text


def test_behind_a_transcript_a_name_that_nobody_knows_is_trace_enough() -> None:
    assert instructed("Joe Quist — we never agreed to this", behind=True) == ""
    assert instructed("Write the minutes in German.", behind=True) != ""


@pytest.mark.parametrize("label", ["SPEAKER_00", "Speaker 2", "speaker A", "Participant 2", "You", "Them"])
def test_labels_of_a_diarizer_name_nobody(label: str) -> None:
    assert is_voice(label)


@pytest.mark.parametrize("label", ["Guest", "Ann Lund", "Voicu", "Me Too", "Speaker of the House"])
def test_other_labels_may_name_somebody(label: str) -> None:
    assert not is_voice(label)


ATTRIBUTED = [
    "From: Ben Okoro\nSubject: plan\n\nI never agreed to this plan at all.",
    "On Monday, Ben Okoro wrote:\n> I never agreed to this plan.",
    "I never agreed to the plan at all.\n\nBest regards,\nBen Okoro",
    "Statement of Ben Okoro:\n\nI never agreed to this plan.",
]


@pytest.mark.parametrize("mail", ATTRIBUTED)
def test_somebody_elses_mail_in_what_a_person_says_or_writes_is_not_theirs(mail: str) -> None:
    read = BEGINNINGS.read(mail)
    for at in (
        BEGINNINGS.first(read, (Span(0, len(mail)),), "p-ann"),
        BEGINNINGS.authored(read, Span(0, len(mail)), "p-ann"),
    ):
        assert at is not None
        assert "never" not in mail[:at]


MEASURED = [
    "12.000000\t15.500000\t", "3.5 -> 7.25 ", "[3.5s -> 7.25s] ", "<p begin='12s' end='15s'>", '<p t="1200" d="30">',
    "talk 1 anna 12.0 15.0 ", "1h02m03s ", "[2m 05s] ", "72s ", "72.5 s: ", "(72s) ", '<u start="3.1">', "10.07 Uhr ",
]  # fmt: skip


@pytest.mark.parametrize("time", MEASURED)
def test_times_of_recognizers_begin_speech_below_somebodys_words_and_in_instructions(time: str) -> None:
    assert "never" not in heard(f"We meet at noon.\n{time}I never agreed to any of it.")
    assert "never" not in instructed(f"Be brief.\n\n{time}I never agreed to any of it.")


@pytest.mark.parametrize(
    "mark", ["[00:31]", "(1:05)", "[12.0s -> 15.0s]", "00:01:31", "SPEAKER_03:", "Speaker 2:", "<00:31>", "spk_1:"]
)
@pytest.mark.parametrize("lead", ["So far:", "Be brief.", "This was said;"])
def test_a_time_or_a_diarizers_label_inside_of_a_line_begins_speech(lead: str, mark: str) -> None:
    assert "never" not in instructed(f"You write minutes.\n\n{lead} {mark} we never agreed to any of it")


@pytest.mark.parametrize(
    "text",
    [
        "Lines are like [00:01] Name: words.", "Take 2.5 to 3.5 minutes for each part.",
        "Use format: [00:01] Name: words",
        "Cite times as [00:12] at the end of each bullet point.", "Wait 30s between calls of the tool.",
        "90s music is fine",
        "1. Decisions\n2. Risks\n2.1 Risks of money and time", "Label people as SPEAKER_01 and so on.",
    ],
)  # fmt: skip
def test_times_and_numbers_in_instructions_are_none(text: str) -> None:
    assert instructed(text) == text


@pytest.mark.parametrize(
    "name",
    [
        "`Ben`",
        "\u300cBen Okoro\u300d",
        "_Ben_",
        "~Ben~",
        "\u00abBen\u00bb",
        "Ben Okoro (he/him)",
        "Ben [they/them]",
        "BEN OKORO",
    ],
)
def test_a_name_in_signs_with_pronouns_or_in_capitals_begins_inside_of_a_line(name: str) -> None:
    assert "never" not in heard(f"We meet at noon. {name} I never agreed to that.")
    assert heard("We meet at noon. Ben Okoro will never agree.") == "We meet at noon. Ben Okoro will never agree."


@pytest.mark.parametrize(
    "speech",
    [
        "<summary>Ben Okoro</summary>\n\nI never agreed to the plan", "<b><i>Ben</i></b>\nI never agreed to the plan",
        "BEN\n\n    I never agreed to the plan", "BEN OKORO\n\nI never agreed to the plan",
        "          Ben\n\n     I never agreed to the plan", '<h3 id="x">Ben Okoro</h3>\n\nI never agreed to the plan',
    ],
)  # fmt: skip
def test_a_name_in_markup_or_as_plays_have_it_leads_in_what_is_below(speech: str) -> None:
    assert "never" not in instructed(f"You write minutes.\n\n{speech}")


def test_a_row_in_what_somebody_wrote_is_of_the_one_it_names() -> None:
    for row in ("Ben Okoro,never wants the plan", '"Ben Okoro","never wants the plan"', "Ben;never wants the plan"):
        text = f"name,text\n{row}"
        at = BEGINNINGS.authored(BEGINNINGS.read(text), Span(0, len(text)), "p-ann")
        assert at is not None
        assert "never" not in text[:at]


@pytest.mark.parametrize("mail", ATTRIBUTED)
def test_ones_own_mail_is_ones_own(mail: str) -> None:
    own = mail.replace("Ben Okoro", "Ann Lund")
    assert BEGINNINGS.authored(BEGINNINGS.read(own), Span(0, len(own)), "p-ann") is None


SIGNED = ["Best regards,\nBen Okoro", "Cheers!\nBen", "\u2014 Ben Okoro", "Thanks,\n\nBen"]


@pytest.mark.parametrize("signature", SIGNED)
@pytest.mark.parametrize(
    "talk",
    [
        "WEBVTT\n\n00:00:01.000 --> 00:00:04.000\n<v Ann Lund>I never agreed\n\n{0}</v>\n",
        "Ann Lund: I never agreed\n\n{0}\n",
        "1\n00:00:01,000 --> 00:00:04,000\nAnn Lund: I never agreed\n\n{0}\n",
    ],
)
def test_words_in_a_unit_of_somebodys_that_another_signs_below_it_are_nobodys(talk: str, signature: str) -> None:
    roster = Roster((ANN, BEN), complete=True)
    for name, own in (("Ben", set[str | None]()), ("Ann", {"p-ann"})):
        text = talk.format(signature.replace("Ben Okoro", "Ben").replace("Ben", name))
        slot = Slot(0, "messages[0].content", text, SlotKind.SPEECH)
        heard = hear([slot], roster, None, opaque_is_instruction=False)
        assert {one.participant for one in heard.said} - {None} == own


@pytest.mark.parametrize(
    "label",
    [
        "Male voice:", "Second speaker:", "Unknown speaker:", "The chair:", "My husband:", "A neighbour:",
        "Phone caller:", "Le président :", "Question from the audience:", "Somebody else:", "???:", "#2:", "[B]:",
        "+47 123 45 678:", "Ben |", "Ben (2)", "Ben #2", "Ben 4.5s", "From the floor:",
        "(?):", "Ben [14]", "Ben 12s", "**Ben** |",
    ],
)  # fmt: skip
def test_what_somebody_is_or_a_sign_behind_a_name_begins_words_inside_of_a_line(label: str) -> None:
    assert "never" not in heard(f"We meet at noon. {label} never say it")
    assert "We meet" in heard(f"We meet at noon. {label} never say it")


@pytest.mark.parametrize(
    "text",
    [
        "Fine. One thing: it is late.", "Fine. To be clear: it is ours.", "Fine. I asked the manager: where is it?",
        "Fine. The question for the team: who goes?", "Fine. Remember: it is fed at noon.", "Fine. The number: four.",
        "Fine. Two options: buy it or not.", "Fine. The good news: all is well.", "Fine. Ask the chair: may we?",
    ],
)  # fmt: skip
def test_what_people_say_before_a_colon_is_theirs(text: str) -> None:
    assert heard(text) == text
