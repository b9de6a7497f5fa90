"""Training examples: a question with a passage, where the answer stands in it, and which sentences answer."""

import gzip
import json
import math
import random
import re
from collections import defaultdict
from dataclasses import dataclass

from tokenizers import Tokenizer

MAX_TOKENS = 224
MAX_QUESTION_TOKENS = 64
CLS, SEP = 101, 102

# How often an example is made in each way. Of SQuAD's rows two thirds are answerable, so about half of all examples are.
SHARE_OF_SELQA = 0.04
SHARE_WITH_TITLE = 0.75
SHARE_WITHOUT_QUESTION_MARK = 0.2
SHARE_OF_WHOLE_PASSAGES = 0.55
OF_ANSWERABLE = {'answered': 0.72, 'another paragraph': 0.12, 'answer cut out': 0.08, 'another article': 0.08}


@dataclass(frozen=True)
class Row:
    """A question on a paragraph. `start` and `end` are the answer's offsets; None where the paragraph does not answer."""

    question: str
    title: str
    text: str
    start: int | None
    end: int | None

    @property
    def answer(self):
        return None if self.start is None else (self.start, self.end)


@dataclass(frozen=True)
class Example:
    """Token ids of `[CLS] question [SEP] passage [SEP]`, and what the reader is to say of them."""

    ids: list[int]
    types: list[int]
    # The tokens where the answer may start and end; token 0 where the passage does not answer.
    starts: list[int]
    ends: list[int]
    # The first token of each sentence, the one after its last, and whether it answers.
    sentences: list[tuple[int, int, bool]]


def sentence_spans(text):
    """The offsets of the sentences of a text, without the space between them."""
    starts = [0, *(m.end() for m in re.finditer(r'(?<=[.!?])["\'”’)\]]*\s+(?=["\'“‘(\[]?[A-Z0-9])', text))]
    return [(a, a + len(text[a:b].rstrip())) for a, b in zip(starts, [*starts[1:], len(text)]) if text[a:b].strip()]


def read_squad(path):
    """The rows of a file in SQuAD 2.0's format, by article."""
    opened = gzip.open(path, 'rt', encoding='utf8') if str(path).endswith('.gz') else open(path, encoding='utf8')
    with opened as file:
        articles = json.load(file)['data']
    return [[row(article, paragraph, question) for paragraph in article['paragraphs'] for question in paragraph['qas']] for article in articles]


def row(article, paragraph, question):
    answer = question['answers'][0] if question['answers'] else None
    start = answer and answer['answer_start']
    title = article['title'].replace('_', ' ')
    return Row(question['question'].strip(), title, paragraph['context'], start, answer and start + len(answer['text']))


class OverlapSearch:
    """Finds paragraphs that share the rarest words with a question, as BM25 would."""

    COMMON = 400

    def __init__(self, rows):
        self.paragraphs = list({(row.title, row.text): None for row in rows})
        self.words = [words_of(text) for _, text in self.paragraphs]
        self.holders = defaultdict(list)
        for i, words in enumerate(self.words):
            for word in words:
                self.holders[word].append(i)
        self.of_title = defaultdict(list)
        for i, (title, _) in enumerate(self.paragraphs):
            self.of_title[title].append(i)

    def near(self, row, same_article, answer, rng):
        """A paragraph near the question that does not have the answer's words; None where there is none."""
        words = words_of(row.question)
        if same_article:
            among = self.of_title[row.title]
        else:
            rare = [word for word in words if 1 < len(self.holders[word]) <= self.COMMON]
            among = {i for word in rare for i in self.holders[word] if self.paragraphs[i][0] != row.title}
        scores = [(sum(self.weight(word) for word in words & self.words[i]), i) for i in among]
        # One of the three nearest, so that the same paragraph does not always stand for "not answered".
        near = [i for _, i in sorted(scores, reverse=True) if self.paragraphs[i][1] != row.text and answer.lower() not in self.paragraphs[i][1].lower()][:3]
        return self.paragraphs[rng.choice(near)] if near else None

    def weight(self, word):
        return math.log(len(self.paragraphs) / len(self.holders[word])) if self.holders[word] else 0.0


def words_of(text):
    return {word for word in re.findall(r'\w+', text.lower()) if len(word) > 2}


class ExampleMaker:
    """Makes examples at random. The same `rng` makes the same examples."""

    def __init__(self, tokenizer, rows, selqa):
        self.tokenizer = Tokenizer.from_file(str(tokenizer))
        self.tokenizer.no_padding()
        self.tokenizer.no_truncation()
        self.rows, self.selqa = rows, selqa
        self.search = OverlapSearch(rows)

    def make(self, rng):
        """One example of the training mixture."""
        while True:
            if self.selqa and rng.random() < SHARE_OF_SELQA:
                example = self.of_sentences(rng.choice(self.selqa), rng)
            else:
                example = self.of_row(rng.choice(self.rows), rng)
            if example:
                return example

    def of_row(self, row, rng):
        if row.start is None:
            return self.encode(row.question, row.title, *self.window(row.text, None, rng), rng)
        answer = row.text[row.start : row.end]
        way = rng.choices(list(OF_ANSWERABLE), OF_ANSWERABLE.values())[0]
        if way == 'answered':
            return self.encode(row.question, row.title, *self.window(row.text, row.answer, rng), rng)
        if way == 'answer cut out':
            before, after = around_sentence(row.text, row.start, row.end)
            rest = rng.choice([part for part in (before, after) if part] or [''])
            return self.encode(row.question, row.title, rest, None, rng) if rest and answer.lower() not in rest.lower() else None
        found = self.search.near(row, way == 'another paragraph', answer, rng)
        return self.encode(row.question, found[0], *self.window(found[1], None, rng), rng) if found else None

    def of_sentences(self, item, rng):
        """An example of SelQA: whole sentences answer, and nobody marked which of their words."""
        sentences = item['sentences']
        first = rng.randrange(len(sentences))
        run = sentences[first : first + rng.randint(1, 6)]
        text, spans = '', []
        for sentence, answers in run:
            spans.append((len(text), len(text) + len(sentence), bool(answers)))
            text += sentence + ' '
        return self.tokens(item['question'], item['article'].replace('_', ' '), text.strip(), spans, None, rng)

    def window(self, text, answer, rng):
        """The whole text or a run of its sentences that has the answer; with the answer's offsets in it."""
        spans = sentence_spans(text)
        if rng.random() < SHARE_OF_WHOLE_PASSAGES or len(spans) < 2:
            return text, answer
        holding = [i for i, (start, end) in enumerate(spans) if answer and start < answer[1] and answer[0] < end]
        first = rng.randint(0, min(holding)) if holding else rng.randrange(len(spans))
        last = rng.randint(max(holding), len(spans) - 1) if holding else rng.randint(first, len(spans) - 1)
        start, end = spans[first][0], spans[last][1]
        if answer and (answer[0] < start or answer[1] > end):
            return text, answer
        return text[start:end], answer and (answer[0] - start, answer[1] - start)

    def encode(self, question, title, text, answer, rng):
        """An example in which the words of `answer` answer, or nothing where it is None. None where it does not fit."""
        return self.tokens(question, title, text, labelled_sentences(text, answer), answer, rng)

    def tokens(self, question, title, text, spans, answer, rng):
        if rng.random() < SHARE_WITHOUT_QUESTION_MARK:
            question = question.rstrip('? ')
        prefix = f'{title}: ' if rng.random() < SHARE_WITH_TITLE else ''
        asked = self.tokenizer.encode(question, add_special_tokens=False).ids[:MAX_QUESTION_TOKENS]
        read = self.tokenizer.encode(prefix + text, add_special_tokens=False)
        room = MAX_TOKENS - len(asked) - 3
        lead = sum(end <= len(prefix) for _, end in read.offsets)
        base = len(asked) + 2
        offsets = [(start - len(prefix), end - len(prefix)) for start, end in read.offsets[:room]]

        def covered(start, end):
            return [i + base for i, (a, b) in enumerate(offsets) if i >= lead and a < end and b > start]

        sentences = [(tokens[0], tokens[-1] + 1, answers) for start, end, answers in spans if (tokens := covered(start, end))]
        starts = ends = [0]
        if answer:
            tokens = covered(*answer)
            # A long passage is cut at its end. Where that cuts off the answer, the passage does not answer.
            if tokens and offsets[tokens[-1] - base][1] >= answer[1]:
                starts, ends = tokens[:1], tokens[-1:]
            else:
                return None
        elif any(answers for _, _, answers in sentences):
            starts = ends = [t for first, end, answers in sentences if answers for t in range(first, end)]
        ids = [CLS, *asked, SEP, *read.ids[:room], SEP]
        return Example(ids, [0] * base + [1] * (len(ids) - base), starts, ends, sentences)


def labelled_sentences(text, answer):
    """The sentences of a text, and whether each has words of the answer."""
    return [(start, end, bool(answer and start < answer[1] and answer[0] < end)) for start, end in sentence_spans(text)]


def around_sentence(text, start, end):
    """What stands before and after the sentences that have the span."""
    spans = sentence_spans(text)
    holding = [(a, b) for a, b in spans if a < end and start < b]
    return text[: holding[0][0]].strip(), text[holding[-1][1] :].strip()


def read_selqa(path):
    """Questions, each with the article and the sentences of a section, marked where they answer."""
    with gzip.open(path, 'rt', encoding='utf8') as file:
        return json.load(file)['data']


def held_out(articles, every):
    """The rows of the articles to train on, and those of every n-th article, which give the figures during training."""
    dev = [row for i, rows in enumerate(articles) if i % every == every - 1 for row in rows]
    train = [row for i, rows in enumerate(articles) if i % every != every - 1 for row in rows]
    return train, dev


def rng_of(seed, number):
    return random.Random(f'{seed}/{number}')
