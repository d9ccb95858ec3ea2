"""JSON transcripts as a format: turns become drafts, copies are split, word lists are written out as lines."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from proxy.formats.base import Draft, Sheet, Taken
from proxy.formats.documents import Decoded, Document, Echo
from proxy.formats.headings import is_heading
from proxy.formats.json_copies import Told, split_copy, tell
from proxy.formats.json_parts import Word
from proxy.formats.json_times import Unit, times_of, unit_of
from proxy.formats.json_turns import Script, Turn
from proxy.formats.sheet import trim
from proxy.json_source import JsonString
from proxy.model import Segmented, Span, Utterance

NAME = "json"
_LABEL_REACH = 400


@dataclass(slots=True)
class Appendix:
    """What is written out behind the text: one line a word list, and which word each part of it is."""

    start: int
    lines: list[str] = field(default_factory=list)
    echoes: list[Echo] = field(default_factory=list)
    length: int = 0

    def write(self, decoded: Decoded, words: Sequence[Word]) -> Span | None:
        """Write a word list out; None where it holds nothing."""
        spoken = [word for word in words if word.said.text.strip()]
        if not spoken:
            return None
        begin = at = self.start + self.length
        for word in spoken:
            inside = Span(*trim(decoded.text, *decoded.inside(word.said)))
            end = at + inside.end - inside.start
            self.echoes.append(Echo(Span(at, end), inside))
            self.echoes += [Echo(Span(at, end), decoded.inside(copy), "") for copy in word.copies]
            self.lines += decoded.text[inside.start : inside.end], " "
            at = end + 1
        self.lines[-1] = "\n"
        self.length = at - self.start
        return Span(begin, at - 1)


@dataclass(frozen=True, slots=True)
class DocumentReader:
    """Reads the documents of one text; `scripts` are those that are transcripts, by their start in the text."""

    decoded: Decoded
    scripts: Mapping[int, tuple[Document, Script | None]]
    appendix: Appendix
    inner: Callable[[str, frozenset[str]], Segmented]

    def read(self, sheet: Sheet, i: int, flow: bool) -> Taken | None:
        """The whole document at row `i`. It ends what was open; in a line of somebody's words the rest is nobody's."""
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
        return Taken(i + 1 + len(rest), (*drafts, *rest), kind, open=bool(rest), names=tuple(names))

    def _drafts(self, script: Script, unit: Unit) -> tuple[list[Draft], list[Span]]:
        made = [replace(self._draft(turn, unit), known_as=script.known_as(turn.voice.name)) for turn in script.turns]
        groups = _groups(script.turns)
        unclaimed = [*script.nobody, *(copy for copy in script.copies if not self._repeat(copy, groups, made))]
        drafts = [replace(draft, words=sorted(draft.words)) for draft in made if draft.words]
        drafts += [Draft(*span, words=[span]) for span in self._spans(unclaimed)]
        drafts += [draft for body in script.bodies for draft in self._body(body, script)]
        names = [span for draft in made if not draft.words for span in _labels(draft)]
        names += self._spans([label for turn in script.turns if turn.voice.name is None for label in turn.labels])
        names += self._spans(script.names)
        return sorted(drafts, key=lambda draft: draft.begin), sorted(names)

    def _draft(self, turn: Turn, unit: Unit) -> Draft:
        texts = self._spans(turn.texts)
        lines = [(self.appendix.write(self.decoded, part), part) for part in turn.words]
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
        return draft

    def _body(self, body: JsonString, script: Script) -> list[Draft]:
        """A transcript in a string, in a format of text."""
        by = self.decoded.inside(body).start
        segmented = self.inner(body.text, frozenset(script.voices))
        moved = [_moved(utterance, by) for utterance in segmented.utterances]
        return [replace(draft, known_as=script.known_as(draft.speaker)) for draft in moved]

    def _repeat(self, copy: JsonString, groups: Sequence[Sequence[Told]], drafts: Sequence[Draft]) -> bool:
        """Give a copy's pieces to those whose words they are; False where it repeats none of the groups."""
        place = self.decoded.inside(copy).start
        pieces = next((found for told in groups if (found := split_copy(copy.text, told))), ())
        for piece in pieces:
            draft = drafts[piece.turn]
            draft.words.append(Span(place + piece.words.start, place + piece.words.end))
            if piece.label is not None:
                label = Span(place + piece.label.start, place + piece.label.end)
                draft.more_labels = (*draft.more_labels, label)
        return bool(pieces)

    def _spans(self, strings: Sequence[JsonString]) -> list[Span]:
        spans = [Span(*trim(self.decoded.text, *self.decoded.inside(string))) for string in strings]
        return [span for span in spans if span.start < span.end]


def _rest_of_line(sheet: Sheet, i: int) -> tuple[Draft, ...]:
    """What stands behind the document at row `i` on a line that somebody begins; a heading is nobody."""
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


def _groups(turns: Sequence[Turn]) -> list[list[Told]]:
    """The turns in groups that a copy may repeat: those under the same key, such as all sentences."""
    groups: dict[str, list[Told]] = {}
    for index, turn in enumerate(turns):
        said = turn.texts[0].text if turn.texts else " ".join(word.said.text for part in turn.words for word in part)
        told = tell(index, said, turn.voice.name)
        if told.words:
            groups.setdefault(turn.kind, []).append(told)
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
