"""Find where somebody else's words, or speech at all, seem to begin. One test serves every layout.

The grammar of a format reads a transcript, but people, tools and chunkers write layouts that no grammar knows: ``Maria:
… Ben: …`` in one line, ``Ben — …`` below hers, ``>> …``, a time alone. So the words that a grammar gives to one person
are checked again. From the first thing that looks like a beginning, the words belong to nobody. The test leans towards
"yes": a false beginning withholds words unless everybody agrees, and a missed one would let words leave by somebody
else's grant.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from proxy.attribution import openings, reading
from proxy.attribution.asking import answers_questions
from proxy.attribution.credits import credited_behind, led_in, letter_above, recorded_around, reported
from proxy.attribution.dialogues import dialogue, quotes, stranger_in
from proxy.attribution.footnotes import footnoted
from proxy.attribution.notices import agenda
from proxy.attribution.prompt_fields import settings_in
from proxy.attribution.repeated_records import repeated
from proxy.attribution.report_heads import heads_report, heads_requests
from proxy.attribution.signatures import signed
from proxy.attribution.speech_traces import like_a_turn, named, tells_of_somebody, timed
from proxy.attribution.strangers import (
    CARD,
    FEWEST_STRANGERS,
    names_stranger,
    strangers,
)
from proxy.model import Roster, Span
from proxy.redaction.roster.search import RosterSearch, people_of, search_for

_SHORT = 1000
"""Characters of the longest text that is kept with what was read in it."""


@dataclass(frozen=True, slots=True)
class Beginnings:
    """Finds beginnings, given the people of one roster.

    What was read in short texts is kept in `known`, since the border of a text is judged in several ways. So each
    request has one of its own.
    """

    search: RosterSearch
    known: dict[str, reading.NamedText] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def of(cls, roster: Roster) -> Beginnings:
        """The finder for the people of a roster."""
        return cls(search_for(tuple(people_of(roster))))

    def read(self, text: str) -> reading.NamedText:
        """The text with its mentions, searched once."""
        if len(text) > _SHORT:
            return reading.NamedText.of(text, self.search)
        if text not in self.known:
            self.known[text] = reading.NamedText.of(text, self.search)
        return self.known[text]

    def first(
        self, read: reading.NamedText, words: Sequence[Span], speaker: str | None, *, bounded: bool = False
    ) -> int | None:
        """Where somebody else may begin in `words`, which a grammar gives to `speaker` (an id); None if nowhere.

        `bounded`: marks of the grammar close the words at both ends, so no line of another person has slipped in from
        below.
        """
        found = [self._attributed(read, words, speaker)]
        found += [self._credited_below(read, span, speaker) for span in words[1:]]
        whole = Span(min(words).start, max(span.end for span in words))
        found += [shape(read, whole, speaker) for shape in (repeated, footnoted)]
        # A company in brackets on its own line beside the name is not a line of the words.
        head = 1 if len(words) > 1 and openings.beside_label(read.text, words[0]) else 0
        found += [self._begun(read, part, speaker, bounded=bounded) for part in (words[:head], words[head:])]
        return min((at for at in found if at is not None), default=None)

    @staticmethod
    def _begun(read: reading.NamedText, words: Sequence[Span], speaker: str | None, *, bounded: bool) -> int | None:
        """Where a line, or a stretch within one, opens as another speaker's lines do."""
        second: int | None = None
        for line in reading.laid_out(read.text, words):
            second = line.start if second is None and not line.first else second
            harmless = bounded and openings.is_harmless(read, line)
            if not (line.first or harmless) and openings.opens_turn(read, line, speaker):
                return openings.backed_up(read.text, words, second or line.start)
            inside = openings.first_within(read, line, speaker)
            if inside is not None:
                return openings.backed_up(read.text, words, min(inside, second or inside))
        return None

    @staticmethod
    def _attributed(read: reading.NamedText, words: Sequence[Span], speaker: str | None) -> int | None:
        """Where words begin that are credited to somebody else: below a line that says so, or above a signature."""
        whole = Span(min(words).start, max(span.end for span in words))
        for line, below in reading.with_following(read.text, *words):
            own = next(span for span in words if span.start <= line.start < span.end)
            if signed(read, line, own, speaker):
                return own.start
            # Over several lines, people thank and greet others by name; whoever closes a letter signs it.
            letter = letter_above(read.text, whole, line.start) if own.start > whole.start else None
            if letter is not None and signed(read, line, whole, speaker):
                return letter
            if led_in(read, line, below, speaker):
                return line.start
        return None

    @staticmethod
    def _credited_below(read: reading.NamedText, span: Span, speaker: str | None) -> int | None:
        """Where a line below somebody's first one says at its end that somebody else said it."""
        lines = reading.laid_out(read.text, (span,), reading.LINE_END)
        return next((line.start for line in lines if credited_behind(read, line, speaker)), None)

    def authored(self, read: reading.NamedText, span: Span, author: str, *, typed: bool = False) -> int | None:
        """Where in the words of an `author` (an id) somebody else opens a line; None if nowhere.

        People mention others in headings, lists and asides. So neither a sign alone nor a name within a sentence is a
        beginning. These are: a name followed by a sign or a time, a name alone on its line, a diarizer's label, and a
        time as recordings count it. Text `typed` to a model also contains words for roles and form fields.
        """
        told_of = [self._attributed(read, (span,), author), repeated(read, span, author), footnoted(read, span, author)]
        records = min((at for at in told_of if at is not None), default=None)
        if records is not None:
            return records
        for line, below in reading.with_following(read.text, span):
            stranger = CARD.match(read.text, line.start, line.end) if not line.first else None
            called = stranger is not None and reading.COLON_DIRECT.match(read.text, stranger.end("name"), line.end)
            if named(read, line, below, author) or (called and names_stranger(read, line.start, surely=True)):
                return line.start
            if not line.first and (
                quotes(read.text, line) or (not typed and openings.opens_for_another(read, line, below, author))
            ):
                return line.start
            quoted = (openings.spoken_by(read, line, mention, author) for mention in read.anybody(line.start, line.end))
            changes = reading.CHANGES.search(read.text, line.start, line.end)
            found = [at for at in quoted if at is not None] + ([changes.start()] if changes is not None else [])
            found += [voice.start() for voice in openings.labels_within(read.text, line) if not typed]
            captioned = openings.captioned_at(read, line, author)
            found += [captioned] if captioned is not None and not typed else []
            found += [] if typed else [*openings.recorded_times(read.text, line), *openings.called_within(read, line)]
            if found:
                return min(found)
        return None

    def spoken(self, read: reading.NamedText, span: Span, *, behind: bool = False, beside: bool = False) -> int | None:
        """Where speech may begin in the client's own words, as the start of a line; None if there is no trace of it.

        Lines before the one that shows the trace may be in the same layout and by people nobody knows. So speech begins
        with the first line that opens as transcript lines do. `behind`: somebody has spoken above. Then all of it may
        be speech, and an unknown name is trace enough. `beside`: somebody on the roster speaks in the same text. Then
        an unknown name followed by words as people say them is trace enough.
        """
        begun = max(read.text.rfind("\n", 0, span.start), read.text.rfind("\r", 0, span.start)) + 1
        lines = list(reading.with_following(read.text, Span(begun, span.end)))
        items = agenda([read.text[line.start : line.end] for line, _ in lines])
        settings = {line.start for line in settings_in(read.text, Span(begun, span.end))}
        unlisted = read.unlisted
        titles = {line.start for line, below in lines if heads_requests(read, line, below)}
        opens = [line.start for at, (line, _) in enumerate(lines) if at not in items and like_a_turn(read.text, line)]
        traced = next(
            (
                line.start
                for at, (line, below) in enumerate(lines)
                if line.start not in titles
                and (
                    (at not in items and line.start not in settings and timed(read.text, line))
                    or named(read, line, below, None)
                    or led_in(read, line, below, None)
                    or heads_report(read, line, below)
                    or openings.opens_for_nobody(unlisted, line, below)
                    or (at not in items and tells_of_somebody(read, line))
                )
            ),
            None,
        )
        if any(signed(read, line, Span(begun, span.end), None) for line, _ in lines):
            return span.start
        credited = self._credited(read, Span(begun, span.end))
        around = Span(begun, span.end)
        records = (recorded_around(read, span), repeated(read, around, None), footnoted(read, around, None))
        told_of = [at for at in (traced, credited, *records) if at is not None]
        traced = min(told_of, default=None)
        if traced is None:
            lines = [each for each in lines if each[0].start not in settings | titles]
            traced = strangers(read.text, [line for line, _ in lines], 1 if behind else FEWEST_STRANGERS)
        if traced is None and not answers_questions(read.text[line.start : line.end] for line, _ in lines):
            traced = dialogue(read.text, lines, beside=behind or beside)
        if traced is None:
            return None
        return span.start if behind else max(span.start, min([traced, *opens]))

    def unlisted(self, read: reading.NamedText, words: Sequence[Span]) -> int | None:
        """Where words that nobody claims name somebody not on the roster as speakers are named; None if nowhere."""
        at = stranger_in(read, words)
        found = [at] if at is not None else []
        unlisted = read.unlisted
        if not unlisted.people:
            return at
        whole = Span(min(words).start, max(span.end for span in words))
        for line, below in reading.with_following(read.text, *words):
            told_of = whole.start if signed(unlisted, line, whole, None) else reported(unlisted, line, whole)
            if told_of is not None:
                found.append(told_of)
            elif openings.speaks_unlisted(unlisted, line, below):
                found.append(line.start)
        return min(found, default=None)

    @staticmethod
    def _credited(read: reading.NamedText, span: Span) -> int | None:
        """Where a stretch credits words to somebody; None if nowhere."""
        found = (reported(read, line, span) for line in reading.laid_out(read.text, (span,), reading.LINE_END))
        return next((at for at in found if at is not None), None)

    def credited(self, read: reading.NamedText, span: Span) -> bool:
        """Whether a stretch of the client's own words reports what somebody on the roster said, or they sign it."""
        lines = reading.laid_out(read.text, (span,), reading.LINE_END)
        return self._credited(read, span) is not None or any(signed(read, line, span, None) for line in lines)
