"""The cross-encoder that ships: training starts from its weights."""

from pathlib import Path

FOLDER = Path(__file__).parents[1] / 'ms-marco-MiniLM-L-12-v2'
BASE_MODEL, TOKENIZER = FOLDER / 'onnx/model_quantized.onnx', FOLDER / 'tokenizer.json'
