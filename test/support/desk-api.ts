import { Hono } from 'hono'
import { HTTPException } from 'hono/http-exception'
import type {
  DocumentEntry,
  DocumentList,
  HouseWord,
  LogEntry,
  Place,
  ProposedWord,
  QuestionGroup,
  VouchedAnswer,
} from '../../server/desk-app/shapes.ts'
import { problemError } from '../../server/http/problem.ts'
import { addChecks, type CheckData, newCheckData } from './desk-checks.ts'
import { HOSTILE } from './serve-words.ts'

/** What the stand-in for the API of the desk has. Tests read and change it. */
export interface DeskData {
  documents: DocumentEntry[]
  changes: DocumentList['changes']
  readonly uploads: Map<string, StandInUpload>
  questions: QuestionGroup[]
  /** The queries of the requests for questions. */
  readonly asked: Record<string, string>[]
  vouched: VouchedAnswer[]
  words: (HouseWord & { readonly state: string })[]
  proposals: ProposedWord[]
  log: LogEntry[]
  readonly checks: CheckData
}

interface StandInUpload {
  readonly metadata: Readonly<Record<string, string>>
  readonly length: number
  bytes: Buffer
}

const PAGE = 20

const AT = '2026-03-04T15:05:00.000Z'

const TEXT = `The office is open from nine to five.

Everybody has 30 days of holiday
a year. Ask for them two weeks before. No <b>holiday</b> in August.`

const OPEN = placeIn('The office is open from nine to five.')
const HOLIDAY = placeIn('Everybody has 30 days of holiday\na year.')

function placeIn(text: string): Place & { title: string } {
  const start = TEXT.indexOf(text)
  return { documentId: 'handbook', title: 'Handbook', start, end: start + text.length, text }
}

export function newDeskData(): DeskData {
  const entry = {
    collection: null,
    format: 'pdf',
    pages: 12,
    state: 'read',
    change: null,
    problem: null,
  } as const
  const numbered = Array.from({ length: 25 }, (_, index) => ({
    ...entry,
    id: `file-${index + 1}`,
    documentId: `minutes-${index + 1}`,
    title: `Minutes of meeting ${index + 1}`,
    file: `minutes/minutes-${index + 1}.pdf`,
    collection: 'minutes',
  }))
  return {
    changes: { arePossible: true, reason: null, takeEffect: 'soon' },
    documents: [
      { ...entry, id: 'a', documentId: 'handbook', title: 'Handbook', file: 'handbook.pdf' },
      {
        ...entry,
        id: 'b',
        documentId: null,
        title: null,
        file: 'scan.pdf',
        state: 'refused',
        problem: 'has pictures of pages without text. Read it by OCR first',
      },
      {
        ...entry,
        id: 'c',
        documentId: 'hostile',
        title: HOSTILE,
        file: `${'x'.repeat(90)}.md`,
        format: 'markdown',
        pages: null,
      },
      ...numbered,
    ],
    uploads: new Map(),
    questions: [
      groupOf(1, ['How many days of holiday do I get?', 'And holiday?'], { answered: false }),
      groupOf(2, [`${HOSTILE} ${'x'.repeat(90)}`], { answered: true }),
    ],
    asked: [],
    vouched: [
      {
        id: '1',
        question: 'When is the office open?',
        quotes: [OPEN],
        by: 'Ann',
        at: AT,
        state: 'stands',
      },
      {
        id: '2',
        question: 'Who signs a contract?',
        quotes: [OPEN],
        by: 'Bob',
        at: AT,
        state: 'moved',
      },
      {
        id: '3',
        question: HOSTILE,
        quotes: [OPEN, HOLIDAY],
        by: 'Ann',
        at: AT,
        state: 'stale',
      },
    ],
    words: [{ id: '1', forms: ['PTO', 'paid time off'], by: 'Ann', at: AT, state: 'accepted' }],
    proposals: [
      { short: 'HR', expansions: [{ long: 'human resources', times: 1, places: [OPEN] }] },
      {
        short: 'CEO',
        expansions: [
          { long: 'chief executive officer', times: 4, places: [HOLIDAY] },
          { long: HOSTILE, times: 1, places: [OPEN, HOLIDAY] },
        ],
      },
    ],
    log: Array.from({ length: 30 }, (_, index) => ({
      number: 30 - index,
      at: AT,
      by: 'Ann',
      action: 'document.removed',
      subject: `minutes-${index + 1}.pdf`,
    })),
    checks: newCheckData(),
  }
}

/** The routes below `/desk/api/`, with the data in memory. */
export function deskApi(data: DeskData): Hono {
  const app = new Hono()
  app.onError((error) => {
    if (error instanceof HTTPException) return error.getResponse()
    throw error
  })
  addAnswers(app)
  const api = app.basePath('/desk/api')
  addDocuments(api, data)
  addUploads(api, data)
  addQuestions(api, data)
  addVouched(api, data)
  addWords(api, data)
  addLog(api, data)
  addChecks(api, data.checks)
  return app
}

function addAnswers(app: Hono): void {
  app.get('/documents/:id', (c) => c.json({ title: 'Handbook', text: TEXT }))
  app.post('/ask', (c) =>
    c.json({ quotes: [quoteOf(HOLIDAY)], alsoOnThis: [], closest: [quoteOf(OPEN)] }),
  )
}

function quoteOf({ text, ...citation }: Place) {
  return { text, citation }
}

function groupOf(
  group: number,
  questions: readonly string[],
  { answered }: { answered: boolean },
): QuestionGroup {
  const members = questions.map((question, index) => ({
    id: group * 100 + index,
    question,
    interpretedAs: index === 0 ? question : `${question} (days, year)`,
    answered,
    confidence: answered ? 0.81 : 0.12,
    found: [OPEN],
    times: 6,
    lastAskedMs: Date.parse(AT),
    helped: 0,
    didNotHelp: index,
  }))
  return {
    group,
    name: questions[0] ?? '',
    questions: members.length,
    times: 6 * members.length,
    lastAskedMs: Date.parse(AT),
    members,
  }
}

function addQuestions(app: Hono, data: DeskData): void {
  app.get('/questions', (c) => {
    data.asked.push(c.req.query())
    const { text = '', kind = 'all', limit, offset } = c.req.query()
    const found = data.questions.filter(
      ({ name, members }) =>
        name.toLowerCase().includes(text.toLowerCase()) &&
        (kind !== 'unanswered' || members.some(({ answered }) => !answered)),
    )
    const groups = found.slice(Number(offset), Number(offset) + Number(limit))
    return c.json({ groups, totalGroups: found.length })
  })
  app.get('/questions/:id', (c) => {
    const explanation = {
      summary: 'The best sentence is below the threshold.',
      candidates: [
        { ...HOLIDAY, confidence: 0.12, outcome: 'below the threshold' },
        { ...OPEN, confidence: null, outcome: 'not scored' },
      ],
    }
    return c.json({ now: { answered: false, confidence: 0.12, explanation } })
  })
  app.delete('/questions/groups/:id', (c) => {
    data.questions = data.questions.filter(({ group }) => group !== Number(c.req.param('id')))
    return c.body(null, 204)
  })
}

function addVouched(app: Hono, data: DeskData): void {
  const save = async (request: Request, id: string): Promise<void> => {
    const { question, quotes }: { question: string; quotes: Place[] } = await request.json()
    const texts = quotes.map(({ documentId, start, end }) => {
      return { documentId, start, end, text: TEXT.slice(start, end) }
    })
    const answer = { id, question, quotes: texts, by: 'Ann', at: AT, state: 'stands' } as const
    data.vouched = [answer, ...data.vouched.filter((entry) => entry.id !== id)]
  }
  app.get('/vouched', (c) => c.json({ answers: data.vouched, threshold: 0.92 }))
  app.post('/vouched', async (c) => {
    await save(c.req.raw, String(data.vouched.length + 1))
    return c.body(null, 204)
  })
  app.put('/vouched/:id', async (c) => {
    await save(c.req.raw, c.req.param('id'))
    return c.body(null, 204)
  })
  app.delete('/vouched/:id', (c) => {
    data.vouched = data.vouched.filter(({ id }) => id !== c.req.param('id'))
    return c.body(null, 204)
  })
}

function addWords(app: Hono, data: DeskData): void {
  const inState = (wanted: string) => data.words.filter(({ state }) => state === wanted)
  app.get('/words', (c) =>
    c.json({
      accepted: inState('accepted'),
      rejected: inState('rejected'),
      proposals: data.proposals,
      moreProposals: 0,
    }),
  )
  app.post('/words', async (c) => {
    const { forms, state } = await c.req.json<{ forms: string[]; state: string }>()
    if (forms.length < 2) throw problemError(400, 'Enter two forms or more.')
    data.proposals = data.proposals.filter(({ short }) => !forms.includes(short))
    const word = { id: String(data.words.length + 1), forms, by: 'Ann', at: AT, state }
    data.words = [...data.words, word]
    return c.json(word)
  })
  app.delete('/words/:id', (c) => {
    data.words = data.words.filter(({ id }) => id !== c.req.param('id'))
    return c.body(null, 204)
  })
}

function addLog(app: Hono, data: DeskData): void {
  app.get('/log', (c) => {
    const before = Number(c.req.query('before') ?? Infinity)
    return c.json({ entries: data.log.filter(({ number }) => number < before).slice(0, PAGE) })
  })
}

function addDocuments(app: Hono, data: DeskData): void {
  app.get('/documents', (c) => {
    const { search = '', state = '', collection = '', page = '1' } = c.req.query()
    const found = data.documents.filter(
      (document) =>
        `${document.title ?? ''} ${document.file}`.toLowerCase().includes(search.toLowerCase()) &&
        (state === '' || document.state === state) &&
        (collection === '' || document.collection === collection),
    )
    const counts = { read: 27, waiting: 0, refused: 1 }
    const endings = { '.pdf': 1e9, '.txt': 1e7 }
    return c.json({ ...paged(found, Number(page)), counts, changes: data.changes, endings })
  })
  app.get('/collections', (c) => {
    const names = data.documents.flatMap(({ collection }) =>
      collection === null ? [] : [collection],
    )
    const collections = [...new Set(names)].toSorted()
    return c.json({ collections: collections.map((name) => ({ name, documents: 1 })) })
  })
  app.post('/documents/:id/collection', async (c) => {
    const { collection } = await c.req.json<{ collection: string | null }>()
    const id = c.req.param('id')
    data.documents = data.documents.map((document) =>
      document.id === id ? Object.assign({}, document, { collection }) : document,
    )
    return c.body(null, 204)
  })
  app.delete('/documents/:id', (c) => {
    const left = data.documents.filter(({ id }) => id !== c.req.param('id'))
    if (left.length === data.documents.length) throw problemError(404, 'There is no such document.')
    data.documents = left
    return c.body(null, 204)
  })
}

/** The core of the tus protocol, with creation and termination. */
function addUploads(app: Hono, data: DeskData): void {
  const { uploads } = data
  const find = (id: string) => {
    const upload = uploads.get(id)
    if (!upload) throw problemError(404, 'There is no such upload.')
    return upload
  }
  app.use('/uploads/*', async (c, next) => {
    await next()
    c.header('Tus-Resumable', '1.0.0')
  })
  app.post('/uploads', (c) => {
    const metadata = readMetadata(c.req.header('Upload-Metadata') ?? '')
    const isTaken = data.documents.some(({ file }) => file === metadata.filename)
    if (isTaken && metadata.replace !== 'true') {
      throw problemError(409, `There is a document ${metadata.filename} already.`)
    }
    const id = String(uploads.size + 1)
    const length = Number(c.req.header('Upload-Length'))
    uploads.set(id, { metadata, length, bytes: Buffer.alloc(0) })
    return c.body(null, 201, { Location: `/desk/api/uploads/${id}` })
  })
  // Hono answers HEAD by the route of GET.
  app.get('/uploads/:id', (c) => {
    const { bytes, length } = find(c.req.param('id'))
    return c.body(null, 200, {
      'Upload-Offset': String(bytes.length),
      'Upload-Length': String(length),
    })
  })
  app.patch('/uploads/:id', async (c) => {
    const upload = find(c.req.param('id'))
    if (Number(c.req.header('Upload-Offset')) !== upload.bytes.length) {
      throw problemError(409, 'The server has another length of this file.')
    }
    const part = await c.req.arrayBuffer().catch(() => null)
    if (part === null) throw problemError(400, 'The request was cut off.')
    upload.bytes = Buffer.concat([upload.bytes, Buffer.from(part)])
    if (upload.bytes.length === upload.length) takeDocument(data, upload)
    return c.body(null, 204, { 'Upload-Offset': String(upload.bytes.length) })
  })
  app.delete('/uploads/:id', (c) => c.body(null, uploads.delete(c.req.param('id')) ? 204 : 404))
}

function takeDocument(data: DeskData, { metadata }: StandInUpload): void {
  const { filename = '', collection = null } = metadata
  data.documents = [
    {
      id: filename,
      documentId: null,
      title: null,
      file: filename,
      collection,
      format: 'plain',
      pages: null,
      state: 'waiting',
      change: 'new',
      problem: null,
    },
    ...data.documents.filter(({ file }) => file !== filename),
  ]
}

function readMetadata(header: string): Record<string, string> {
  const pairs = header.split(',').map((pair) => pair.trim().split(' '))
  const decoded = pairs.map(([name = '', value = '']) => [
    name,
    Buffer.from(value, 'base64').toString(),
  ])
  return Object.fromEntries(decoded)
}

function paged<Entry>(all: readonly Entry[], page: number) {
  const items = all.slice((page - 1) * PAGE, page * PAGE)
  return { items, total: all.length, page, pages: Math.max(Math.ceil(all.length / PAGE), 1) }
}
