"""Decide which JSON in a text is a transcript, and turn it into drafts.

- A document with turns in it is read (`json_turns`). If it contains something unknown, it is refused when it is all of
  the text and thus the client's own. Beside other words, one person may have typed it, and it is nobody's speech.
- An example of an output, whose texts are all placeholders, is no transcript. Nor is any other JSON, such as a schema.
- Other JSON that names somebody on the roster is nobody's speech as a whole. If all of a text is meant to be a
  transcript, JSON without turns is refused.
- Pieces of a broken document that contain words are nobody's speech.

In a transcript, turns become drafts, copies are split, and word lists are written out as lines.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from proxy.errors import ClientFault
from proxy.formats import json_parts
from proxy.formats.base import Draft, ReaderResult, Sheet
from proxy.formats.documents import (
    DecodedText,
    Document,
    Echo,
    Entry,
    ExtendedText,
    Lists,
    Measure,
    WordList,
    decode,
    find_documents,
)
from proxy.formats.json_times import Unit, times_of, unit_of
from proxy.formats.json_turns import Script, Turn, is_script, names_anybody, read_script, shows_places
from proxy.formats.labels import is_heading
from proxy.formats.sheet import trim
from proxy.formats.vcon import KEYS as VCON_KEYS
from proxy.formats.vcon import WHERE as VCON
from proxy.formats.vcon import is_vcon, read_vcon
from proxy.formats.vendors import FIXED, GRAPH, IDS, KEYS, PLAIN, TEXT, WORD, is_placeholder
from proxy.json_source import JsonArray, JsonNumber, JsonObject, JsonString
from proxy.model import WITHHELD, Edit, Segmented, Span, Utterance

NAME = "json"
_LABEL_REACH = 400


@dataclass(slots=True)
class Appendix:
    """What is written out after the text: one line for each word list, and which word each part of it is."""

    start: int
    lines: list[str] = field(default_factory=list)
    echoes: list[Echo] = field(default_factory=list)
    entries: dict[int, Entry] = field(default_factory=dict)
    measures: list[Measure] = field(default_factory=list)
    length: int = 0

    def write(self, decoded: DecodedText, words: Sequence[json_parts.Word], *, marked: bool) -> Span | None:
        """Write a word list out; None if it is empty. `marked`: a marker remains where all of it is removed."""
        if not any(word.said.text.strip() for word in words):
            return None
        begin = at = self.start + self.length
        first = len(self.lines)
        places: list[tuple[json_parts.Word, Span]] = []
        for word, gap in zip(words, _gaps(words), strict=True):
            inside = decoded.inside(word.said)
            inside = Span(*trim(decoded.text, *inside)) if gap is not None else inside
            if gap and at > begin:
                self.lines.append(gap)
                at += len(gap)
            end = at + inside.end - inside.start
            self.echoes.append(Echo(Span(at, end), inside))
            self.echoes += [Echo(Span(at, end), decoded.inside(copy), "") for copy in word.copies]
            self.lines.append(decoded.text[inside.start : inside.end])
            places.append((word, Span(at, end)))
            at = end
        written = "".join(self.lines[first:])
        self.lines.append("\n")
        line = Span(begin + len(written) - len(written.lstrip()), begin + len(written.rstrip()))
        for word, span in places:
            clipped = Span(min(max(span.start, line.start), line.end), max(min(span.end, line.end), line.start))
            parts = json_parts.marker_parts(word.entry, WITHHELD) if marked else ("", "")
            self.entries[word.entry.start] = Entry(word.entry.start, word.entry.end, clipped, *parts)
        self.length = at + 1 - self.start
        return line

    def listed(self, script: Script) -> Lists:
        """The word lists of a document. An entry without a word goes with the entry before it."""
        return Lists(tuple(filter(None, map(self._list, script.lists))), tuple(script.counts))

    def _list(self, value: JsonArray) -> WordList | None:
        known = [self.entries.get(item.start) for item in value.items]
        spoken = next((entry for entry in known if entry is not None), None)
        entries: list[Entry] = []
        for item, entry in zip(value.items, known, strict=True):
            spoken = entry or spoken
            if spoken is not None:
                entries.append(entry or Entry(item.start, item.end, Span(spoken.of.start, spoken.of.start)))
        return WordList(value.start, value.end, tuple(entries)) if entries else None


def _gaps(words: Sequence[json_parts.Word]) -> list[str | None]:
    """What precedes each word: a space, nothing before punctuation, or None if the words bring their own spaces."""
    if any(word.said.text.strip() != word.said.text for word in words):
        return [None] * len(words)
    return ["" if word.tight or not word.said.text else " " for word in words]


@dataclass(frozen=True, slots=True)
class DocumentReader:
    """Reads the documents of one text. `scripts` maps the start of each document in the text to its script."""

    decoded: DecodedText
    scripts: Mapping[int, tuple[Document, Script | None]]
    appendix: Appendix
    inner: Callable[[str, frozenset[str]], Segmented]

    def read(self, sheet: Sheet, i: int, flow: bool) -> ReaderResult | None:
        """The whole document at row `i`. It ends what was open; the rest of a line of somebody's words is nobody's."""
        row = sheet.rows[i]
        found = self.scripts.get(row.start)
        if found is None or row.end != self.decoded.span(found[0].start, found[0].end).end:
            return None
        document, script = found
        rest = _rest_of_line(sheet, i) if flow else ()
        names: list[Span] = []
        if script is None:
            drafts, kind = [Draft(row.begin, row.stop, words=[row.content])], NAME
        else:
            (drafts, names), kind = self._drafts(script, unit_of(document.root)), script.kind
        return ReaderResult(i + 1 + len(rest), (*drafts, *rest), kind, cues=True, open=bool(rest), names=tuple(names))

    def _drafts(self, script: Script, unit: Unit) -> tuple[list[Draft], list[Span]]:
        made = [
            replace(
                self._draft(turn, unit),
                known_as=script.known_as(turn.voice.name),
                objects=script.objections_of(turn.voice.name),
            )
            for turn in script.turns
        ]
        told = [_spoken(index, turn) for index, turn in enumerate(script.turns)]
        groups = _groups(script.turns)
        long = [turns for group in groups if (turns := json_parts.telling(group))]
        others = [
            rest
            for copy, own in script.copies
            for rest in self._repeat(copy, [told[at] for at in own], (groups, long), made)
        ]
        drafts = [replace(draft, words=sorted(draft.words)) for draft in made if draft.words]
        drafts += [Draft(*span, words=[span]) for span in (*self._spans(script.nobody), *others)]
        drafts += [draft for body in script.bodies for draft in self._body(body, script)]
        names = [span for draft in made if not draft.words for span in _labels(draft)]
        names += self._spans([label for turn in script.turns if turn.voice.name is None for label in turn.labels])
        names += self._spans(script.names)
        return sorted(drafts, key=lambda draft: draft.begin), sorted(names)

    def _draft(self, turn: Turn, unit: Unit) -> Draft:
        texts = self._spans(turn.texts)
        lines = [(self.appendix.write(self.decoded, part, marked=not texts), part) for part in turn.words]
        written = [(line, self.decoded.inside(part[0].said)) for line, part in lines if line is not None]
        block = texts[0] if texts else written[0][1] if written else Span(0, 0)
        draft = Draft(*block, speaker=turn.voice.name, words=[*texts, *(line for line, _ in written)])
        labels = self._spans([turn.voice.label] if turn.voice.label is not None else [])
        draft.label = labels[0] if labels else None
        draft.more_labels = tuple(self._spans(turn.labels)) if turn.voice.name is not None else ()
        draft.start, draft.end, draft.at, draft.until = times_of(turn.timed, unit)
        if draft.words:
            whole = draft.words[0]
            self.appendix.echoes += [
                Echo(whole, self.decoded.span(part.start, part.end), "[]") for part in turn.tokens if part.items
            ]
            self.appendix.measures += [Measure(whole, _nothing(number)) for number in turn.measures]
        return draft

    def _body(self, body: JsonString, script: Script) -> list[Draft]:
        """Cut a transcript in a string, in a text format."""
        by = self.decoded.inside(body).start
        segmented = self.inner(body.text, frozenset(script.voices))
        moved = [_moved(utterance, by) for utterance in segmented.utterances]
        return [
            replace(draft, known_as=script.known_as(draft.speaker), objects=script.objections_of(draft.speaker))
            for draft in moved
        ]

    def _repeat(
        self,
        copy: JsonString,
        own: Sequence[json_parts.TurnWords],
        grouped: tuple[Sequence[Sequence[json_parts.TurnWords]], Sequence[Sequence[json_parts.TurnWords]]],
        drafts: Sequence[Draft],
    ) -> list[Span]:
        """Give a copy's pieces to the turns whose words they are; return the rest, which repeats no turn.

        `own` are the words that are listed beside the copy, which may be a part of them. `grouped` are all turns in
        groups, and the telling turns of these groups.
        """
        groups, long = grouped
        inside = self.decoded.inside(copy)
        pieces: Sequence[json_parts.Piece] = json_parts.find_copy(copy.text, own) if own else ()
        pieces = pieces or next((found for told in groups if (found := json_parts.split_copy(copy.text, told))), ())
        more = not pieces
        pieces = pieces or next((found for told in long if (found := json_parts.find_turns(copy.text, told))), ())
        rest: list[Span] = []
        at = inside.start
        for piece in pieces:
            draft = drafts[piece.turn]
            words = Span(inside.start + piece.words.start, inside.start + piece.words.end)
            begun = words.start
            draft.words.append(words)
            if piece.label is not None:
                label = Span(inside.start + piece.label.start, inside.start + piece.label.end)
                draft.more_labels = (*draft.more_labels, label)
                begun = label.start
            rest.append(Span(at, begun))
            at = words.end
        spans = [Span(*trim(self.decoded.text, *span)) for span in (*rest, Span(at, inside.end))] if more else []
        return [span for span in spans if span.start < span.end]

    def _spans(self, strings: Sequence[JsonString]) -> list[Span]:
        spans = [Span(*trim(self.decoded.text, *self.decoded.inside(string))) for string in strings]
        return [span for span in spans if span.start < span.end]


def _rest_of_line(sheet: Sheet, i: int) -> tuple[Draft, ...]:
    """The text after the document at row `i`, on a line that somebody begins; a heading is nobody."""
    row = sheet.rows[i]
    if sheet.blank(i + 1) or sheet.text[row.stop - 1 : row.stop + 1].endswith(("\n", "\r")):
        return ()
    before = re.split(r"[\r\n]", sheet.text[max(0, row.start - _LABEL_REACH) : row.start])[-1]
    if not before.strip() or is_heading(before.partition(":")[0]):
        return ()
    following = sheet.rows[i + 1]
    return (Draft(following.begin, following.stop, words=[following.content]),)


def _labels(draft: Draft) -> list[Span]:
    return [*([draft.label] if draft.label is not None else []), *draft.more_labels]


def _nothing(number: JsonNumber | JsonString) -> Edit:
    return Edit(number.start, number.end, '"0"' if isinstance(number, JsonString) else "0")


def _line(words: Sequence[json_parts.Word]) -> str:
    """A word list as it is written out."""
    gaps = _gaps(words)
    return "".join(f"{gap or ''}{word.said.text}" for word, gap in zip(words, gaps, strict=True))


def _spoken(index: int, turn: Turn) -> json_parts.TurnWords:
    """The words that the word lists of a turn contain."""
    return json_parts.tell(index, " ".join(map(_line, turn.words)), turn.voice.name)


def _groups(turns: Sequence[Turn]) -> list[list[json_parts.TurnWords]]:
    """The turns in groups that a copy may repeat: those under the same keys, as the texts of sentences are."""
    groups: dict[tuple[str, str], list[json_parts.TurnWords]] = {}
    for index, turn in enumerate(turns):
        said = dict(zip(reversed(turn.keys), (text.text for text in reversed(turn.texts)), strict=True))
        if not said and turn.words:
            said[""] = " ".join(map(_line, turn.words))
        for key, text in said.items():
            told = json_parts.tell(index, text, turn.voice.name)
            if told.words:
                groups.setdefault((turn.kind, key), []).append(told)
    return list(groups.values())


def _moved(utterance: Utterance, by: int) -> Draft:
    def move(span: Span) -> Span:
        return Span(span.start + by, span.end + by)

    return Draft(
        *move(utterance.block),
        speaker=utterance.speaker,
        words=[move(span) for span in utterance.words],
        label=move(utterance.label) if utterance.label is not None else None,
        more_labels=tuple(move(span) for span in utterance.more_labels),
        within=utterance.within,
    )


_WORDED = "|".join(sorted(KEYS - ((PLAIN | FIXED | IDS) - TEXT - set(WORD))))
_SCRAP = re.compile(rf'"(?:{_WORDED})"[ \t]{{0,20}}:[ \t]{{0,20}}"([^"\r\n]{{1,200}})')
_GAP = "\n\n"
_WRAP = re.compile(r"(?:`{3,}|~{3,})[ \t]*\w{0,20}|</?\w{1,40}>")


@dataclass(frozen=True, slots=True)
class OpenedDocuments:
    """A text with its documents decoded. `places` are the documents that are read."""

    decoded: DecodedText
    reader: DocumentReader
    places: tuple[Span, ...]

    def written(self) -> ExtendedText:
        """The text as it was read, with the word lists found in it; call it when reading is done."""
        appendix = self.reader.appendix
        text = self.decoded.text + (_GAP + "".join(appendix.lines) if appendix.lines else "")
        echoes = sorted(appendix.echoes, key=lambda echo: (echo.of, echo.at))
        scripts = [(document, script) for document, script in self.reader.scripts.values() if script is not None]
        return ExtendedText(
            self.decoded,
            text,
            len(self.decoded.text),
            tuple(echoes),
            cut=tuple(edit for _, script in scripts for edit in script.cut),
            finish=tuple((Span(document.start, document.end), script.finish) for document, script in scripts),
            lists=tuple(appendix.listed(script) for _, script in scripts),
            measures=tuple(appendix.measures),
        )


def open_documents(
    text: str,
    labels: frozenset[str],
    inner: Callable[[str, frozenset[str]], Segmented],
    *,
    whole: bool,
    refusing: bool = True,
) -> OpenedDocuments | None:
    """Open the JSON transcripts of a text; None if there are none.

    `inner` cuts transcripts in strings of a document; it receives further labels that are known there. Raises
    `ClientFault` for a document that is all of the text and cannot be read, unless one person wrote the text
    (`refusing` is false): nobody may spoil a request for the others.
    """
    documents = find_documents(text)
    refusing = refusing and len(documents) == 1 and _is_all(text, documents[0])
    found = [
        (document, script)
        for document in documents
        if not _in_cue(text, document)
        for script in _read(document, labels, whole=whole, refusing=refusing)
    ]
    if not found:
        return None
    decoded = decode(text, [document for document, _ in found])
    places = tuple(decoded.span(document.start, document.end) for document, _ in found)
    scripts = {place.start: entry for place, entry in zip(places, found, strict=True)}
    reader = DocumentReader(decoded, scripts, Appendix(len(decoded.text) + len(_GAP)), inner)
    return OpenedDocuments(decoded, reader, places)


def _read(document: Document, labels: frozenset[str], *, whole: bool, refusing: bool) -> Iterator[Script | None]:
    """What a document says: a script, None if it is nobody's speech, or nothing if it is text like any other.

    A document that cannot be read is nobody's speech, or with `refusing` raises a `ClientFault`.
    """
    root = document.root
    vcon = root if isinstance(root, JsonObject) and is_vcon(root) else None
    if vcon is None and not is_script(root):
        if refusing and whole:
            raise ClientFault(
                "transcript_unknown",
                "this JSON is no transcript that is read: no object in it has words and a speaker or a time",
                where=json_parts.WHERE,
            )
        if names_anybody(root, labels):
            yield None
        return
    try:
        if document.fault is not None:
            raise json_parts.NotRead(document.fault.reason, document.fault.offset, document.fault.remedy)
        script = read_vcon(vcon, labels) if vcon is not None else read_script(root, labels)
    except json_parts.NotRead as fault:
        if shows_places(root) and not names_anybody(root, labels) and not whole:
            return
        if refusing:
            raise (fault.fault(root, VCON, VCON_KEYS) if vcon is not None else fault.fault(root)) from None
        yield None
        return
    if whole or vcon is not None or not script.silent:
        yield script


def _is_all(text: str, document: Document) -> bool:
    """Whether a text contains nothing but the document, fences and tags."""
    return not _WRAP.sub("", f"{text[: document.start]}\n{text[document.end :]}").strip()


def _in_cue(text: str, document: Document) -> bool:
    """Whether a document is the payload of a cue from Microsoft Graph, which is read with the cue (`graph`)."""
    if not isinstance(document.root, JsonObject) or "-->" not in text[max(0, document.start - 120) : document.start]:
        return False
    return any(document.root.get(key) is not None for key in (*GRAPH.said, *GRAPH.speaker))


def read_scrap(sheet: Sheet, i: int, flow: bool) -> ReaderResult | None:
    """A row of a broken document with words in it. Below a line that somebody begins, all of it is nobody's."""
    row = sheet.rows[i]
    if all(is_placeholder(match[1].strip()) for match in _SCRAP.finditer(sheet.text, row.start, row.end)):
        return None
    broken = Draft(row.begin, row.stop, words=[row.content])
    return ReaderResult(i + 1, (broken,), NAME, cues=True, open=flow or sheet.text[row.start].isalnum())
