"""Writes a trained network as the int8 ONNX file that Footnote runs."""

import tempfile
from pathlib import Path

import torch
from onnxruntime.quantization import QuantType, quantize_dynamic

INPUTS = ['input_ids', 'attention_mask', 'token_type_ids']


def export(model, path):
    """Opset 14, which onnxruntime 1.14 runs. Quantised per channel: one scale for a whole matrix loses what training gained."""
    model.eval()
    ids = torch.ones(2, 16, dtype=torch.long)
    axes = {name: {0: 'batch', 1: 'tokens'} for name in [*INPUTS, *model.OUTPUTS]}
    with tempfile.TemporaryDirectory() as folder:
        full = str(Path(folder) / 'model.onnx')
        torch.onnx.export(
            model, (ids, ids, ids * 0), full, input_names=INPUTS, output_names=[*model.OUTPUTS], dynamic_axes=axes, opset_version=14, dynamo=False
        )
        quantize_dynamic(full, str(path), weight_type=QuantType.QInt8, per_channel=True)
