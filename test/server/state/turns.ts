import type { StoredExcerpt, StoredQuote, StoredTurn } from '../../../server/state/stored.ts'

/** A turn without an answer. */
export function unansweredTurn(question: string): StoredTurn {
  return {
    question,
    interpretedAs: question,
    searched: true,
    answered: false,
    answer: 'The documents do not answer this question.',
    confidence: 0.1,
    quotes: [],
    alsoOnThis: [],
    closest: [],
    added: [],
    requestId: null,
    visible: null,
  }
}

/** A turn with a quote and a reading, in which no field is empty. */
export function answeredTurn(question: string, text = 'Cats “sleep” – all day. 🐈'): StoredTurn {
  return {
    ...unansweredTurn(question),
    interpretedAs: `${question} (cats)`,
    answered: true,
    answer: `“${text}” [1]`,
    confidence: 0.93,
    quotes: [storedQuoteOf(text)],
    alsoOnThis: [storedQuoteOf('Dogs sleep less.')],
    closest: [storedQuoteOf('Owls fly at night.')],
    added: ['cats'],
    requestId: 'Ev1',
  }
}

/** A stored quote of a document about cats, which stands in a second document too. */
export function storedQuoteOf(text: string): StoredQuote {
  const excerpt = excerptOf(text)
  return {
    ...excerpt,
    highlight: { start: 18, end: 22 },
    confidence: 0.93,
    copies: [{ ...excerpt, documentId: 'cats-pdf' }],
    vouched: { by: 'Ada', atMs: 0, question: 'How long do cats sleep?' },
  }
}

function excerptOf(text: string): StoredExcerpt {
  return {
    documentId: 'cats',
    title: 'Cats',
    author: 'Ann',
    date: '2020-01-02',
    publisher: null,
    source: 'https://cats.example/',
    start: 18,
    end: 18 + text.length,
    paragraph: 2,
    heading: 'Sleep',
    version: 'sha256-0',
    codePoint: 18,
    place: {
      page: { first: 1, last: 2, label: 'i' },
      rects: [{ page: 1, x: 72, y: 310, width: 380.5, height: 12 }],
    },
    original: 'https://cats.example/#:~:text=Cats',
    text,
    passage: { text: `${text} They hunt.`, start: 18, end: 29 + text.length },
  }
}
