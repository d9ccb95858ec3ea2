"""The full name of somebody whom nobody knows opens that person's words in every layout in which speakers are named."""

from __future__ import annotations

import pytest

from proxy.attribution.beginnings import Beginnings
from proxy.attribution.full_names import full_names
from proxy.model import Participant, Roster, Span

BEGINNINGS = Beginnings.of(Roster((Participant("p-ann", "Ann Lund"), Participant("p-ben", "Ben Okoro")), complete=True))
SAID = "I think the tamarind gazebo must not be sold"
LAYOUTS = [
    f'<turn speaker="{{0}}" start="0">{SAID}.</turn>',
    f"<b>{{0}}</b>: {SAID}.",
    f"<p><strong>{{0}}</strong>: {SAID}.</p>",
    f"<sp><speaker>{{0}}</speaker><p>{SAID}.</p></sp>",
    f"<dl><dt>{{0}}</dt><dd>{SAID}.</dd></dl>",
    f"[quote={{0}}]{SAID}.[/quote]",
    f'2026-03-02T10:02:00Z INFO stt speaker="{{0}}" text="{SAID}."',
    f'Turn(speaker="{{0}}", text="{SAID}.")',
    f"INSERT INTO turns (speaker, text) VALUES ('{{0}}', '{SAID}.');",
    f'0.0,1.0,{{0}},"{SAID}."',
    f"FN:{{0}}\nNOTE:{SAID}.",
    f"On Mon, Mar 2, 2026 at 10:02 AM {{0}} <x@y.example> wrote:\n> {SAID}.",
    f"Am 02.03.2026 um 10:00 schrieb {{0}}:\n> {SAID}.",
    f"Hi all,\n\n{SAID}.\n\nBest,\n{{0}}",
    f"10:02 * {{0}} {SAID}.",
    f"10:02 -{{0}}- {SAID}.",
    f"{{0}} commented 2 hours ago\n{SAID}.",
    f"{{0}} added a comment - 02/Mar/26 10:02 AM\n{SAID}.",
    f"{{0}}#1234\n{SAID}.",
    f"{{0}} │ {SAID}.",
    f"{{0}}「{SAID}.」",
    f"【{{0}}】{SAID}.",
    f"{{0}}.— {SAID}.",
    f"\\speak{{{{{{0}}}}}} {SAID}.",
    f"0:01 {{0}} {SAID}.",
    f'"{SAID}." said {{0}}.',
    f"> {SAID}.\n> — {{0}}",
    f"<note><body>{SAID}.</body><author>{{0}}</author></note>",
]


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("name", ["Wanda Quist", "Hana J. Weiss"])
def test_in_what_nobody_claims_they_speak(layout: str, name: str) -> None:
    text = layout.format(name)
    read, whole = BEGINNINGS.read(text), Span(0, len(text))
    assert BEGINNINGS.spoken(read, whole) is not None
    assert BEGINNINGS.unlisted(read, [whole]) is not None


@pytest.mark.parametrize(
    "below",
    [
        f"Wanda Quist commented 2 hours ago\n{SAID}",
        f"Wanda Quist @wandaquist · 2h\n{SAID}",
        f"Wanda Quist「{SAID}」",
        f"Wanda Quist.— {SAID}",
        f"The Hon. Wanda Quist.—{SAID}",
        f"Wanda Quist\n-----------\n\n{SAID}",
        f"[02-Mar-26 10:03 AM] Wanda Quist#1234\n{SAID}",
        f'say("Wanda Quist", "{SAID}");',
        f'turn {{ speaker: "Wanda Quist" text: "{SAID}" }}',
        f"[quote=Wanda Quist]{SAID}[/quote]",
        f'ts=0 user=Wanda_Quist msg="{SAID}"',
        f'text,speaker\n"{SAID}",Wanda Quist',
    ],
)
def test_below_somebodys_words_theirs_begin(below: str) -> None:
    text = f"We begin.\n{below}"
    at = BEGINNINGS.first(BEGINNINGS.read(text), [Span(0, len(text))], "p-ann")
    assert at is not None
    assert at <= text.index(SAID)


@pytest.mark.parametrize(
    "text",
    [
        "Decisions Made: what was agreed, in one line each",
        "Project Phoenix: list what is open and who does it",
        "You work for Microsoft Teams and Google Meet, and write the minutes of a meeting.",
        "Wanda Quist leads the finance group. Write the minutes for her.",
        "Attendees: Wanda Quist, Hana Weiss",
        "Team: Wanda Quist (PM), Hana Weiss (QA)",
        "Summarize what Wanda Quist said about the budget.",
        "Write the minutes in the name of Wanda Quist.",
    ],
)
def test_instructions_that_name_somebody_stay(text: str) -> None:
    assert BEGINNINGS.spoken(BEGINNINGS.read(text), Span(0, len(text))) is None


def test_full_names_are_names_and_nothing_else() -> None:
    text = "From Wanda Quist to Wanda_Quist, Decisions Made, Project Phoenix, Hana J. Weiss. Microsoft Teams"
    found = [text[name.start : name.end] for name in full_names(text, [])]
    assert found == ["Wanda Quist", "Wanda_Quist", "Hana J. Weiss"]


def test_names_that_touch_the_roster_are_the_rosters() -> None:
    read = BEGINNINGS.read("Ann Lund, Wanda Lund and Hana Weiss")
    assert [read.text[name.start : name.end] for name in read.unlisted.people] == ["Hana Weiss"]


@pytest.mark.parametrize("name", ["Jan van der Berg", "Lucia de la Fuente", "Otto von Rabe", "Yusuf al Haddad"])
@pytest.mark.parametrize(
    "layout", ["{0}  0:12\n{1}", "{0}  [10:00 AM]\n{1}", "### {0}\n\n{1}", "**{0}**\n\n{1}", "{0}\n{1}"]
)
def test_particles_are_part_of_a_name(layout: str, name: str) -> None:
    text = layout.format(name, "The turbine was sold in March without a word.")
    assert BEGINNINGS.unlisted(BEGINNINGS.read(text), [Span(0, len(text))]) == 0


@pytest.mark.parametrize(
    "text", ["Plan de Marketing", "Maria y Ana", "Wanda von", "Resumen de la Semana", "Wanda of Oz"]
)
def test_particles_make_no_name_of_titles_or_of_two_people(text: str) -> None:
    assert full_names(text, ()) == []


TOLD = "The turbine was sold in March and nobody was asked."
PLAIN_LAYOUTS = [
    f"[('Ann Lund', 'We ship it.'), ('{{0}}', '{TOLD}')]",
    f"insert into said (who, what) values ('{{0}}', '{TOLD}');",
    f"Turn('{{0}}', '{TOLD}')",
    f"[\n  'speaker' => '{{0}}',\n  'text' => '{TOLD}',\n]",
    f"Document(page_content='{TOLD}', metadata={{{{'author': '{{0}}', 'page': 3}}}})",
    f'[[turn]]\ntext = "{TOLD}"\nspeaker = "{{0}}"',
    f'No,Question,Asked by,Mail,Reply\n7,"{TOLD}",{{0}},wq@guest.example,"live"',
    f"Key,Item,Column,Owner,Until\n77,{TOLD},Next,{{0}},2026-05-04",
    f"call-7 1 {{1}} 12.50 19.75 <o,f0,female> {TOLD}",
    f"Note from {{0}} at 2026-05-04T10:02:03+02:00:\n{TOLD}",
    f"Reply by {{0}} on 4 May 2026 at 10:02:\n\n{TOLD}",
    f"{{0}} added a comment - 04/May/26 10:01 AM\n\n{TOLD}",
    f"10:02:03 From {{0}} to Ann Lund (Direct Message):\n\t{TOLD}",
    f"Passage 7 (rank 2, speaker {{0}}, 00:12-00:18): {TOLD}",
    f"<source>call-7.srt ({{0}})</source>\n<text>\n{TOLD}\n</text>",
]


@pytest.mark.parametrize("layout", PLAIN_LAYOUTS)
@pytest.mark.parametrize("name", ["Wanda Quist", "Jan van der Berg"])
def test_what_they_state_is_theirs_in_code_rows_and_heads(layout: str, name: str) -> None:
    text = layout.format(name, name.replace(" ", "_"))
    at = BEGINNINGS.unlisted(BEGINNINGS.read(text), [Span(0, len(text))])
    assert at is not None
    assert at <= text.index(TOLD)


@pytest.mark.parametrize(
    "name", ["<mark>Wanda</mark> Quist", '<em class="hit">Wanda</em> Quist', "<b>Wanda</b> <b>Quist</b>"]
)
def test_tags_that_style_a_part_of_a_name_leave_it_one_name(name: str) -> None:
    text = f"{name}: {TOLD}"
    assert BEGINNINGS.unlisted(BEGINNINGS.read(text), [Span(0, len(text))]) is not None


@pytest.mark.parametrize(
    "text",
    [
        "Ask 'Wanda Quist', and the others, what they want to sell in March.",
        "We met Wanda Quist, Otto Rabe and the board to sell the turbine in March.",
        "Draft a note for Wanda Quist about the turbine that was sold in March.",
    ],
)
def test_a_sentence_that_tells_of_them_is_none_of_theirs(text: str) -> None:
    assert BEGINNINGS.unlisted(BEGINNINGS.read(text), [Span(0, len(text))]) is None
