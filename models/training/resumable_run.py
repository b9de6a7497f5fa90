"""What both trainings have in common: a run that can be stopped after any step, and goes on from its last checkpoint."""

import json
import time

import numpy as np
import torch

STEPS_BETWEEN_FIGURES = 50


class ResumableRun:
    """A subclass has `batches(first_step)`, `train_on(batch)`, which gives the loss, and `evaluate()`, which gives figures.

    `counted` is the word for what a batch consists of; the run ends after `steps` batches of `batch_size`.
    """

    def __init__(self, model, optimizer, work, *, counted, batch_size, steps, steps_between_checkpoints, steps_between_dev):
        self.model, self.optimizer = model, optimizer
        self.checkpoint, self.log = work / 'checkpoint.pt', work / 'log.jsonl'
        self.counted, self.batch_size, self.steps = counted, batch_size, steps
        self.steps_between_checkpoints, self.steps_between_dev = steps_between_checkpoints, steps_between_dev
        self.step = 0

    def go_on(self):
        if self.checkpoint.exists():
            saved = torch.load(self.checkpoint)
            self.model.load_state_dict(saved['model'])
            self.optimizer.load_state_dict(saved['optimizer'])
            self.step = saved['step']
        losses, started, first_step = [], time.time(), self.step
        batches = self.batches(self.step)
        while self.step < self.steps:
            losses.append(self.train_on(next(batches)))
            self.step += 1
            if self.is_due(STEPS_BETWEEN_FIGURES):
                rate = (self.step - first_step) * self.batch_size / (time.time() - started)
                self.note(**{'loss': round(float(np.mean(losses)), 4), f'{self.counted}_a_second': round(rate, 1)})
                losses = []
            if self.is_due(self.steps_between_checkpoints):
                self.save()
            if self.is_due(self.steps_between_dev):
                self.note(dev=self.evaluate())

    def is_due(self, every):
        return self.step % every == 0 or self.step == self.steps

    def save(self):
        partial = self.checkpoint.with_suffix('.partial')
        torch.save({'model': self.model.state_dict(), 'optimizer': self.optimizer.state_dict(), 'step': self.step}, partial)
        partial.replace(self.checkpoint)

    def note(self, **figures):
        line = json.dumps({'step': self.step, self.counted: self.step * self.batch_size, **figures})
        print(line, flush=True)
        with self.log.open('a') as log:
            log.write(line + '\n')


def padded_inputs(rows, types=None):
    """Token ids, mask and types of sequences of different lengths, as a model takes them; without types, each is one text."""
    longest = max(map(len, rows))

    def padded(values):
        return torch.tensor([row + [0] * (longest - len(row)) for row in values])

    ids = padded(rows)
    return ids, padded([[1] * len(row) for row in rows]), padded(types) if types else torch.zeros_like(ids)
