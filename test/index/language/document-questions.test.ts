import { describe, expect, test } from 'vitest'
import { english } from '../../../index/language/en.ts'
import { languageOf } from '../../../index/language/languages.ts'

describe('a question about a document itself', () => {
  test.each([
    ['Who wrote this?', 'author', 'this'],
    ['who wrote it', 'author', 'it'],
    ['And who wrote this, please?', 'author', 'this'],
    ['Can you tell me who wrote this report?', 'author', 'document'],
    ['By whom was this written?', 'author', 'this'],
    ['Who was this article written by?', 'author', 'document'],
    ['Who is the author?', 'author', 'this'],
    ['Who’s the author of this?', 'author', 'this'],
    ['who is the author of this report', 'author', 'document'],
    ['Who are its authors?', 'author', 'it'],
    ["What is the author's name?", 'author', 'this'],
    ['What is the name of the author of the paper?', 'author', 'document'],
    ['Who is the author here?', 'author', 'this'],
    ['When was it published?', 'date', 'it'],
    ['when was this article published?', 'date', 'document'],
    ['In what year was this book published?', 'date', 'this'],
    ['when did this come out?', 'date', 'this'],
    ['Tell me when this was published.', 'date', 'this'],
    ['When has the article been published?', 'date', 'document'],
    ['What is the date of this paper?', 'date', 'document'],
    ['What is the publication date?', 'date', 'this'],
    ["What is this document's date?", 'date', 'document'],
    ['Who published this?', 'publisher', 'this'],
    ['Who was this published by?', 'publisher', 'this'],
    ['Who is the publisher of the document?', 'publisher', 'document'],
    ['What is this document about?', 'subject', 'document'],
    ["what's this document about?", 'subject', 'document'],
    ["What's this about?", 'subject', 'this'],
    ['Tell me what this article is about', 'subject', 'document'],
    ['What is the topic of this paper?', 'subject', 'document'],
    ['What does this report deal with?', 'subject', 'document'],
    ['What is it called?', 'title', 'it'],
    ["what is the paper's title", 'title', 'document'],
    ['title of this document', 'title', 'document'],
    ['What is its name?', 'title', 'it'],
  ])('%s', (question, asksFor, reference) => {
    const read = english.documentQuestion(question)
    expect([read?.asksFor ?? null, read?.reference ?? null]).toEqual([asksFor, reference])
    expect(read?.titleStems ?? []).toEqual([])
  })

  test.each([
    ['Who wrote the article Tightrope over the Tigris?', 'document', ['tightrop', 'tigri']],
    ['What is the Tigris paper about?', 'document', ['tigri']],
    ['When was the article called "Owls" published?', 'document', ['owl']],
    ['Who wrote Tightrope over the Tigris?', 'title', ['tightrop', 'tigri']],
    ['Who wrote the constitution?', 'title', ['constitut']],
    ['When was the Treaty published?', 'title', ['treati']],
    ['What is the article 5 about?', 'document', ['5']],
    ['Who wrote the report?', 'title', ['report']],
    ['When was this agreement published?', 'title', ['agreement']],
    ['Who is the author of the preface of this document?', 'title', ['prefac', 'document']],
    ['When was this first published?', 'title', ['first']],
  ])('may name it: %s', (question, reference, stems) => {
    const read = english.documentQuestion(question)
    expect(read?.reference).toBe(reference)
    expect(read?.titleStems).toEqual(stems)
  })

  test.each([
    'When was he appointed?',
    'When was Nelson Mandela released?',
    'What is the name of the Prime Minister of Iraq?',
    'What is the Prime Minister called?',
    'What is the name of the Sanskrit text?',
    'What was the date of the Battle of Hastings?',
    'When was the Magna Carta written?',
    'What did the Prime Minister discuss?',
    'When did Frank Ocean come out?',
    'Who wrote?',
    'Who wrote this and why?',
    'When was this published in Hebrew?',
    'What is this?',
    'What is the date?',
    'What is the name?',
    'What about this document?',
    'What does this document say about Iran?',
    'What is it called when states fall?',
    'Who wrote the article that he was in?',
    'Why was this written?',
    'Where was it published?',
    'Who is the president of this?',
    '?',
  ])('is not: %s', (question) => {
    expect(english.documentQuestion(question)).toBeNull()
  })

  test.each([
    ['Who wrote this?', 'Who wrote this document?'],
    ['When did it come out?', 'When did this document come out?'],
    ['Who is its author?', 'Who is this document’s author?'],
    ['Who is the author here?', 'Who is the author of this document?'],
    ['Who is the author?', 'Who is the author of this document?'],
    ['What is that book about?', 'What is this document about?'],
    ['Who wrote the article?', 'Who wrote the article?'],
  ])('names the document where it did not: %s', (question, explicit) => {
    expect(english.documentQuestion(question)?.explicit).toBe(explicit)
    expect(english.documentQuestion(explicit)?.reference).toBe('document')
  })

  test('is unknown in a language without rules', () => {
    expect(languageOf('de').documentQuestion('Who wrote this?')).toBeNull()
  })
})
