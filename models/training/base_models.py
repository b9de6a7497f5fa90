"""The models that ship: training starts from their weights."""

from pathlib import Path

MODELS = Path(__file__).parents[1]
CROSS_ENCODER = MODELS / 'ms-marco-MiniLM-L-12-v2'
EMBEDDER = MODELS / 'bge-small-en-v1.5'


def weights_file(model):
    return model / 'onnx/model_quantized.onnx'


def tokenizer_file(model):
    return model / 'tokenizer.json'
