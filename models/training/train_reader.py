"""Trains the reader, and exports it as the int8 ONNX file that Footnote runs.

    python models/training/train_reader.py --data DIR --work DIR

A run that was stopped goes on from its last checkpoint when the same command is given again. README.md describes the data.
"""

import argparse
import os
import sys
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

from base_models import CROSS_ENCODER, tokenizer_file, weights_file
from body import Reader, weights_of_body
from examples import Example, ExampleMaker, held_out, read_selqa, read_squad, rng_of
from export import export
from resumable_run import ResumableRun, padded_inputs

BATCH, POOL = 24, 12
LEARNING_RATE, HEAD_FACTOR, WARM_UP_STEPS, WEIGHT_DECAY = 5e-5, 8, 60, 0.01
# The embeddings and the lowest layers stay as they are: they hold what is common to all texts, and a quarter of the time is saved.
FROZEN_LAYERS = 3
EVIDENCE_WEIGHT = 0.5
DEV_ARTICLES_EVERY, DEV_QUESTIONS, DEV_BATCH, DEV_SEED = 22, 400, 32, 7
STEPS_BETWEEN_CHECKPOINTS, EXAMPLES_BETWEEN_DEV = 100, 8_000
MAX_ANSWER_TOKENS = 24
QUICK_ROWS, QUICK_STEPS = 200, 6


def main():
    options = read_options()
    torch.manual_seed(options.seed)
    torch.set_num_threads(options.threads)
    options.work.mkdir(parents=True, exist_ok=True)
    train_rows, dev_rows = held_out(read_squad(options.data / 'squad2-train.json.gz'), DEV_ARTICLES_EVERY)
    selqa = read_selqa(options.data / 'selqa.json.gz')
    if options.quick_check:
        train_rows, dev_rows, selqa = train_rows[:QUICK_ROWS], dev_rows[:QUICK_ROWS], selqa[:QUICK_ROWS]
    maker = ExampleMaker(tokenizer_file(CROSS_ENCODER), train_rows, selqa)
    run = ReaderRun(maker, dev_rows, options)
    run.go_on()
    export(run.model, options.work / 'model_quantized.onnx')
    print(f'exported {options.work / "model_quantized.onnx"}', flush=True)


def read_options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--data', type=Path, required=True, help='the folder with squad2-train.json.gz and selqa.json.gz')
    parser.add_argument('--work', type=Path, required=True, help='a folder outside the repository for checkpoints, the log and the result')
    parser.add_argument('--init', type=Path, help='the checkpoint of an earlier run, or its tensors alone, to start from; default: the cross-encoder')
    parser.add_argument('--examples', type=int, default=130_000)
    parser.add_argument('--seed', type=int, default=7, help='another one makes other examples')
    parser.add_argument('--threads', type=int, default=os.cpu_count())
    parser.add_argument('--quick-check', action='store_true', help=f'{QUICK_STEPS} steps on {QUICK_ROWS} questions')
    options = parser.parse_args()
    if options.quick_check:
        options.examples = QUICK_STEPS * BATCH
    return options


class ReaderRun(ResumableRun):
    """One training of the reader."""

    def __init__(self, maker, dev_rows, options):
        self.maker, self.seed = maker, options.seed
        reader = Reader()
        reader.load_state_dict(weights_of_body(weights_file(CROSS_ENCODER)), strict=False)
        if options.init:
            saved = torch.load(options.init)
            tensors = saved.get('model', saved)
            reader.load_state_dict({name: value.float() for name, value in tensors.items()}, strict=False)
        for part in [reader.word, reader.pos, reader.typ, reader.ln, *reader.layers[:FROZEN_LAYERS]]:
            part.requires_grad_(False)
        heads = [*reader.span.parameters(), *reader.evidence.parameters()]
        body = [p for layer in reader.layers[FROZEN_LAYERS:] for p in layer.parameters()]
        self.trained = [*body, *heads]
        groups = [{'params': body, 'factor': 1.0}, {'params': heads, 'factor': HEAD_FACTOR}]
        super().__init__(
            reader,
            torch.optim.AdamW(groups, lr=LEARNING_RATE, weight_decay=WEIGHT_DECAY),
            options.work,
            counted='examples',
            batch_size=BATCH,
            steps=options.examples // BATCH,
            steps_between_checkpoints=STEPS_BETWEEN_CHECKPOINTS,
            steps_between_dev=EXAMPLES_BETWEEN_DEV // BATCH,
        )
        rng = rng_of(DEV_SEED, 'dev')
        sample = rng.sample(dev_rows, min(DEV_QUESTIONS, len(dev_rows)))
        made = [maker.encode(r.question, r.title, r.text, r.answer, rng) for r in sample]
        self.dev = sorted((e for e in made if e), key=lambda e: len(e.ids))

    def batches(self, first_step):
        """The batches from a step on, each of examples of about the same length. They are the same at every run."""
        number, place = divmod(first_step, POOL)
        while True:
            rng = rng_of(self.seed, number)
            pool = sorted((self.maker.make(rng) for _ in range(BATCH * POOL)), key=lambda e: len(e.ids))
            batches = [pool[i : i + BATCH] for i in range(0, len(pool), BATCH)]
            rng.shuffle(batches)
            yield from batches[place:]
            number, place = number + 1, 0

    def train_on(self, batch):
        done = self.step / self.steps
        rate = LEARNING_RATE * min(1, (self.step + 1) / WARM_UP_STEPS) * max(0.02, 1 - done)
        for group in self.optimizer.param_groups:
            group['lr'] = rate * group['factor']
        self.model.train()
        start, end, evidence = logits_of(self.model, batch)
        loss = (place_loss(start, [e.starts for e in batch]) + place_loss(end, [e.ends for e in batch])) / 2
        loss = loss + EVIDENCE_WEIGHT * evidence_loss(evidence, batch)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.trained, 1.0)
        self.optimizer.step()
        self.optimizer.zero_grad()
        return loss.item()

    @torch.no_grad()
    def evaluate(self):
        """Figures on questions of articles that are kept apart, each with its own paragraph."""
        self.model.eval()
        margins, answerable, f1, right_sentence = [], [], [], []
        for i in range(0, len(self.dev), DEV_BATCH):
            batch = self.dev[i : i + DEV_BATCH]
            start, end, evidence = logits_of(self.model, batch)
            for example, s, e, v in zip(batch, start, end, evidence):
                first, last, margin = best_span(s, e, example)
                margins.append(margin)
                answerable.append(example.starts != [0])
                if answerable[-1]:
                    f1.append(token_f1(first, last, example.starts[0], example.ends[0]))
                    right_sentence.append(max(example.sentences, key=lambda x: float(v[x[0] : x[1]].mean()))[2])
        margins, answerable = np.array(margins), np.array(answerable)
        told = max(float(((margins > t) == answerable).mean()) for t in margins)
        figures = {'area': area(margins, answerable), 'told right': told, 'span f1': np.mean(f1), 'right sentence': np.mean(right_sentence)}
        return {name: round(float(value), 4) for name, value in figures.items()}


def logits_of(reader, batch: list[Example]):
    """The three logits of each token."""
    inputs = padded_inputs([e.ids for e in batch], [e.types for e in batch])
    with torch.autocast('cpu', torch.bfloat16):
        logits = reader(*inputs)
    return [x.float() for x in logits]


def place_loss(logits, places):
    """The negative log likelihood that one of the right places was chosen."""
    right = torch.full_like(logits, -torch.inf)
    for row, tokens in enumerate(places):
        right[row, tokens] = 0.0
    return (logits.logsumexp(-1) - (logits + right).logsumexp(-1)).mean()


def evidence_loss(logits, batch):
    """The cross-entropy of each sentence, whose logit is the mean of those of its tokens."""
    means = [logits[i, first:end].mean() for i, e in enumerate(batch) for first, end, _ in e.sentences]
    labels = torch.tensor([float(answers) for e in batch for _, _, answers in e.sentences])
    return F.binary_cross_entropy_with_logits(torch.stack(means), labels)


def best_span(start, end, example):
    """The likeliest span of the passage, and by how much it is likelier than "not answered here", in logits."""
    first = example.types.index(1)
    last = len(example.ids) - 1
    scores = start[first:last, None] + end[None, first:last]
    ones = torch.ones_like(scores, dtype=torch.bool)
    scores = scores.masked_fill(~(ones.triu() & ones.tril(MAX_ANSWER_TOKENS)), -torch.inf)
    s, e = divmod(int(scores.argmax()), scores.shape[1])
    return s + first, e + first, float(scores.max() - start[0] - end[0])


def token_f1(first, last, gold_first, gold_last):
    shared = max(0, min(last, gold_last) - max(first, gold_first) + 1)
    return 2 * shared / ((last - first + 1) + (gold_last - gold_first + 1))


def area(scores, labels):
    """The area under the ROC curve."""
    ranks = scores.argsort().argsort()
    positive, negative = labels.sum(), (~labels).sum()
    return (ranks[labels].sum() - positive * (positive - 1) / 2) / (positive * negative)


if __name__ == '__main__':
    sys.exit(main())
