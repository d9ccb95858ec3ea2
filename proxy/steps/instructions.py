"""Instructions that hold a transcript: many clients put what was said into the system message, or a tool's description.

Which lines are speech is told more narrowly than in a message: "Output: JSON" must stay an instruction. A transcript is
there where somebody of the roster speaks, two lines have a time, or JSON has turns of anybody. It reaches from the
first such line to the last one, over lines that bear anybody's name with words behind it, and over lines directly above
and below that bear a label of any kind.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Sequence
from dataclasses import replace

from proxy import formats
from proxy.attribution.dialogues import says
from proxy.errors import ClientFault
from proxy.formats import Transcript
from proxy.model import Roster, Segmented, Span, Utterance

_BLANK = re.compile(r"\n[ \t\r]*\n")
_FEWEST_TIMES = 2


def spoken_in(text: str, labels: Collection[str], roster: Roster) -> tuple[Transcript, Segmented] | None:
    """The transcript in instructions, and what is said in it, all else free; None where nobody speaks.

    Raises `ClientFault` where a format is broken and somebody of the roster is named: nobody can say what is whose.
    """
    try:
        transcript = formats.read(text, labels)
    except ClientFault:
        if any(label in text or json.dumps(label)[1:-1] in text for label in labels):
            raise
        return None
    spoken = _spoken(transcript, roster)
    return None if spoken is None else (transcript, spoken)


def _spoken(transcript: Transcript, roster: Roster) -> Segmented | None:
    cut = transcript.segmented
    spoken = [at for at, said in enumerate(cut.utterances) if said.speaker is not None and roster.resolve(said.speaker)]
    timed = [at for at, said in enumerate(cut.utterances) if said.start is not None or said.at is not None]
    called = [at for at, said in enumerate(cut.utterances) if _says(transcript.text, said)]
    found = {*spoken, *(timed if len(timed) >= _FEWEST_TIMES else ())}
    sure = sorted({*found, *(called if found or transcript.written is not None else ())})
    if not sure:
        return None
    if transcript.written is not None:
        return cut
    first, last = sure[0], sure[-1]
    while first and _adjoin(transcript.text, *cut.utterances[first - 1 : first + 1]):
        first -= 1
    while last + 1 < len(cut.utterances) and _adjoin(transcript.text, *cut.utterances[last : last + 2]):
        last += 1
    around = (*cut.utterances[:first], *cut.utterances[last + 1 :])
    return replace(cut, utterances=cut.utterances[first : last + 1], free=_free(cut.free, around))


def _says(text: str, said: Utterance) -> bool:
    """Whether a labelled line is somebody's for its label and its words, whoever that is."""
    return said.speaker is not None and says(said.speaker, " ".join(text[span.start : span.end] for span in said.words))


def _adjoin(text: str, above: Utterance, below: Utterance) -> bool:
    """Whether two labelled lines follow one another without a blank line."""
    if above.speaker is None or below.speaker is None or not (above.words and below.words):
        return False
    return _BLANK.search(text, above.words[-1].end, below.words[0].start) is None


def _free(free: Sequence[Span], around: Sequence[Utterance]) -> tuple[Span, ...]:
    lines = [[*said.words, *said.more_labels, *([said.label] if said.label else [])] for said in around]
    return tuple(sorted((*free, *(Span(min(line).start, max(s.end for s in line)) for line in lines if line))))
