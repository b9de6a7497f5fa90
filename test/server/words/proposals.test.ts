import { expect, onTestFinished, test, vi } from 'vitest'
import { scopedStore } from '../../../index/storage/scoped-store.ts'
import { proposalFinder, type SoughtProposals } from '../../../server/words/proposals.ts'
import { build, open } from '../../support/project.ts'
import { temporaryFolder, writeFiles } from '../../support/temporary.ts'
import { wordVectors } from '../../support/word-vectors.ts'

const ALL: SoughtProposals = { known: [], limit: 100 }

async function storeOf(files: Record<string, string>) {
  const [documents, index] = [await temporaryFolder(), await temporaryFolder()]
  await writeFiles(documents, files)
  await build(documents, index, wordVectors())
  const store = await open(index)
  onTestFinished(() => store.close())
  return store
}

const FILES = {
  'a/one.txt':
    'The Popular Mobilization Forces (PMF) left.\n\nThe popular mobilization force (PMF) came.',
  'a/two.txt': 'The PMF (Polymeric Matrix Foams) dried. A Gulf Cooperation Council (GCC) met.',
  'b/three.txt': 'The Popular Mobilization Forces (PMF) won.',
}

test('proposals have their places, and expansions that contradict each other stand together', async () => {
  const store = await storeOf(FILES)
  const { proposals, total } = await proposalFinder().find(store, ALL)
  expect(total).toBe(2)
  expect(proposals).toMatchObject([
    {
      short: 'PMF',
      expansions: [
        {
          long: 'Popular Mobilization Forces',
          times: 3,
          places: [
            { documentId: 'a-one', start: 4, text: 'Popular Mobilization Forces (PMF)' },
            { documentId: 'b-three', start: 4 },
          ],
        },
        { long: 'Polymeric Matrix Foams', times: 1, places: [{ documentId: 'a-two' }] },
      ],
    },
    { short: 'GCC', expansions: [{ long: 'Gulf Cooperation Council', times: 1 }] },
  ])
})

test('what is known is not proposed, whatever its case', async () => {
  const store = await storeOf(FILES)
  const known = [
    ['gcc', 'Gulf cooperation council'],
    ['PMF', 'Polymeric Matrix Foams', 'foam'],
  ]
  const { proposals } = await proposalFinder().find(store, { ...ALL, known })
  expect(proposals).toMatchObject([
    { short: 'PMF', expansions: [{ long: 'Popular Mobilization Forces' }] },
  ])
})

test('whoever is limited to collections is proposed what these define', async () => {
  const store = await storeOf({ ...FILES, 'none.txt': 'A World Health Organization (WHO) met.' })
  const { proposals } = await proposalFinder().find(scopedStore(store, ['b']), ALL)
  expect(proposals).toMatchObject([{ short: 'PMF', expansions: [{ times: 1 }] }])
})

test('only so many are given, those that are defined most often first', async () => {
  const store = await storeOf(FILES)
  const found = await proposalFinder().find(store, { ...ALL, limit: 1 })
  expect(found).toMatchObject({ total: 2, proposals: [{ short: 'PMF' }] })
})

test('a document is read once, and others are answered while a long one is read', async () => {
  const paragraph = `${'(AB) A b (AB) '.repeat(500)}The Gulf Cooperation Council (GCC) met.\n\n`
  const store = await storeOf({ 'long.txt': paragraph.repeat(40) })
  const read = vi.spyOn(store, 'document')
  const finder = proposalFinder()
  let turns = 0
  const turning = setInterval(() => (turns += 1), 0)
  const found = await Promise.all([finder.find(store, ALL), finder.find(store, ALL)])
  clearInterval(turning)
  expect(found[0]).toEqual(found[1])
  expect(found[0]?.proposals).toMatchObject([{ short: 'GCC', expansions: [{ times: 40 }] }])
  expect(turns).toBeGreaterThan(1)
  await finder.find(store, ALL)
  expect(read).toHaveBeenCalledTimes(1)
})
