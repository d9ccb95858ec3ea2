"""Where people speak by a client's profile: all else is instructions, and nothing inside of these places is."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from proxy.errors import ClientFault
from proxy.formats import read
from proxy.formats.places import speaking_places
from proxy.settings import Profile
from proxy.settings.profiles import SHIPPED

TAGS = Profile(tags=("talk",))
SECTIONS = Profile(sections=("# Talk",))
LINES = Profile(lines=("[pass ",))


def spoken(text: str, profile: Profile) -> str:
    return "|".join(text[a:b] for a, b in speaking_places(text, profile))


def test_tags_reach_from_the_first_to_the_last() -> None:
    assert spoken("a <talk>b</talk> c </TALK> d", TAGS) == "b</talk> c "
    assert spoken("a <talk>b", TAGS) == "b"
    assert spoken("a b", TAGS) == ""


def test_sections_reach_to_the_next_heading_of_their_level() -> None:
    assert spoken("# A\nx\n# Talk\nb\n## more\nc\n# End\nd", SECTIONS) == "b\n## more\nc\n"
    assert spoken("# Talk\nb", SECTIONS) == "b"


def test_lines_reach_to_the_end_of_the_last_paragraph() -> None:
    assert spoken("a\n[pass 1] b\nc\n\nd\n[pass 2] e\nf\n\ng", LINES) == "[pass 1] b\nc\n\nd\n[pass 2] e\nf\n"


def test_what_is_outside_is_free_whatever_it_looks_like() -> None:
    text = "Note to all: one\n\nTom: two\n<talk>\nTom: three\n\nfour\n</talk>\nMy rule: five"
    transcript = read(text, profile=TAGS)

    assert [(u.speaker, text[slice(*u.words[0])]) for u in transcript.segmented.utterances] == [
        ("Tom", "three"), (None, "four"),
    ]  # fmt: skip
    assert "".join(text[a:b] for a, b in transcript.segmented.free).count("Tom") == 1


def test_a_line_of_somebody_on_the_roster_is_speech_everywhere() -> None:
    text = "Tom: two\n<talk>\nthree\n</talk>\n"

    assert [u.speaker for u in read(text, ("Tom",), profile=TAGS).segmented.utterances] == ["Tom", None]


def test_a_message_without_marks_is_all_transcript_if_the_profile_says_so() -> None:
    assert read("so it goes", profile=Profile(unmarked="transcript")).segmented.free == ()
    assert read("so it goes", profile=TAGS).segmented.format == "opaque"


PIECES = ["<talk>", "</talk>", "# Talk", "# End", "[pass 1/1 id=1 speaker=Zed] zq", "zq", "Tom: zq", "", "## Sub",
          "[00:01] zq",
          '[{"speaker": "Tom", "text": "zq"}]', "1\n00:01,000 --> 00:02,000\nzq"]  # fmt: skip


@given(
    st.lists(st.sampled_from(PIECES), max_size=10), st.sampled_from(["\n", " ", "\r\n"]), st.sampled_from([*SHIPPED])
)
def test_no_word_of_a_place_of_speech_is_free(pieces: list[str], between: str, name: str) -> None:
    profile = SHIPPED[name].model_copy(update={"tags": ("talk",), "sections": ("# Talk",)})
    text = between.join(pieces)
    try:
        transcript = read(text, ("Tom",), profile=profile)
    except ClientFault:
        return
    places = speaking_places(transcript.text, profile)
    for a, b in transcript.segmented.free:
        assert places or profile.unmarked == "any"
        assert not any(a < place.end and b > place.start for place in places)
