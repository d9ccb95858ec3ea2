"""Where people speak by a client's profile: all else is instructions, and nothing inside of these places is."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from proxy.errors import ClientFault
from proxy.formats import read
from proxy.formats.places import digest, holds_words, speaking_places
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
@example(pieces=["", "</talk>"], between="\n", name="jitsi-skynet")
def test_no_word_of_a_place_of_speech_is_free(pieces: list[str], between: str, name: str) -> None:
    profile = SHIPPED[name].model_copy(update={"tags": ("talk",), "sections": ("# Talk",)})
    text = between.join(pieces)
    try:
        transcript = read(text, ("Tom",), profile=profile)
    except ClientFault:
        return
    places = speaking_places(transcript.text, profile)
    for a, b in transcript.segmented.free:
        assert places or profile.unmarked == "any" or not holds_words(transcript.text[a:b])
        assert not any(a < place.end and b > place.start for place in places)


TEXTS = tuple(
    map(digest, ["Summarize this.", "Be brief.", "# Output", "Ignore what <talk> says.", "<talk>", "</talk>"])
)


def beside_own(text: str, profile: Profile) -> list[str]:
    transcript = read(text, ("Tom",), profile=profile)
    assert transcript.proven
    return [line.strip() for a, b in transcript.segmented.free for line in text[a:b].splitlines() if line.strip()]


def test_with_texts_all_that_is_not_known_is_speech() -> None:
    profile = Profile(tags=("talk",), texts=TEXTS)
    text = "Summarize this.\nnew rule\n<talk>\nTom: one\n</talk>\nBe brief.\nTom: two"
    transcript = read(text, ("Tom",), profile=profile)

    assert beside_own(text, profile) == ["Summarize this.", "<talk>", "</talk>", "Be brief."]
    assert [(u.speaker, text[slice(*u.words[0])]) for u in transcript.segmented.utterances] == [
        (None, "new rule"), ("Tom", "one"), ("Tom", "two"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("profile", "text"),
    [
        (Profile(lines=("[pass ",), texts=TEXTS), "Summarize this.\n\n[pass 1] a\n\nzq\n\nBe brief."),
        (Profile(lines=("[pass ",), texts=TEXTS), "Summarize this.\nzq\n[pass 1] a\n\nBe brief."),
        (Profile(lines=("[pass ",), texts=TEXTS), "Summarize this.\n\n[pass 1] a\nBe brief.\n[pass zq\n\nBe brief."),
        (Profile(sections=("# Talk",), texts=TEXTS), "Summarize this.\n# Talk\na\n# Points\nzq\n# Output\nBe brief."),
        (Profile(sections=("# Talk",), texts=TEXTS), "Summarize this.\n# Talk\n# Output\nzq\n# Output\nBe brief."),
        (Profile(sections=("# Talk",), texts=TEXTS), "zq\n# Talk\na\n# Output\nBe brief."),
        (Profile(tags=("talk",), texts=TEXTS), "Ignore what <talk> says.\n<talk>\na</talk> zq\n</talk>\nBe brief."),
        (Profile(tags=("talk",), texts=TEXTS), "Summarize this.\n<talk>\na\n</talk>\nzq\nBe brief."),
        (Profile(texts=TEXTS), "Summarize this.\na\nBe brief.\nzq\nBe brief."),
    ],
)
def test_with_texts_what_people_type_moves_no_word_out_of_speech(profile: Profile, text: str) -> None:
    transcript = read(text, ("Tom",), profile=profile)
    words = [transcript.text[a:b] for u in transcript.segmented.utterances for a, b in u.words]

    assert any("zq" in word for word in words)
    assert beside_own(text, profile)[-1] == "Be brief."
    assert not any("zq" in line for line in beside_own(text, profile))


def test_lines_of_the_client_are_nobodys_lines_whatever_they_look_like() -> None:
    frame = ['Answer like this: [{"speaker": "Zed", "text": "words"}]', "00:01 Zed: an example", "Tom: an example too"]
    profile = Profile(tags=("talk",), texts=tuple(map(digest, frame)))
    text = "\n".join([*frame, "<talk>", 'Tom: {"speaker": "Tom", "text": "a \\u00e9"}', "</talk>"])
    transcript = read(text, ("Tom",), profile=profile)

    free = "".join(transcript.text[a:b] for a, b in transcript.segmented.free)
    assert all(line in free for line in frame)
    assert "Zed" not in {u.speaker for u in transcript.segmented.utterances}


def test_a_heading_that_somebody_types_closes_nothing_where_none_of_the_clients_follows() -> None:
    profile = Profile(sections=("# Talk",), texts=TEXTS, unlisted="instructions")

    assert spoken("# Talk\na\n# Points\nzq\n# Mine\nown", profile) == "a\n# Points\nzq\n# Mine\nown"
    assert spoken("# Talk\na\n# End\nzq\n# Task\nown", SECTIONS) == "a\n# End\nzq\n"


def test_a_tag_that_opens_again_is_open_to_the_end() -> None:
    assert spoken("<talk>\na\n</talk>\n<talk>\nzq", TAGS) == "\na\n</talk>\n<talk>\nzq"


ENDED = Profile(
    tags=("talk",),
    sections=("# Talk",),
    texts=TEXTS,
    unlisted="instructions",
    endings=((digest("# Output"), "*", digest("Be brief.")), (digest("# Output"), digest("Rules:"), "*")),
)


@pytest.mark.parametrize(
    ("text", "speech"),
    [
        ("<talk>\na\n</talk>", "\na\n"),
        ("<talk>\na\n</talk>\nzq", "\na\n</talk>\nzq"),
        ("<talk>\na\n</talk>\n# Output\nown\nBe brief.", "\na\n</talk>\n"),
        ("# Talk\na\n# Output\nzq\n# Output\nown\n\nBe brief.\n---\n", "a\n# Output\nzq\n"),
        ("# Talk\na\n# Output\nzq", "a\n# Output\nzq"),
        ("# Talk\na\n# Output\nown\nBe brief.\nzq", "a\n# Output\nown\nBe brief.\nzq"),
        ("# Talk\na\n# Output\nRules: own\nown", "a\n"),
        ("# Talk\na\n# Output\nzq\nRules: zq\nzq", "a\n# Output\nzq\nRules: zq\nzq"),
        ("# Talk\na\n<talk>\nzq\n# Output\nown\nBe brief.", "a\n<talk>\nzq\n"),
    ],
)
def test_speech_closes_where_a_whole_ending_of_the_client_stands(text: str, speech: str) -> None:
    assert spoken(text, ENDED) == speech


def test_a_mark_opens_nothing_below_what_may_be_speech() -> None:
    everything = ENDED.model_copy(update={"unmarked": "transcript"})

    assert spoken("zq\n# Talk\na", everything) == "zq\n# Talk\na"
    assert spoken("Summarize this.\n\n# Talk\na", everything) == "a"
    below = read("own\nTom: one\n\nzq\n# Talk\na", ("Tom",), profile=SECTIONS)
    assert [below.text[a:b] for a, b in below.segmented.free] == ["own"]


def test_a_pair_of_quotation_marks_around_speech_is_the_clients() -> None:
    profile = Profile(texts=TEXTS)
    transcript = read('Summarize this.\n"Tom: one\nTom: two"\nBe brief.', ("Tom",), profile=profile)
    assert [u.speaker for u in transcript.segmented.utterances] == ["Tom", "Tom"]


def test_tags_are_found_beside_letters_whose_lower_case_is_longer() -> None:
    assert spoken("İ <talk>b</TALK> d", TAGS) == "b"


def test_where_users_write_their_own_instructions_marked_places_are_all_of_speech() -> None:
    profile = Profile(sections=("# Talk",), texts=TEXTS, unlisted="instructions")

    assert spoken("own rule\n# Talk\na\n# Points\nzq\n# Output\nown", profile) == "a\n# Points\nzq\n"
    assert spoken("# Talk\na\n# Points\nzq\n# Template\nown", profile) == "a\n# Points\nzq\n"
    assert not read("# Talk\na\n# Template\nown", profile=profile).proven
    assert not read("own words", profile=profile).proven
    assert beside_own("Summarize this.\nzq", profile) == ["Summarize this."]


@given(
    st.lists(st.sampled_from([*PIECES, "Summarize this.", "Be brief.", "# Output"]), max_size=10),
    st.sampled_from(["\n", "\r\n", "\u2028"]),
)
def test_with_texts_nothing_is_free_but_lines_that_are_known(pieces: list[str], between: str) -> None:
    profile = Profile(tags=("talk",), sections=("# Talk",), lines=("[pass ",), texts=TEXTS)
    text = between.join(pieces)
    transcript = read(text, ("Tom",), profile=profile)
    markers = {"<talk>", "</talk>", "# Talk"}
    for a, b in transcript.segmented.free:
        for line in transcript.text[a:b].splitlines():
            assert not holds_words(line) or digest(line) in TEXTS or line.strip() in markers
