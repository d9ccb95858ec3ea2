"""Train the multilingual model: ``python -m training.multilingual.train --languages DIR --sets DIR --out DIR``."""

from __future__ import annotations

import argparse
import os
import random
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple, Protocol

import numpy as np
import torch
import torch.distributed
import torch.multiprocessing
from safetensors.torch import load_file, save_file
from torch import Tensor

from proxy.detection.tagger.decode import LABELS
from proxy.detection.tagger.pieces import LISTED, Pieces, pack
from training.dataset import UNLEARNT, Example, batches
from training.encoder import HIDDEN, POSITIONS, Tagger, load_pretrained
from training.multilingual.mixture import Mixture
from training.multilingual.pretrained import Pretrained, plain, read
from training.multilingual.windows import allowed

KEPT_LAYERS = (0, 1, 2, 3)
WEIGHTS = "multilingual.safetensors"
"""The file that a run writes its weights to."""
COMMON = 60_000
"""Pieces of Latin script that are kept for being common; others are kept if a text to learn from has them."""
MADE = 5_000
"""Made documents that are searched for pieces."""
SEED = 20261130
_LATIN_END = 0x250
_LATIN_MORE = range(0x1E00, 0x2070)
"""Vietnamese letters, and dashes, quotes and the like."""


class Windows(Protocol):
    """What a model learns from."""

    def windows(self, pieces: Pieces, /) -> Iterator[Example]:
        """Endless windows."""

    def texts(self, count: int, /) -> Iterator[str]:
        """Texts that pieces are needed for, `count` made ones of each kind among them."""


def chosen(pretrained: Pretrained, mixture: Windows) -> list[int]:
    """The numbers of the pieces that the model keeps, in order."""
    latin = [at for at, (piece, _) in enumerate(pretrained.pieces) if is_latin(piece)]
    whole = Pieces(pretrained.pieces[at] for at in latin)
    seen = set(range(min(COMMON, len(latin))))
    for text in mixture.texts(MADE):
        for styled in (text, text.lower()):
            seen.update(token - LISTED for token in whole.read(styled).ids if token >= LISTED)
    return [latin[at] for at in sorted(seen)]


def is_latin(piece: str) -> bool:
    """Whether a piece has letters of Latin script alone, or signs that go with them."""
    return all(
        ord(letter) < _LATIN_END or ord(letter) in _LATIN_MORE or (not letter.isalnum() and ord(letter) < 0x2C00)
        for letter in piece
    )


def started(pretrained: Pretrained, rows: list[int], start: Path | None) -> Tagger:
    """The network with the pretrained weights, or with those of an earlier run.

    Its words stay as they were pretrained, so four bits hold them exactly.
    """
    tagger = Tagger(len(rows), 1, LABELS, len(KEPT_LAYERS))
    places = pretrained.weights["embeddings.position_embeddings.weight"]
    weights = pretrained.weights | {
        "embeddings.word_embeddings.weight": torch.from_numpy(plain(pretrained.scales[rows], pretrained.halves[rows])),
        "embeddings.position_embeddings.weight": torch.cat([places, places.new_zeros(POSITIONS - len(places), HIDDEN)]),
    }
    load_pretrained(tagger, weights, KEPT_LAYERS)
    if start is not None:
        tagger.load_state_dict(load_file(start), strict=False)
    tagger.words.requires_grad_(False)
    return tagger


def loss_of(scores: Tensor, labels: Tensor, right: Tensor, index: dict[int, int]) -> Tensor:
    """Minus the logarithm of the probability that the model gives to all labels that are right for a token."""
    learnt = labels != UNLEARNT
    scores = torch.log_softmax(scores[learnt].float(), dim=-1)
    rows = right[torch.tensor([index[label] for label in labels[learnt].tolist()])]
    return -torch.logsumexp(scores.masked_fill(~rows, -1e4), dim=-1).mean()


class Plan(NamedTuple):
    """What differs between the models that are made so: what they learn from, and which pieces they keep."""

    mixture: Callable[[Path, Path, random.Random], Windows]
    chosen: Callable[[Pretrained, Windows], list[int]]
    tokens: int
    """To learn from."""


def _options(plan: Plan) -> argparse.Namespace:
    options = argparse.ArgumentParser()
    options.add_argument("--languages", type=Path, required=True, help="sets of many languages, one file each")
    options.add_argument("--sets", type=Path, required=True, help="the sets of the English model")
    options.add_argument("--out", type=Path, required=True)
    options.add_argument("--tokens", type=int, default=plan.tokens, help="to learn from")
    options.add_argument("--minutes", type=float, default=float("inf"), help="after which it ends with fewer tokens")
    options.add_argument("--batch", type=int, default=1800, help="tokens in a batch of each process")
    options.add_argument("--rate", type=float, default=3e-4)
    options.add_argument("--seed", type=int, default=SEED)
    options.add_argument("--kept", type=Path, help="rows.npy of an earlier run, whose pieces are kept")
    options.add_argument("--start", type=Path, help="weights of that run, from which this one goes on")
    options.add_argument("--processes", type=int, default=2, help="that learn together, each of one thread")
    return options.parse_args()


def main(plan: Plan) -> None:
    """Train for a number of tokens; write the weights, the pieces and the numbers of the pieces' rows."""
    given = _options(plan)
    given.out.mkdir(parents=True, exist_ok=True)
    torch.multiprocessing.spawn(_learn, (given, plan), given.processes)


def _learn(rank: int, given: argparse.Namespace, plan: Plan) -> None:
    """What one of the processes does: it learns from documents of its own, and all take each step together."""
    torch.set_num_threads(1)
    torch.distributed.init_process_group(
        "gloo",
        init_method=f"file://{given.out.resolve()}/meeting-{os.getppid()}",
        rank=rank,
        world_size=given.processes,
    )
    torch.manual_seed(given.seed)
    rng = random.Random(given.seed)
    mixture = plan.mixture(given.languages, given.sets, rng)
    pretrained = read()
    kept = plan.chosen(pretrained, mixture) if given.kept is None else (np.load(given.kept)[LISTED:] - LISTED).tolist()
    rows = [*range(LISTED), *(LISTED + at for at in kept)]
    pieces = Pieces([pretrained.pieces[at] for at in kept])
    if rank == 0:
        (given.out / "pieces.xz").write_bytes(pack([pretrained.pieces[at] for at in kept]))
        np.save(given.out / "rows.npy", np.array(rows))
        print(f"{pieces.count} pieces", flush=True)
    tagger = started(pretrained, rows, given.start)
    rng.seed(given.seed + rank)
    torch.manual_seed(given.seed + rank)

    head = [p for name, p in tagger.named_parameters() if name.startswith("head")]
    body = [p for name, p in tagger.named_parameters() if p.requires_grad and not name.startswith("head")]
    optimizer = torch.optim.AdamW(
        [{"params": body, "lr": given.rate}, {"params": head, "lr": 5 * given.rate}], weight_decay=0.01
    )
    base = [group["lr"] for group in optimizer.param_groups]
    index: dict[int, int] = {}
    right = torch.zeros((0, LABELS), dtype=torch.bool)
    step, seen, spent, mean, began = 0, 0, 0.0, 1.0, time.monotonic()
    for ids, features, mask, labels in batches(mixture.windows(pieces), given.batch):
        share = max(seen / given.tokens, spent)
        if share >= 1:
            break
        for label in sorted({*labels.unique().tolist()} - index.keys() - {UNLEARNT}):
            index[label] = len(index)
            right = torch.cat([right, torch.tensor([allowed(label)])])
        for group, rate in zip(optimizer.param_groups, base, strict=True):
            group["lr"] = rate * max(min(share / 0.06, (1 - share) / 0.94), 0.002)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            scores = tagger(ids, features, mask)
        loss = loss_of(scores, labels, right, index)
        optimizer.zero_grad()
        loss.backward()
        told = [float(mask.sum()), (time.monotonic() - began) / 60 / given.minutes]
        tokens, spent = _together([p.grad for p in body + head if p.grad is not None], told)
        torch.nn.utils.clip_grad_norm_(body + head, 1.0)
        optimizer.step()
        step, seen = step + 1, seen + int(tokens)
        mean += (loss.item() - mean) * 0.02
        if step % 25 == 0 and rank == 0:
            print(
                f"{share:6.1%} step {step} tokens {seen:,} loss {mean:.4f} {time.monotonic() - began:.0f} s", flush=True
            )
        if step % 200 == 0 and rank == 0:
            _save(tagger, given.out)
    if rank == 0:
        _save(tagger, given.out)
    print(f"{seen} tokens", flush=True)
    torch.distributed.destroy_process_group()


def _together(gradients: list[Tensor], told: list[float]) -> tuple[float, float]:
    """Makes the gradients the means of those of all processes. Of two numbers, returns the sum and the mean."""
    flat = torch.cat([*(gradient.flatten() for gradient in gradients), torch.tensor(told)])
    torch.distributed.all_reduce(flat)
    at, count = 0, torch.distributed.get_world_size()
    for gradient in gradients:
        gradient.copy_(flat[at : at + gradient.numel()].view_as(gradient) / count)
        at += gradient.numel()
    return float(flat[-2]), float(flat[-1]) / count


def _save(tagger: Tagger, out: Path) -> None:
    """All weights but the words, which are the pretrained ones."""
    kept = {name: value for name, value in tagger.state_dict().items() if name != "words.weight"}
    save_file(kept, str(out / WEIGHTS))


if __name__ == "__main__":
    main(Plan(Mixture, chosen, 2_300_000))
