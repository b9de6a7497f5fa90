import { expect, test } from 'vitest'
import { useShippedService } from '../support/shipped-service.ts'

const service = useShippedService()

async function ask(question: string) {
  const request = { question, maxQuotes: 1, documentIds: null, conversationId: null }
  const { answer } = await service().ask(request)
  const [quote] = answer.quotes
  return { answer, text: quote?.passage.text.slice(quote.start - quote.passage.start) ?? '' }
}

test.each([
  {
    question: 'Why did Iran not oppose AMK?',
    forms: ['AMK', 'al-Kadhimi'],
    quoted: "Iran, which supported al-Kadhimi's appointment",
  },
  {
    question: 'What did he say when he visited the headquarters of the Hashd al-Shaabi?',
    forms: ['Hashd al-Shaabi', 'PMF', 'Popular Mobilization Forces'],
    quoted: 'Already in his visit to the PMF headquarters',
  },
])(
  'the models answer in the words of the documents: $question',
  async ({ question, forms, quoted }) => {
    const before = await ask(question)
    await service().words.enter({ forms, state: 'accepted', collections: null, by: 'Ann' })
    const after = await ask(question)
    expect(after.text).toContain(quoted)
    expect(after.answer.confidence).toBeGreaterThan(before.answer.confidence)
  },
)
