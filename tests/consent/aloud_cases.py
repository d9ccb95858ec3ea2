"""Refusals said aloud, with all that people and recognizers put around and into them, and what only looks like one."""

from __future__ import annotations

import random
from collections.abc import Iterator

CORES = [
    "I do not consent",
    "I don't consent to being recorded",
    "I do not consent to this being recorded",
    "I do not consent to this meeting being recorded",
    "I do not agree to being transcribed",
    "I do not consent to the AI",
    "I never agreed to be recorded",
    "I withdraw my consent",
    "I'm withdrawing my consent",
    "I would like to withdraw my consent",
    "I take back my permission",
    "I refuse to be recorded",
    "I object to being recorded",
    "I'd rather not be recorded",
    "I don't want to be recorded",
    "I do not want my words in the summary",
    "I'm not comfortable with being recorded",
    "I am not okay with this being summarized",
    "I haven't consented to this recording",
    "you do not have my permission to record me",
    "you may not record me",
    "please don't record me",
    "please stop recording me",
    "I do not want you to record my voice",
    "I do not consent to my voice being processed by AI",
    "I can not consent to being recorded",
    "I still do not consent to being recorded",
    "I do not consent to the use of my words in the summary",
    "I do not consent to being recorded by the assistant",
    "we do not consent to being recorded",
]
PUT_IN = [
    "uh,", "um", "er,", ", uh,", ", um,", "[inaudible]", "(coughs)", "[laughter]", "♪", "(sighs)", "erm", "...", "…",
    "[crosstalk]", "(clears throat)", "mm", "<i>", "[00:12]", ", you know,", "🙏", "*", "hmm", ", like,", "uh uh",
]  # fmt: skip
RUN_UPS = [
    "(sighs)", "[inaudible]", "♪", "Before we start -", "Hi all –", "ok so um hello hello can you hear me yes",
    "sorry to interrupt but", "Uh-huh, and, and", "[background noise]", "- ", "thanks everybody for the slides",
    "I cannot see the screen but hello", "good morning from the harbour office it rains here", "Ben,", "Hey Eve,",
    "Wait, wait, wait,", "before you go on —", "right the budget is fine from my side", "I think", "I'm afraid",
    "my answer is no", "well as the agenda is short let me begin", "As I said,", "okay that was the report, and",
    "If it is recorded,", "he is fine with the budget, but", "so yeah no", "I want it noted that",
]  # fmt: skip
TAGS = [
    "", ".", "!", ", is that clear?", ", you hear me?", ", do you?", ", okay?", ", right?", ", full stop.",
    ", thank you very much.", ", Ben.", "... okay", " thanks", ", can you please stop it?", ". Did you hear?",
    " (sighs)", " [inaudible]", " ♪", ", so please stop.", ", uh, thanks", " – please.", ", got it?", "; stop it.",
]  # fmt: skip
PLAIN = [
    "Can you stop recording me?",
    "Could you please not record me?",
    "Would you stop transcribing my words?",
    "No recording of me please.",
    "Please turn off the AI notes.",
    "As Ben said, I do not consent either.",
    "I do not, and will not, consent to being recorded.",
    "I don't think I consent to that.",
    "I am not comfortable being recorded.",
    "You can't record me.",
    "I take my yes back.",
    "Unless you stop it I do not consent to being recorded.",
    "I have to object to being summarized.",
    "I do not consent to any part of this call being captured.",
    "I do not consent to what I say being transcribed.",
    "I did not consent to this recording.",
    "I do not consent to you recording this meeting.",
    "I do not consent to a bot recording us.",
    "I do not consent to being recorded, not to my dog being recorded either.",
    "I do not consent to my dog being recorded and I do not consent to being recorded.",
    "I have withdrawn my consent.",
    "I do not consent to being recorded by my company.",
    "My name is Ann and I do not consent to being recorded.",
    "You must not transcribe what I say.",
    "Switch off the recording please.",
    "I'm going to have to object to this being recorded.",
    "Honestly I don't feel comfortable being recorded.",
    "We'd rather not be recorded.",
    "If you don't mind, I do not consent to being recorded.",
    "I don t consent to being recorded.",
]
ABOUT_OTHERS = [
    "I do not consent to my dog being recorded by the neighbour's camera",
    "I do not consent to being recorded by my doctor",
    "I do not consent to my daughter being recorded at school",
    "I don't want my garden to be recorded",
    "I do not consent to the payments being recorded twice",
    "I do not consent to you recording my dog",
    "I object to his voice being recorded",
    "I do not agree to my mother's calls being taped",
    "I refuse to be recorded as the owner",
    "I do not consent to being recorded in the shop",
    "I object to the recording of my neighbours",
    "I do not consent to being recorded by the police",
    "I do not agree to the new price being recorded",
    "I withdraw my consent for the marketing mails",
    "I withdraw my consent to the operation",
    "I do not consent to my cat's doctor recording the bill",
    "I never agreed to the invoice being processed",
    "I don't want my son recorded",
    "I do not consent to being recorded by the bank's cameras",
    "I object to her notes being summarized",
    "I do not consent to the merger",
    "I do not want you to record the loss twice",
    "You may not record me as a visitor",
    "I have not withdrawn my consent",
    "I do not want to withdraw my consent",
    "I do not object to being recorded",
    "I would never refuse to be recorded",
    "I don't want you to record my mother",
]
SUPPOSED = [
    "If {}, what happens",
    "if {} I can leave",
    "Suppose {}",
    "Ben told me that {}",
    "Ben said, {}",
    "She wrote: {}",
    "he thinks {}",
    "the form says: {}",
    "the second box: {}",
    '"{}"',
    "“{}”",
    "he asked whether {}",
    "what if {}",
    "imagine {}",
    "people who say {} are left out",
    "it is not true that {}",
    "does it matter when {}?",
    "Ben was like {}",
    "she goes {}",
    "the line reads {}",
    "whether {} is my choice",
    "he claims that {}",
    "do you think {}?",
    "I never said {}",
    "{}. That is what the form says.",
    "I am not saying that {}",
    "you either consent or you type {} in the chat as an example",
    "according to Ben {}",
]


def half(cases: list[str], kept_back: bool) -> list[str]:
    """Every other one: the rule was written with one half, and held against the other."""
    return cases[int(kept_back) :: 2]


def broken(rng: random.Random, words: str, noises: list[str]) -> str:
    """The words with a noise or two between them, and one that is repeated or cut off before it is said."""
    said = words.split(" ")
    if rng.random() < 0.4:
        at = rng.choice([i for i, word in enumerate(said) if word.isalpha()])
        first = said[at]
        said[at] = rng.choice((f"{first} {first}", f"{first}, {first}", f"{first[:1]}- {first}", f"{first}-{first}"))
    for _ in range(rng.randint(0, 2)):
        at = rng.randrange(len(said))
        said[at] = f"{rng.choice(noises)} {said[at]}"
    return " ".join(said).replace(" ,", ",")


def refusals(rng: random.Random, count: int, kept_back: bool | None = None) -> Iterator[str]:
    """Refusals: a core behind a run-up, with noises and stutters anywhere, before a tag."""
    cores, noises, run_ups, tags = (
        each if kept_back is None else half(each, kept_back) for each in (CORES, PUT_IN, RUN_UPS, TAGS)
    )
    for _ in range(count):
        words = broken(rng, rng.choice(cores), noises)
        words = f"{rng.choice(run_ups)} {words}" if rng.random() < 0.7 else words
        words += rng.choice(tags)
        yield rng.choice((words, words, words.lower(), words.upper()))


def others(rng: random.Random, count: int, kept_back: bool | None = None) -> Iterator[str]:
    """What is no refusal: of other things, and what is reported, quoted, supposed or asked."""
    things, frames, cores, noises = (
        each if kept_back is None else half(each, kept_back) for each in (ABOUT_OTHERS, SUPPOSED, CORES, PUT_IN)
    )
    for _ in range(count):
        if rng.random() < 0.5:
            words = broken(rng, rng.choice(things), noises)
            yield words + rng.choice((".", "", ", okay?", " thanks"))
        else:
            yield rng.choice(frames).format(rng.choice(cores)) + rng.choice((".", ""))
