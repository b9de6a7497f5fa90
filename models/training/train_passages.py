"""Trains the model that embeds the sentences of a passage in one pass, and exports it as the int8 ONNX file that Footnote runs.

    python models/training/train_passages.py --data DIR --work DIR

A run that was stopped goes on from its last checkpoint when the same command is given again. README.md describes the data.
"""

import argparse
import random
import sys
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

from base_models import EMBEDDER, tokenizer_file, weights_file
from body import PassageEmbedder, weights_of_body
from export import export
from passages import PassageTokenizer, read_passages
from resumable_run import ResumableRun, padded_inputs
from teacher import PASSAGES_A_FILE, vectors_of

BATCH = 12
LEARNING_RATE, WARM_UP_STEPS, WEIGHT_DECAY, LOWEST_RATE = 1e-4, 100, 0.01, 0.03
# The share of the loss that asks for the right sentence first. More of it draws the vectors away from those of the embedding model.
QUESTION_WEIGHT, TEMPERATURE = 0.05, 0.05
DEV_ARTICLES_EVERY, DEV_PASSAGES, SEED = 10, 1000, 1
STEPS_BETWEEN_CHECKPOINTS = 400
QUICK_PASSAGES, QUICK_STEPS = 24, 2


def main():
    options = read_options()
    torch.manual_seed(SEED)
    torch.set_num_threads(options.threads)
    (options.work / 'vectors').mkdir(parents=True, exist_ok=True)
    train, dev = kept_apart(read_passages(options.data))
    if options.quick_check:
        train, dev = train[:QUICK_PASSAGES], dev[:QUICK_PASSAGES]
    run = PassageRun(Examples(dev, 'dev', options.work), Examples(train, 'train', options.work), options)
    run.go_on()
    export(run.model, options.work / 'model_quantized.onnx')
    print(f'exported {options.work / "model_quantized.onnx"}', flush=True)


def read_options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--data', type=Path, required=True, help='the folder with squad2-train.json.gz and selqa.json.gz')
    parser.add_argument('--work', type=Path, required=True, help='a folder outside the repository for vectors, checkpoints, the log and the result')
    parser.add_argument('--passages', type=int, default=20_000, help='how many are trained on; a run that needs more begins again with the first')
    parser.add_argument('--threads', type=int, default=torch.get_num_threads())
    parser.add_argument('--quick-check', action='store_true', help=f'{QUICK_STEPS} steps on {QUICK_PASSAGES} passages')
    options = parser.parse_args()
    if options.quick_check:
        options.passages = QUICK_STEPS * BATCH
    return options


def kept_apart(passages):
    """The passages to train on, in a random order, and those of every n-th article, which give the figures."""
    articles = sorted({passage.article for passage in passages})
    held_out = set(articles[::DEV_ARTICLES_EVERY])
    random.Random(SEED).shuffle(passages)
    train = [passage for passage in passages if passage.article not in held_out]
    dev = [passage for passage in passages if passage.article in held_out and passage.questions]
    return train, dev[:DEV_PASSAGES]


class Example:
    """The tokens of a passage, and the vectors that its sentences should have, with those of the questions that they answer."""

    def __init__(self, passage, encoded, sentences, questions):
        self.ids, self.spans = encoded
        fitting = len(self.spans)
        self.sentences = sentences[:fitting]
        answered = [i for i, (_, number) in enumerate(passage.questions) if number < fitting]
        self.questions = questions[answered]
        self.answers = [passage.questions[i][1] for i in answered]


class Examples:
    """The examples of passages, made when they are needed: the vectors of each file of passages take minutes to make."""

    def __init__(self, passages, name, work):
        self.passages, self.folder = passages, work / 'vectors' / name
        self.folder.mkdir(exist_ok=True)
        self.tokenizer = PassageTokenizer(tokenizer_file(EMBEDDER))
        self.files = -(-len(passages) // PASSAGES_A_FILE)

    def of_file(self, number):
        passages = self.passages[number * PASSAGES_A_FILE : (number + 1) * PASSAGES_A_FILE]
        sentences, questions = vectors_of(number, passages, self.folder)
        made, s, q = [], 0, 0
        for passage in passages:
            ends = s + len(passage.sentences), q + len(passage.questions)
            example = Example(passage, self.tokenizer.encode(passage), sentences[s : ends[0]], questions[q : ends[1]])
            s, q = ends
            if example.spans:
                made.append(example)
        return made


class PassageRun(ResumableRun):
    """One training of the passage model."""

    def __init__(self, dev, train, options):
        self.dev, self.train = dev, train
        model = PassageEmbedder()
        model.load_state_dict(weights_of_body(weights_file(EMBEDDER)))
        # One text, at places that the embedding model knows already.
        for part in (model.pos, model.typ):
            part.requires_grad_(False)
        self.trained = [parameter for parameter in model.parameters() if parameter.requires_grad]
        super().__init__(
            model,
            torch.optim.AdamW(self.trained, lr=LEARNING_RATE, weight_decay=WEIGHT_DECAY),
            options.work,
            counted='passages',
            batch_size=BATCH,
            steps=options.passages // BATCH,
            steps_between_checkpoints=STEPS_BETWEEN_CHECKPOINTS,
            steps_between_dev=STEPS_BETWEEN_CHECKPOINTS,
        )

    def batches(self, first_step):
        """The batches from a step on, each of passages of about the same length. They are the same at every run."""
        number = 0
        while True:
            for file in range(self.train.files):
                examples = sorted(self.train.of_file(file), key=lambda example: len(example.ids))
                batches = [examples[i : i + BATCH] for i in range(0, len(examples), BATCH)]
                random.Random(f'{SEED}/{number}').shuffle(batches)
                for batch in batches:
                    if number >= first_step:
                        yield batch
                    number += 1

    def train_on(self, batch):
        rate = LEARNING_RATE * min(1, (self.step + 1) / WARM_UP_STEPS) * max(LOWEST_RATE, 1 - self.step / self.steps)
        for group in self.optimizer.param_groups:
            group['lr'] = rate
        self.model.train()
        vectors = torch.cat(sentence_vectors(self.model, batch))
        wanted = torch.tensor(np.concatenate([example.sentences for example in batch]))
        loss = (1 - (vectors * wanted).sum(1)).mean()
        questions, answers = questions_of(batch)
        if len(questions):
            loss = loss + QUESTION_WEIGHT * F.cross_entropy(questions @ vectors.T / TEMPERATURE, answers)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.trained, 1.0)
        self.optimizer.step()
        self.optimizer.zero_grad()
        return loss.item()

    @torch.no_grad()
    def evaluate(self):
        """How near the vectors are to those of the embedding model, and how often the right sentence and passage are found by each."""
        self.model.eval()
        examples = [example for file in range(self.dev.files) for example in self.dev.of_file(file)]
        examples.sort(key=lambda example: len(example.ids))
        made = torch.cat([v for i in range(0, len(examples), BATCH) for v in sentence_vectors(self.model, examples[i : i + BATCH])])
        wanted = torch.tensor(np.concatenate([example.sentences for example in examples]))
        passages = torch.tensor([i for i, example in enumerate(examples) for _ in example.spans])
        questions, answers = questions_of(examples)
        return {
            'cosine': round(float((made * wanted).sum(1).mean()), 4),
            'passage model': found(questions, answers, made, passages),
            'embedding model': found(questions, answers, wanted, passages),
        }


def sentence_vectors(model, batch):
    """The normalised vectors of the sentences of each example, one tensor for each."""
    with torch.autocast('cpu', torch.bfloat16):
        states = model(*padded_inputs([example.ids for example in batch]))
    pooled = [[row[start:end].float().mean(0) for start, end in example.spans] for row, example in zip(states, batch)]
    return [F.normalize(torch.stack(rows), dim=-1) for rows in pooled]


def questions_of(examples):
    """The vectors of all questions, and the number of the sentence that answers each, counted through all examples."""
    questions, answers, first = [], [], 0
    for example in examples:
        questions += list(example.questions)
        answers += [first + number for number in example.answers]
        first += len(example.spans)
    return torch.tensor(np.array(questions)), torch.tensor(answers)


def found(questions, answers, sentences, passages):
    """The share of the questions, in percent, whose sentence or passage is among the first k of all."""
    cosines = questions @ sentences.T
    sentence_ranks = (cosines > cosines.gather(1, answers[:, None])).sum(1)
    lowest = torch.full((len(questions), int(passages.max()) + 1), -2.0)
    nearest = lowest.scatter_reduce(1, passages.expand(len(questions), -1), cosines, 'amax')
    passage_ranks = (nearest > nearest.gather(1, passages[answers][:, None])).sum(1)
    ranks = {'sentence': sentence_ranks, 'passage': passage_ranks}
    return {f'{what}@{k}': round(100 * float((of < k).float().mean()), 2) for what, of in ranks.items() for k in (1, 5, 20)}


if __name__ == '__main__':
    sys.exit(main())
