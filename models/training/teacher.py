"""The vectors that the embedding model gives, which the passage model learns to give: kept in files, because they take hours to make."""

import json

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

from base_models import EMBEDDER, tokenizer_file, weights_file

MAX_TOKENS = 512
# Small enough that little is lost when the work is stopped.
PASSAGES_A_FILE = 250


class Teacher:
    """The embedding model that ships, on one thread."""

    def __init__(self):
        self.tokenizer = Tokenizer.from_file(str(tokenizer_file(EMBEDDER)))
        self.tokenizer.no_padding()
        self.tokenizer.enable_truncation(MAX_TOKENS)
        manifest = json.loads((EMBEDDER / 'embedding.json').read_text())
        self.question_prefix, self.text_prefix = manifest['questionPrefix'], manifest['textPrefix']
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self.session = onnxruntime.InferenceSession(str(weights_file(EMBEDDER)), options)

    def embed(self, text):
        ids = np.array([self.tokenizer.encode(text).ids], dtype=np.int64)
        inputs = {'input_ids': ids, 'attention_mask': np.ones_like(ids), 'token_type_ids': np.zeros_like(ids)}
        vector = self.session.run(None, inputs)[0][0, 0]
        return (vector / np.linalg.norm(vector)).astype(np.float16)


def vectors_of(number, passages, folder):
    """The vectors of the passages of one file: of all sentences in order, and of all questions in order. They are made once."""
    file = folder / f'{number:04}.npz'
    if not file.exists():
        teacher = Teacher()
        sentences = [teacher.embed(teacher.text_prefix + text) for passage in passages for text in passage.texts_alone()]
        questions = [teacher.embed(teacher.question_prefix + question) for passage in passages for question, _ in passage.questions]
        partial = folder / f'{number:04}.partial.npz'
        np.savez(partial, sentences=np.array(sentences), questions=np.array(questions))
        partial.replace(file)
    loaded = np.load(file)
    return loaded['sentences'].astype(np.float32), loaded['questions'].astype(np.float32)
