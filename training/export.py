"""Write the trained model as the proxy ships it: ``python -m training.export --out DIR --to DIR``."""

from __future__ import annotations

import argparse
import shutil
import tempfile
from pathlib import Path

import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from safetensors.torch import load_file

from proxy.detection.tagger.decode import LABELS
from proxy.detection.tagger.windows import FEATURES
from training.encoder import Tagger
from training.train import KEPT_LAYERS


def main() -> None:
    """Export to ONNX, quantize to int8, and put it with the tokenizer and the word lists."""
    options = argparse.ArgumentParser()
    options.add_argument("--out", type=Path, required=True, help="where training wrote")
    options.add_argument("--to", type=Path, required=True, help="proxy/detection/tagger/weights")
    options.add_argument("--mean", type=Path, help="where an earlier run wrote: the mean of both is exported")
    given = options.parse_args()
    weights = load_file(given.out / "tagger.safetensors")
    if given.mean:
        other = load_file(given.mean / "tagger.safetensors")
        weights = {name: (each + other[name]) / 2 for name, each in weights.items()}
    tagger = Tagger(weights["words.weight"].shape[0], FEATURES, LABELS, len(KEPT_LAYERS))
    tagger.load_state_dict(weights)
    tagger.eval()
    example = torch.ones((2, 16), dtype=torch.long)
    names = ["ids", "features"]
    with tempfile.TemporaryDirectory() as folder:
        plain = Path(folder) / "plain.onnx"
        torch.onnx.export(
            tagger,
            (example, example),
            str(plain),
            input_names=names,
            output_names=["scores"],
            dynamic_axes={name: {0: "batch", 1: "tokens"} for name in (*names, "scores")},
            opset_version=17,
            dynamo=False,
        )
        quantize_dynamic(
            str(plain),
            str(given.to / "tagger.onnx"),
            weight_type=QuantType.QInt8,
            per_channel=True,
            reduce_range=False,
            extra_options={"MatMulConstBOnly": True},
        )
    for name in ("tokenizer.json", "lexicon.xz"):
        shutil.copy(given.out / name, given.to / name)


if __name__ == "__main__":
    main()
