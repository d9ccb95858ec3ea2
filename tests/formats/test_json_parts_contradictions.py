"""Whom a document names twice, and differently, is nobody: in guesses, word lists, and lists beside the turns."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Iterator
from typing import Any

import pytest
from harness.exports import SERVICES, document, meeting
from harness.layouts import _SAID as PLANTED

from proxy.formats import read
from proxy.formats.json_parts import Reading, contradicted
from proxy.formats.vendors import SPEAKER

PEOPLE = ("Ann Lund", "Ben Okoro", "Cy Brandt")


def test_what_another_list_gives_to_others_is_contradicted() -> None:
    turns = [Reading("segments", "A", "launch plan it is"), Reading("segments", "B", "no")]
    listed = [Reading("words", "A", "launch plan"), Reading("words", "B", "it is no")]
    assert contradicted([*turns, *listed]) == {0, 3}
    assert contradicted([*turns, Reading("words", "A", "Launch plan, it is"), Reading("words", "B", "no")]) == set()
    assert contradicted([*turns, Reading("words", None, "launch plan it is no")]) == set()


def test_somebody_who_speaks_between_the_words_of_another_contradicts_nothing() -> None:
    listed = [Reading("words", "A", "launch plan"), Reading("words", "B", "mhm"), Reading("words", "A", "it is")]
    assert contradicted([Reading("turns", "A", "launch plan it is"), Reading("turns", "B", "mhm"), *listed]) == set()


def test_lists_that_say_other_things_contradict_nothing() -> None:
    said = [Reading("segments", "A", "yes"), Reading("segments", "A", "we ship the boat in May and the rest in June")]
    assert contradicted([*said, Reading("chat", "B", "yes"), Reading("chat", "B", "fine with me")]) == set()


AWS_ITEMS = [
    {"type": "pronunciation", "start_time": f"{n}.0", "end_time": f"{n}.5", "alternatives": [{"content": word}]}
    for n, word in enumerate(["launch", "plan", "turquoise", "walrus"])
]


def speakers(value: Any) -> dict[str, set[str | None]]:
    """The words of a document, with those to whom it gives them."""
    text = json.dumps(value)
    transcript = read(text, ("spk_0", "1"), whole=True)
    found: dict[str, set[str | None]] = {}
    for utterance in transcript.segmented.utterances:
        for span in utterance.words:
            for word in transcript.text[slice(*span)].split():
                found.setdefault(word, set()).add(utterance.speaker)
    return found


def test_amazon_labels_by_time_and_by_word_may_not_differ() -> None:
    items = [{**item, "speaker_label": "spk_0"} for item in AWS_ITEMS]
    times = [{"start_time": f"{n}", "end_time": f"{n}.5", "speaker_label": f"spk_{n // 2}"} for n in range(4)]
    labels = {"segments": [{"start_time": "0", "end_time": "4", "speaker_label": "spk_0", "items": times}]}
    told = speakers({"results": {"speaker_labels": labels, "items": items}})
    assert told["launch"] == told["plan"] == {"spk_0"}
    assert told["turquoise"] == told["walrus"] == {None}


def test_azure_guesses_may_not_name_another_speaker() -> None:
    guesses = [{"display": "launch plan"}, {"display": "turquoise walrus", "speaker": 2}]
    told = speakers({"recognizedPhrases": [{"speaker": 1, "channel": 0, "offset": "PT1S", "nBest": guesses}]})
    assert told["walrus"] == told["launch"] == {None}


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:
    """The fields of a document that name a speaker."""
    for key, part in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        if key in SPEAKER and isinstance(part, str | int) and key != "name":
            yield (*path, key), part
        else:
            yield from places(part, (*path, key))


def owners(value: Any, label: Any, around: Any = None) -> Iterator[tuple[str, Any]]:
    """Each string of a document with the nearest speaker that is named around it."""
    if isinstance(value, str):
        yield value, around
    elif isinstance(value, dict):
        named = next((value[key] for key in SPEAKER if key != "name" and isinstance(value.get(key), str | int)), around)
        for part in value.values():
            yield from owners(part, label, named)
    elif isinstance(value, list):
        for part in value:
            yield from owners(part, label, around)


@pytest.mark.parametrize("service", sorted(name for name in SERVICES if SERVICES[name][1] is not None))
@pytest.mark.parametrize("seed", range(4))
def test_words_that_a_document_gives_to_two_people_are_nobodys(service: str, seed: int) -> None:
    """One field that names somebody is changed. Whose words they are as before in another place, nobody is."""
    chance = random.Random(seed)
    sample = chance.sample(PLANTED, 12)
    planted = {person: sample[4 * at : 4 * at + 4] for at, person in enumerate(PEOPLE)}
    whole = json.loads(document(service, meeting(seed, PEOPLE, planted)))
    fields = list(places(whole))
    named = sorted({label for _, label in fields}, key=str)
    assert len(named) > 1, "every service tells two people apart here"
    for path, label in chance.sample(fields, min(len(fields), 25)):
        changed = copy.deepcopy(whole)
        at = changed
        for step in path[:-1]:
            at = at[step]
        at[path[-1]] = other = chance.choice([name for name in named if name != label])
        told = speakers(changed)
        said = [(text.split(), owner) for text, owner in owners(changed, label)]
        for word in (word for words in planted.values() for word in words):
            by = {str(owner) for words, owner in said if word in words and owner is not None}
            if len(by) > 1:
                assert told.get(word, {None}) <= {None}, (path, label, other, word, by, told[word])
