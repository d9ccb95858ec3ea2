"""What a client's requests tell of the client: its own lines become instructions, and never a line of a transcript."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.attribution.profile_learning import LearnedProfile, learn
from proxy.formats.places import digest
from proxy.model import Participant, Roster, Slot, SlotKind
from proxy.settings import Profile
from proxy.steps.hearing import hear
from proxy.steps.utterances import Hearing

ANN = Participant("p-ann", "Ann Lund")
BEN = Participant("p-ben", "Ben Okoro")
ROSTER = Roster((ANN, BEN), complete=True)

ONE = "Ann Lund: we ship in May\nBen Okoro: rather in June\nAnn Lund: fine"
TWO = "Ben Okoro: the budget is set\nAnn Lund: good\nBen Okoro: until autumn"
MEETINGS = ((ONE, "one"), (TWO, "two"))


def profile(learned: LearnedProfile) -> Profile:
    return Profile(lines=learned.lines, tags=learned.tags, sections=learned.sections, texts=learned.texts)


def heard(text: str, layout: Profile, kind: SlotKind = SlotKind.SPEECH) -> Hearing:
    return hear([Slot(0, "messages[0].content", text, kind)], ROSTER, None, opaque_is_instruction=False, profile=layout)


def instructions(text: str, layout: Profile) -> list[str]:
    """The lines that pass for the client's own."""
    return [line.strip() for part in heard(text, layout).instructions for line in part.splitlines() if line.strip()]


def said_by(text: str, layout: Profile) -> dict[str | None, str]:
    words: dict[str | None, str] = {}
    for one in heard(text, layout).said:
        for start, end in one.utterance.words:
            words[one.participant] = words.get(one.participant, "") + text[start:end] + "\n"
    return words


def test_tags_are_learned_with_the_lines_around_them() -> None:
    learned = learn([f"Summarize.\n<talk>\n{talk}\n</talk>\nBe brief." for talk in (ONE, TWO)])

    assert learned.tags == ("talk",)
    assert learned.texts == tuple(sorted(map(digest, ["Summarize.", "<talk>", "</talk>", "Be brief."])))


def test_headings_are_learned_with_the_lines_around_them() -> None:
    learned = learn([f"# Rules\nBe brief.\n# Talk\n{talk}\n# Output\nA list." for talk in (ONE, TWO)])

    assert learned.sections == ("# Talk",)
    assert learned.texts == tuple(sorted(map(digest, ["# Rules", "Be brief.", "# Talk", "# Output", "A list."])))


def test_beginnings_of_lines_are_learned_without_what_counts_up() -> None:
    bodies = ["[turn 1 Ann Lund] yes\n[turn 2 Ben Okoro] no\nand no", "[turn 1 Ben Okoro] well\n[turn 2 Ann Lund] so"]
    learned = learn([f"Summarize.\n\n{body}\n\nBe brief." for body in bodies])

    assert learned.lines == ("[turn ",)
    assert learned.texts == tuple(sorted(map(digest, ["Summarize.", "Be brief."])))


def test_without_marks_lines_at_both_ends_are_learned() -> None:
    learned = learn([f"Summarize the talk.\n\n{talk}\n\nBe brief." for talk in (ONE, TWO)])

    assert (learned.lines, learned.tags, learned.sections) == ((), (), ())
    assert learned.texts == tuple(sorted(map(digest, ["Summarize the talk.", "Be brief."])))


def test_the_beginning_of_a_line_that_varies_is_learned_up_to_its_colon() -> None:
    samples = [f"Summarize.\nMeeting title: {name}\n<talk>\n{talk}\n</talk>" for name, talk in (("a", ONE), ("b", TWO))]
    layout = profile(learn(samples))
    text = "Summarize.\nMeeting title: zq plans\n<talk>\nAnn Lund: yes\n</talk>"

    assert instructions(text, layout) == ["Summarize.", "Meeting title:", "<talk>", "</talk>"]
    assert said_by(text, layout) == {None: "zq plans\n", "p-ann": "yes\n"}


def test_a_speaker_whom_all_samples_have_is_no_beginning_of_the_clients() -> None:
    learned = learn([f"Summarize.\n\nAnn Lund: {word}\n\nBe brief." for word in ("yes", "no")])

    assert digest("Ann Lund:") not in learned.texts
    layout = profile(learned)
    assert said_by("Summarize.\n\nAnn Lund: zq\n\nBe brief.", layout) == {"p-ann": "zq\n"}


@pytest.mark.parametrize(
    "frame",
    ["Do it.\n<talk>\n{}\n</talk>\nEnd.", "Do it.\n# Talk\n{}\n# End\nEnd.", "Do it:\n\n{}\n\nEnd."],
)
def test_a_line_that_is_said_in_every_meeting_is_not_the_clients(frame: str) -> None:
    samples = [frame.format(f"{one}\nThank you\nAnn Lund: Thank you.\n{two}") for one, two in ((ONE, TWO), (TWO, ONE))]

    learned = learn(samples)
    assert digest("Thank you") not in learned.texts
    assert digest("Ann Lund: Thank you.") not in learned.texts
    assert digest("Ben Okoro: rather in June") not in learned.texts


def test_a_line_above_unmarked_speech_that_may_be_said_is_not_the_clients() -> None:
    learned = learn(["Do it.\n\nThank you\none thing\n\nEnd.", "Do it.\n\nThank you\nother things\n\nEnd."])
    assert digest("Thank you") not in learned.texts
    assert digest("Do it.") in learned.texts


def test_a_heading_of_the_clients_that_is_typed_in_every_meeting_marks_no_speech() -> None:
    learned = learn([f"Do it.\n# Talk\n{talk}\n# Output\nAnn: {word}\n# Output\nEnd." for talk, word in MEETINGS])

    assert learned.sections == ("# Talk",)
    assert digest("End.") in learned.texts


def test_a_heading_above_all_speech_is_the_clients_where_somebody_types_it_above_another() -> None:
    typed = f"{TWO}\n# Talk\n# Points\nAnn Lund: so"
    learned = learn([f"Do it.\n# Talk\n{talk}\n# Output\nEnd." for talk in (ONE, typed)])

    assert learned.sections == ("# Talk",)
    assert learned.texts == tuple(sorted(map(digest, ["Do it.", "# Talk", "# Output", "End."])))


@pytest.mark.parametrize("typed", ["# Points", "<talk>\nAnn: {0}\n</talk>", "Thank you\n# Points"])
def test_what_is_typed_in_every_meeting_marks_no_speech(typed: str) -> None:
    learned = learn([f"Do it.\n\n{talk}\n{typed.format(word)}\n{word}\n\nEnd." for talk, word in MEETINGS])

    assert (learned.tags, learned.sections) == ((), ())
    assert learned.texts == tuple(sorted(map(digest, ["Do it.", "End."])))


def test_requests_of_several_kinds_are_told_apart() -> None:
    learned = learn(
        [f"Summarize.\n\n{talk}\n\nBe brief." for talk in (ONE, TWO)]
        + [f"Find a title.\n<notes>\n{note}\n</notes>" for note in ("May it is", "June then")]
        + ["zq"]
    )

    assert learned.tags == ("notes",)
    assert set(map(digest, ["Summarize.", "Be brief.", "Find a title."])) <= set(learned.texts)
    assert learned.alone == (4,)


def test_equal_requests_teach_nothing() -> None:
    with pytest.raises(ValueError, match="two different requests"):
        learn(["a", "a"])


def test_requests_with_nothing_in_common_teach_nothing() -> None:
    assert learn(["one\ntwo", "three\nfour"]) == LearnedProfile()


# Clients that are made up, with what people may type to look like them.

WORD = st.text("abcdefghij", min_size=2, max_size=6)
SENTENCE = st.lists(WORD, min_size=2, max_size=6).map(" ".join)
OWN = st.lists(SENTENCE.map(lambda words: f"K{words}."), min_size=1, max_size=4, unique=True)
"""Lines of a prompt begin with an upper-case K, those of a transcript do not."""


@dataclass(frozen=True)
class Client:
    above: tuple[str, ...]
    below: tuple[str, ...]
    mark: str
    name: str

    def request(self, talk: list[str]) -> str:
        before, after = {
            "tag": ([f"<{self.name}>"], [f"</{self.name}>"]),
            "heading": ([f"# {self.name}"], ["# Output"]),
            "opening": ([""], [""]),
            "nothing": ([""], [""]),
        }[self.mark]
        lines = [f"[{self.name} {line}" for line in talk] if self.mark == "opening" else talk
        return "\n".join((*self.above, *before, *lines, *after, *self.below))


CLIENTS = st.builds(
    Client, OWN.map(tuple), OWN.map(tuple), st.sampled_from(["tag", "heading", "opening", "nothing"]), WORD
)


@st.composite
def spoken(draw: st.DrawFn, client: Client, number: int) -> list[str]:
    """A transcript: its first and last lines are its own; in between people may type what the client writes."""
    typed = [
        *client.above, *client.below, "# Points", f"# {client.name}", "# Output", f"<{client.name}>",
        f"</{client.name}>", "[pass 1/1", f"[{client.name} 9]", "thank you", "", "---",
    ]  # fmt: skip
    speaker = st.sampled_from(["Ann Lund: ", "Ben Okoro: "])
    line = st.builds("".join, st.tuples(speaker, st.one_of(SENTENCE, st.sampled_from(typed))))
    middle = draw(st.lists(st.one_of(line, st.sampled_from(typed)), max_size=8))
    return [f"Ann Lund: first{number} {draw(SENTENCE)}", *middle, f"Ben Okoro: last{number} {draw(SENTENCE)}"]


@given(st.data(), CLIENTS)
def test_what_is_learned_makes_the_frame_instructions_and_never_what_is_said(
    data: st.DataObject, client: Client
) -> None:
    talks = [data.draw(spoken(client, number)) for number in range(3)]
    layout = profile(learn([client.request(talk) for talk in talks[:2]]))
    text = client.request(talks[2])

    own = instructions(text, layout)
    frame = [*client.above, *client.below]
    said = [words for line in talks[2] for words in (line, line.partition(": ")[2])]
    for line in frame:
        assert line in own
    for line in own:
        assert line in frame or line in client.request([]).splitlines() or not any(map(str.isalnum, line))
        assert own.count(line) <= client.request([]).splitlines().count(line) or not any(map(str.isalnum, line))
    assert not any(words in own for words in said if words and words not in client.request([]))
