"""What may stand outside of words, labels and free text: written apart from the parser, and stricter than it.

`hidden(text, segmented)` returns the lines that hold letters or digits which no span covers and no pattern of
structure explains. An empty answer means that no words hide in structure.
"""

from __future__ import annotations

import re
from itertools import pairwise

from proxy.model import Segmented, Span, Utterance

MASK = "\0"
TAG = r"</?(?:transcripts?|transcription|transcript_chunks?|chunk|meeting|chat|conversation)>"
TIME = r"-?(?:\d{1,4}:)?\d{1,3}:\d{1,3}(?:[.,]\d{1,9})?"
TOKENS = re.compile(
    "|".join(
        [
            r"\[pass \d{1,4}/\d{1,4} id=[A-Za-z0-9_.:/-]{1,120} speaker=",
            r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d)?(?:[.,]\d{1,9})?(?: ?(?:Z|[+-]\d\d:?\d\d))?",
            rf"{TIME} +to +{TIME}",
            TIME,
            r"(?:align:(?:start|middle|center|end|left|right)|vertical:(?:rl|lr)|region:[a-z]{0,8}\d{0,4}"
            r"|(?:line|position|size):-?[\d.]{1,8}%?(?:,(?:start|center|end|line-left|line-right))?|[XY][12]:\d{1,5})",
            r"^\W*WEBVTT",
            r"^NOTE|^(?:STYLE|REGION)$",
            r"^Kind: ?(?:captions|subtitles|descriptions|chapters|metadata)$",
            r"^Language: ?[a-z]{2,3}(?:-[A-Z][a-z]{3})?(?:-(?:[A-Za-z]{2}|\d{3}))?$",
            r"^X-TIMESTAMP-MAP=(?:LOCAL:[\d:.]{1,20}|MPEGTS:\d{1,20}|,){1,3}$",
            r"</?[vV](?:\.(?:first|loud|quiet))*(?=[ \t>\0])",
            TAG,
            # A listed tag, or a document of JSON, may stand on the line of a fence; nothing else may.
            r"(?:```|~~~)[`~]*[ \t]*(?:vtt|webvtt|srt|text|txt|plaintext|markdown|md|transcript)?"
            rf"(?=$|[ \t]*(?:{TAG}|[{{\[]))",
            r'"(?:(?:start|end)(?:Date)?Time|speaker(?:Name)?|spokenText|spokenLanguage)"',
            r'(?<=:)\s*(?:null|"[a-z]{2,3}(?:-[A-Za-z]{2})?")',
            r'\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})',
            r"^<\d{1,2}:\d\d(?::\d\d)?(?: ?[AaPp][Mm])?>",
            r"(?<=\0) (?:(?:joined|left) the conference|raised their hand)$",
            r"From[ \t]+(?=\0)|(?<=\0)[ \t]+to[ \t]+[Ee]veryone(?=:)",
            r"(?<![^\W_])\d{1,4}[.)](?=[ \t])",
            # The id of a cue as Webex writes it, and how WhatsApp opens a message.
            r"^\d{1,7}(?= \"\0\" \()|(?<=\0\" )\(\d{1,20}\)$",
            r"\[?\d{1,2}[./-]\d{1,2}[./-]\d{2,4},? \d{1,2}[:.]\d\d(?:[:.]\d\d)?"
            r"(?:[ \u00a0\u202f]?[AaPp]\.?[Mm]\.?)?(?:\]| -) ",
            r"(?<=\0), \[\d{1,2}[./-]\d{1,2}[./-]\d{2,4},? \d{1,2}:\d\d(?::\d\d)?\]$",
            # The first row of a table, and numbers and times in cells of their own.
            r"^[|\"*]?[ *]*(?:(?i:speaker(?:[ _]name)?|participant|name|author|sender|from|text|transcript|utterance"
            r"|content|message|caption|sentence|words|speech|said|(?:start|end)(?:[ _]time)?|time|timestamp|offset"
            r"|duration|id|index|no|number|who|phrase|comment|question|answer|quote)\b|#)"
            r"(?:[*\"]*[ ]?[,;\t|][ ]?[*\"]*(?i:[a-z]+(?:[ _](?:name|time))?|#))+"
            r"[*\"]*[ ]?[|]?$",
            r"(?:^|(?<=[,;\t|\"]))[ ]?\d[\d:.,]{0,20}[ ]?(?=[,;\t|\"]|$)",
            r"(?<=\0)[ \t]*[-–—|,·(\[]?[ \t]*\d{1,3}:\d\d(?::\d\d)?[ \u00a0\u202f]?[AaPp]\.?[Mm]\.?[\])]?$",
        ]
    ),
    re.ASCII,
)
TAGS = re.compile(r"</?transcript>")
CUE_ID = re.compile(r"[A-Za-z0-9_.:/-]{1,100}")


def spans(segmented: Segmented) -> list[Span]:
    """Every reported span, in the order of the text; utterances' own order is checked by the caller."""
    found = [*segmented.free, *segmented.names]
    for utterance in segmented.utterances:
        found += [*utterance.words, *utterance.more_labels, *([utterance.label] if utterance.label else [])]
    return sorted(found)


def hidden(text: str, segmented: Segmented) -> list[str]:
    """Lines with letters or digits that are neither in a span nor structure."""
    rest = list(text)
    for start, end in spans(segmented):
        for at in range(start, end):
            rest[at] = MASK if rest[at] not in "\r\n" else rest[at]
    lines = ["".join(rest)[a:b] for a, b in pairwise(_bounds(text))]
    found: list[str] = []
    for line, following in pairwise([*lines, ""]):
        if "-->" in following and CUE_ID.fullmatch(line.strip("\ufeff \t\r\n")) and any(ch.isdigit() for ch in line):
            continue
        left = TOKENS.sub(" ", re.sub(MASK + "+", MASK, line.strip("\ufeff \t\r\n")))
        if any(ch.isalnum() for ch in left):
            found.append(line)
    return found


def _outside(utterance: Utterance, block: str) -> list[str]:
    rest = list(block)
    for start, end in [*utterance.words, *([utterance.label] if utterance.label else [])]:
        for at in range(max(start, utterance.block.start), min(end, utterance.block.end)):
            rest[at - utterance.block.start] = MASK
    return rest


def _bounds(text: str) -> list[int]:
    bounds = [0]
    for line in text.splitlines(keepends=True):
        bounds.append(bounds[-1] + len(line))
    return bounds


def check(text: str, segmented: Segmented) -> None:
    """The contract of `model.Segmented`, for any text."""
    reported = spans(segmented)
    for span in reported:
        assert 0 <= span.start < span.end <= len(text)
    for before, after in pairwise(reported):
        assert before.end <= after.start
    for utterance in segmented.utterances:
        assert list(utterance.words) == sorted(utterance.words)
        assert 0 <= utterance.block.start <= utterance.block.end <= len(text)
        for span in [*utterance.words, *utterance.more_labels, *([utterance.label] if utterance.label else [])]:
            # In JSON, label and copies stand outside of the block, which is what was said first.
            assert utterance.block in utterance.words or utterance.block.start <= span.start
            assert utterance.block in utterance.words or span.end <= utterance.block.end
        block = text[utterance.block.start : utterance.block.end]
        assert not TAGS.search("".join(_outside(utterance, block))), "a block takes a tag along"
        assert utterance.label is None or utterance.speaker is not None
        assert utterance.speaker is None or utterance.speaker == utterance.speaker.strip() != ""
    for first, second in pairwise(segmented.utterances):
        assert first.index + 1 == second.index
    standing = [u for u in segmented.utterances if not u.within]
    for first, second in pairwise(standing):
        assert first.block.end <= second.block.start
    for first, second in pairwise(segmented.utterances):
        if second.within:
            assert not first.within
            assert first.block.start <= second.block.start <= second.block.end <= first.block.end
    assert not hidden(text, segmented)
