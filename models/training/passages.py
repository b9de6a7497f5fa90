"""Passages to train the passage model on: their sentences, the questions that these answer, and their tokens."""

from dataclasses import dataclass

from tokenizers import Tokenizer

from examples import read_selqa, read_squad, sentence_spans

MAX_TOKENS = 512
MAX_TITLE_TOKENS = 64


@dataclass(frozen=True)
class Passage:
    """A passage. Each question has the number of the sentence that answers it."""

    # Passages of the same article are never both trained on and kept apart.
    article: str
    title: str
    sentences: list[str]
    questions: list[tuple[str, int]]

    def texts_alone(self):
        """What the embedding model reads for each sentence: the title, the sentence before it, and the sentence."""
        before = ['', *self.sentences]
        return [f'{self.title}: {f"{earlier} {sentence}".strip()}' for earlier, sentence in zip(before, self.sentences)]


def read_passages(data):
    """The passages of SQuAD 2.0 and SelQA that begin a window of the model, in a fixed order."""
    passages = {}
    for rows in read_squad(data / 'squad2-train.json.gz'):
        for row in rows:
            spans = sentence_spans(row.text)
            sentences = [row.text[start:end] for start, end in spans]
            passage = passages.setdefault(row.text, Passage(f'squad/{row.title}', row.title, sentences, []))
            number = next((i for i, (start, end) in enumerate(spans) if row.start is not None and start <= row.start < end), None)
            if number is not None:
                passage.questions.append((row.question, number))
    for item in read_selqa(data / 'selqa.json.gz'):
        sentences = [sentence.strip() for sentence, _ in item['sentences']]
        passage = passages.setdefault(' '.join(sentences), Passage(f'selqa/{item["article"]}', item['article'].replace('_', ' '), sentences, []))
        passage.questions.extend((item['question'], i) for i, (_, answers) in enumerate(item['sentences']) if answers)
    return list(passages.values())


class PassageTokenizer:
    """Makes the token ids of `[CLS] title: sentence sentence … [SEP]`."""

    def __init__(self, file):
        self.tokenizer = Tokenizer.from_file(str(file))
        self.tokenizer.no_padding()
        self.tokenizer.no_truncation()
        self.first, self.last = self.tokenizer.encode('').ids

    def encode(self, passage):
        """The ids, and the place of each sentence among them: its first token and the one after its last. Sentences that do not fit are left out."""
        ids = [self.first, *self.ids_of(f'{passage.title}: ')[:MAX_TITLE_TOKENS]]
        spans = []
        for sentence in passage.sentences:
            tokens = self.ids_of(sentence)
            if not tokens or len(ids) + len(tokens) >= MAX_TOKENS:
                break
            spans.append((len(ids), len(ids) + len(tokens)))
            ids += tokens
        return [*ids, self.last], spans

    def ids_of(self, text):
        return self.tokenizer.encode(text, add_special_tokens=False).ids
