"""Write a model of many languages as the proxy ships it: ``python -m training.multilingual.export --out DIR --to DIR``.

Words stay in the four bits in which they came, exactly; matrices are in eight bits, as those of the English model.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from pathlib import Path

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic
from safetensors.torch import load_file
from torch import Tensor, nn

from proxy.detection.tagger.decode import LABELS
from training.encoder import HIDDEN, Tagger
from training.multilingual.pretrained import BLOCK, read
from training.multilingual.train import KEPT_LAYERS, WEIGHTS

FILES = {"multilingual": ("multilingual.onnx", "pieces.xz"), "scripts": ("scripts.onnx", "scripts.xz")}
"""By model: the files of its network and of its pieces, as the proxy ships them."""


class _FromVectors(nn.Module):
    """The network from the vectors of words on."""

    def __init__(self, tagger: Tagger) -> None:
        super().__init__()
        self.tagger = tagger

    def forward(self, words: Tensor) -> Tensor:
        scores: Tensor = self.tagger.read(words, self.tagger.features.weight[0])
        return scores


def main() -> None:
    """Export to ONNX, quantize, and put it beside its pieces."""
    options = argparse.ArgumentParser()
    options.add_argument("--out", type=Path, required=True, help="where training wrote")
    options.add_argument("--mean", type=Path, help="where another run wrote: what is written is the mean of both")
    options.add_argument("--to", type=Path, required=True, help="proxy/detection/tagger/weights")
    options.add_argument("--model", choices=FILES, default="multilingual")
    given = options.parse_args()
    rows = np.load(given.out / "rows.npy")
    tagger = Tagger(1, 1, LABELS, len(KEPT_LAYERS))
    weights = load_file(given.out / WEIGHTS)
    if given.mean is not None:
        others = load_file(given.mean / WEIGHTS)
        weights = {name: (value + others[name]) / 2 for name, value in weights.items()}
    tagger.load_state_dict({**weights, "words.weight": torch.zeros(1, HIDDEN)})
    tagger.eval()
    with tempfile.TemporaryDirectory() as folder:
        plain, small = Path(folder) / "plain.onnx", Path(folder) / "small.onnx"
        torch.onnx.export(
            _FromVectors(tagger),
            (torch.zeros((2, 16, HIDDEN)),),
            str(plain),
            input_names=["words"],
            output_names=["scores"],
            dynamic_axes={name: {0: "batch", 1: "tokens"} for name in ("words", "scores")},
            opset_version=17,
            dynamo=False,
        )
        quantize_dynamic(
            str(plain),
            str(small),
            weight_type=QuantType.QInt8,
            per_channel=True,
            reduce_range=False,
            extra_options={"MatMulConstBOnly": True},
        )
        model = onnx.load(str(small))
    pretrained = read()
    with_words(model, pretrained.scales[rows], pretrained.halves[rows])
    network, pieces = FILES[given.model]
    onnx.save(model, str(given.to / network))
    shutil.copy(given.out / "pieces.xz", given.to / pieces)


def with_words(model: onnx.ModelProto, scales: NDArray[np.float16], halves: NDArray[np.uint8]) -> None:
    """Put the words in four bits before a graph that reads their vectors; it reads ids then."""
    values = np.concatenate([halves & 15, halves >> 4], axis=-1).reshape(len(halves), -1)
    pairs = (values[:, 0::2] | values[:, 1::2] << 4).astype(np.uint8)
    graph = model.graph
    graph.initializer.append(numpy_helper.from_array(pairs, "words.pairs"))
    graph.initializer.append(numpy_helper.from_array(scales, "words.scales"))
    gather = helper.make_node(
        "GatherBlockQuantized",
        ["words.pairs", "ids", "words.scales"],
        ["words.halves"],
        domain="com.microsoft",
        gather_axis=0,
        quantize_axis=1,
        block_size=BLOCK,
        bits=4,
    )
    widened = helper.make_node("Cast", ["words.halves"], ["words"], to=TensorProto.FLOAT)
    graph.node.insert(0, gather)
    graph.node.insert(1, widened)
    del graph.input[:]
    graph.input.append(helper.make_tensor_value_info("ids", TensorProto.INT64, ["batch", "tokens"]))
    if not any(each.domain == "com.microsoft" for each in model.opset_import):
        model.opset_import.append(helper.make_opsetid("com.microsoft", 1))


if __name__ == "__main__":
    main()
