"""Whether the configuration claims of a recipient's terms what their text does not say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from proxy.consent.clauses import Code, Reading, read
from proxy.consent.terms import TermsVersion, digest_of
from proxy.settings import Recipient

_SHOWN = 160


def doubts(name: str, recipient: Recipient, versions: Sequence[TermsVersion], file: str | None = None) -> Iterator[str]:
    """One line each: what does not fit, the sentence that says so, and the remedy.

    `versions` are those on file, `file` is the text of ``terms.file``. Nothing is said where no text is known.
    """
    place = f"recipients.{name}"
    held = next((each for each in versions if each.version == recipient.terms.version), None)
    if versions and held is None:
        yield (
            f"{place}.terms.version: the text of {recipient.terms.version} is not on file, that of others is; "
            f"remedy: meeting-proxy terms add {name} FILE --version {recipient.terms.version}"
        )
    if held is not None and held.accepted_at is None:
        yield (
            f"{place}.terms.version: nobody accepted {held.version} for the organization; "
            f"remedy: meeting-proxy terms accept {name} {held.version} --by WHO"
        )
    if held is not None and file is not None and digest_of(file) != held.digest:
        yield (
            f"{place}.terms.file: is another text than version {held.version} on file; remedy: give the text that "
            "applies a version of its own, and name it here"
        )
    text = held.text if held is not None else file
    if text is not None:
        yield from _against(place, recipient, read(text))


def _against(place: str, recipient: Recipient, reading: Reading) -> Iterator[str]:
    if not reading.english:
        yield f"{place}.terms: the text is not English, so it was not compared; remedy: have it read by a person"
        return
    if not recipient.may_train and reading.has(Code.TRAINING_LICENCE):
        yield (
            f"{place}.may_train: is false, but the terms take content for training"
            f"{_where(reading, Code.TRAINING_LICENCE)}; remedy: set it to true, so that a grant for model_training is "
            "needed too, or agree on other terms"
        )
    if recipient.retention_days is not None and reading.has(Code.ENDLESS_RETENTION):
        yield (
            f"{place}.retention_days: is {recipient.retention_days}, but the terms keep without limit"
            f"{_where(reading, Code.ENDLESS_RETENTION)}; remedy: leave it out, or agree on other terms"
        )


def _where(reading: Reading, code: Code) -> str:
    """The section and the sentence that a doubt rests on; terms are no client's text and may be shown."""
    flag = next(each for each in reading.serious if each.code is code)
    words = flag.sentence.text
    shown = words if len(words) <= _SHOWN else words[:_SHOWN].rstrip() + " …"
    section = f" in section {flag.sentence.section}" if flag.sentence.section else ""
    return f'{section} ("{shown}")'
