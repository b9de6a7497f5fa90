"""The networks that are trained here, and how their first weights come out of the int8 files of the models that they start from."""

import math

import numpy as np
import onnx
import torch
import torch.nn.functional as F
from onnx import numpy_helper
from torch import nn

VOCABULARY, WIDTH, LAYERS, HEADS, INNER, POSITIONS = 30522, 384, 12, 12, 1536, 512
LAYER_NORM_EPSILON = 1e-12
MASKED = -1e4


class Layer(nn.Module):
    """One BERT layer. Takes and gives (batch, tokens, WIDTH)."""

    def __init__(self):
        super().__init__()
        self.q, self.k, self.v, self.o = (nn.Linear(WIDTH, WIDTH) for _ in range(4))
        self.ln1 = nn.LayerNorm(WIDTH, LAYER_NORM_EPSILON)
        self.i, self.d = nn.Linear(WIDTH, INNER), nn.Linear(INNER, WIDTH)
        self.ln2 = nn.LayerNorm(WIDTH, LAYER_NORM_EPSILON)

    def forward(self, x, bias):
        batch, tokens, _ = x.shape

        def heads(t):
            return t.view(batch, tokens, HEADS, WIDTH // HEADS).transpose(1, 2)

        q, k, v = heads(self.q(x)), heads(self.k(x)), heads(self.v(x))
        # Written out: opset 14 has no fused attention, and on a CPU the backward pass of PyTorch's own takes longer.
        attended = torch.softmax(q @ k.transpose(2, 3) / math.sqrt(WIDTH // HEADS) + bias, -1) @ v
        attended = attended.transpose(1, 2).reshape(batch, tokens, WIDTH)
        x = self.ln1(x + self.o(attended))
        return self.ln2(x + self.d(F.gelu(self.i(x))))


class Body(nn.Module):
    """BERT without a head."""

    def __init__(self):
        super().__init__()
        self.word = nn.Embedding(VOCABULARY, WIDTH)
        self.pos = nn.Embedding(POSITIONS, WIDTH)
        self.typ = nn.Embedding(2, WIDTH)
        self.ln = nn.LayerNorm(WIDTH, LAYER_NORM_EPSILON)
        self.layers = nn.ModuleList(Layer() for _ in range(LAYERS))

    def states(self, input_ids, attention_mask, token_type_ids):
        """A vector for each token, (batch, tokens, WIDTH), and what is to be added to the logits of masked tokens, (batch, tokens)."""
        tokens = input_ids.shape[1]
        x = self.ln(self.word(input_ids) + self.pos.weight[:tokens] + self.typ(token_type_ids))
        masked = (1.0 - attention_mask.to(x.dtype)) * MASKED
        for layer in self.layers:
            x = layer(x, masked[:, None, None, :])
        return x, masked


class Reader(Body):
    """Reads a question with a passage.

    Gives three logits a token, each (batch, tokens): that the answer starts here, that it ends here (the first token stands
    for "not answered here"), and that the token belongs to a sentence that answers.
    """

    OUTPUTS = ('start', 'end', 'evidence')

    def __init__(self):
        super().__init__()
        self.span = nn.Linear(WIDTH, 2)
        self.evidence = nn.Linear(WIDTH, 1)

    def forward(self, input_ids, attention_mask, token_type_ids):
        x, masked = self.states(input_ids, attention_mask, token_type_ids)
        span = self.span(x) + masked[..., None]
        return span[..., 0], span[..., 1], self.evidence(x)[..., 0]


class PassageEmbedder(Body):
    """Gives a vector for each token of a passage, (batch, tokens, WIDTH). The mean of a sentence's tokens is its embedding."""

    OUTPUTS = ('last_hidden_state',)

    def forward(self, input_ids, attention_mask, token_type_ids):
        return self.states(input_ids, attention_mask, token_type_ids)[0]


def weights_of_body(path):
    """The body's weights by their names in `Body`, from the int8 ONNX file of a BERT model. Its head is left out."""
    return {ours: torch.tensor(np.array(value)) for name, value in dequantised(path).items() if (ours := our_name(name))}


def our_name(name):
    """`bert.encoder.layer.0.attention.self.query.weight` → `layers.0.q.weight`; None for what the reader does not have."""
    name = name.removeprefix('bert.')
    if name.startswith('embeddings.'):
        for theirs, ours in EMBEDDING_NAMES.items():
            name = name.replace(theirs, ours)
        return name
    if name.startswith('encoder.layer.'):
        name = name.replace('encoder.layer.', 'layers.')
        for theirs, ours in PART_NAMES.items():
            name = name.replace(theirs, ours)
        return name
    return None


EMBEDDING_NAMES = {
    'embeddings.word_embeddings': 'word',
    'embeddings.position_embeddings': 'pos',
    'embeddings.token_type_embeddings': 'typ',
    'embeddings.LayerNorm': 'ln',
}
# The order matters: the output of attention is replaced before that of the layer.
PART_NAMES = {
    'attention.self.query': 'q',
    'attention.self.key': 'k',
    'attention.self.value': 'v',
    'attention.output.dense': 'o',
    'attention.output.LayerNorm': 'ln1',
    'intermediate.dense': 'i',
    'output.dense': 'd',
    'output.LayerNorm': 'ln2',
}


def dequantised(path):
    """Every weight of an int8 ONNX file as float32, under the name that it had in PyTorch."""
    graph = onnx.load(path).graph
    tensors = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
    consumers = {}
    for node in graph.node:
        for name in node.input:
            consumers.setdefault(name, []).append(node)
    weights = {name: value for name, value in tensors.items() if value.dtype == np.float32 and not name.endswith('_scale')}
    for name, value in tensors.items():
        if not name.endswith('_quantized'):
            continue
        base = name.removesuffix('_quantized')
        scale, zero = tensors[f'{base}_scale'].astype(np.float32), tensors[f'{base}_zero_point'].astype(np.float32)
        weight = (value.astype(np.float32) - zero) * scale
        consumer = consumers[name][0]
        if consumer.op_type != 'MatMulInteger':
            weights[base] = weight
        elif '.' in base and not base.startswith('onnx::'):
            weights[base] = weight.T
        else:
            # The exporter dropped the name of this matrix; the bias that is added to its product has kept its own.
            weights[f'{bias_after(consumer, consumers, tensors).removesuffix(".bias")}.weight'] = weight.T
    return weights


def bias_after(node, consumers, tensors):
    while node.op_type != 'Add':
        node = consumers[node.output[0]][0]
    return next(name for name in node.input if name in tensors)
