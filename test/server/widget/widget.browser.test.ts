import { gzipSync } from 'node:zlib'
import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { useBrowser } from '../../support/browser.ts'
import { ask, expectSeen, INLINE, openChat, showHost } from '../../support/chat.ts'
import { servePage } from '../../support/serve-page.ts'
import { HOSTILE, serveWords } from '../../support/serve-words.ts'

const QUESTION = 'When do cats sleep?'
const ANSWER = 'Cats sleep all day. They hunt at night.'

const openBrowserPage = useBrowser()

async function openHost(body: string, url: string): Promise<Page> {
  const page = await openBrowserPage()
  await showHost(page, body, url)
  return page
}

const focused = (page: Page) =>
  page.evaluate(() => {
    const inside = document.activeElement?.shadowRoot?.activeElement
    return inside?.getAttribute('aria-label') ?? inside?.textContent?.trim() ?? null
  })

describe('the script', () => {
  test('is at most 20 kB when gzipped, and is not sent again while it is unchanged', async () => {
    const url = await serveWords()
    const response = await fetch(`${url}/widget.js`, { headers: { 'Accept-Encoding': 'identity' } })
    expect(gzipSync(await response.text()).length).toBeLessThanOrEqual(20_000)
    const tag = response.headers.get('ETag') ?? ''
    const again = await fetch(`${url}/widget.js`, {
      headers: { 'If-None-Match': tag, 'Accept-Encoding': 'identity' },
    })
    expect(again.status).toBe(304)
  })

  test('adds a bubble to a page that has no chat, without moving its content', async () => {
    const page = await openHost('<p>Words.</p>', await serveWords())
    await page.getByRole('button', { name: 'Ask the documents' }).waitFor()
    const shift = await page.evaluate(
      () =>
        new Promise<number>((resolve) => {
          new PerformanceObserver((list) => {
            resolve(list.getEntries().length)
          }).observe({ type: 'layout-shift', buffered: true })
          setTimeout(() => resolve(0), 500)
        }),
    )
    expect(shift).toBe(0)
  })

  test('removes its bubble when the page adds a chat of its own', async () => {
    const page = await openHost('<p>Words.</p>', await serveWords())
    await page.getByRole('button', { name: 'Ask the documents' }).waitFor()
    await page.evaluate(() => {
      const own = document.createElement('footnote-chat')
      own.setAttribute('mode', 'inline')
      document.body.append(own)
    })
    await page.getByRole('textbox').waitFor()
    expect(await page.locator('footnote-chat').count()).toBe(1)
  })
})

describe('an answer', () => {
  test('is a quotation with its citation, and states the confidence in words', async () => {
    const page = await openHost(INLINE, await serveWords())
    await ask(page, QUESTION)
    await page.locator('blockquote', { hasText: ANSWER }).waitFor()
    const citation = page.getByRole('link', { name: '[1] cats, Ann, 2020-01-02, paragraph 1' })
    expect(await citation.getAttribute('href')).toMatch(
      /\/documents\/cats\?start=0&end=39&highlightStart=0&highlightEnd=4#quote$/,
    )
    expect(await page.locator('blockquote mark').first().textContent()).toBe('Cats')
    expect(await page.locator('.confidence').first().textContent()).toMatch(/answer|subject/)
    expect(await page.locator('.answer').textContent()).not.toMatch(/\d\d %|0\.\d/)
  })

  test('can show its paragraph, and its document beside the chat, scrolled to the quote', async () => {
    const page = await openHost(INLINE, await serveWords())
    await ask(page, QUESTION)
    await page.getByText('Show the whole paragraph').first().click()
    expect(await page.locator('.tools mark').first().isVisible()).toBe(true)
    await page.getByRole('link', { name: /^\[1\]/ }).click()
    const quote = page.frameLocator('iframe').locator('mark')
    await quote.waitFor()
    expect(await quote.textContent()).toBe(ANSWER)
    expect(await quote.locator('strong').textContent()).toBe('Cats')
    expect(await focused(page)).toBe('Close the source')
    await page.keyboard.press('Escape')
    await page.locator('iframe').waitFor({ state: 'detached' })
    expect(await focused(page)).toMatch(/^\[1\]/)
  })

  test('closes its document when Escape is pressed inside the document', async () => {
    const page = await openHost(INLINE, await serveWords())
    await ask(page, QUESTION)
    await page.getByRole('link', { name: /^\[1\]/ }).click()
    await page.frameLocator('iframe').getByRole('link', { name: 'All documents' }).focus()
    await page.keyboard.press('Escape')
    await page.locator('iframe').waitFor({ state: 'detached' })
    expect(await focused(page)).toMatch(/^\[1\]/)
  })

  test('is copied with its citation', async () => {
    const page = await openHost(INLINE, await serveWords())
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
    await ask(page, QUESTION)
    await page.getByRole('button', { name: 'Copy with citation [1]' }).click()
    await page.getByRole('status').getByText('Copied.').waitFor()
    const copied = await page.evaluate(() => navigator.clipboard.readText())
    expect(copied).toMatch(
      /^“Cats sleep all day\. They hunt at night\.”\ncats, Ann, 2020-01-02, paragraph 1\nhttp.*\/documents\/cats\?start=0&end=39&highlightStart=0&highlightEnd=4$/,
    )
  })

  test('that refuses has the closest quotes below it, folded', async () => {
    const page = await openHost(INLINE, await serveWords())
    await ask(page, 'How do I reset my password?')
    await page.getByText('The documents do not answer this question.').waitFor()
    expect(await page.locator('.folded blockquote').first().isVisible()).toBe(false)
    await page.getByText(/^The closest passages/).click()
    expect(await page.locator('.folded blockquote').first().isVisible()).toBe(true)
  })

  test('with markup in it is shown as text', async () => {
    const page = await openHost(INLINE, await serveWords())
    const alerts: string[] = []
    page.on('dialog', (dialog) => alerts.push(dialog.message()))
    await ask(page, `owls ${HOSTILE}`)
    const quote = page.locator('.quote', { hasText: 'alert("owls")' })
    expect(await quote.locator('blockquote').textContent()).toContain(HOSTILE)
    expect(await quote.locator('bdi').first().textContent()).toBe(HOSTILE)
    expect(await page.locator('.asked').textContent()).toBe(`owls ${HOSTILE}`)
    expect(await page.locator('footnote-chat img, footnote-chat script').count()).toBe(0)
    await page.getByRole('link', { name: /^\[1\]/ }).click()
    await page.frameLocator('iframe').locator('mark').waitFor()
    expect(alerts).toEqual([])
  })
})

describe('a chat', () => {
  test('never violates a strict Content-Security-Policy', async () => {
    const url = await serveWords()
    const page = await openBrowserPage()
    const complaints: string[] = []
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) complaints.push(message.text())
    })
    page.on('pageerror', (error) => complaints.push(error.message))
    await showHost(page, '<footnote-chat suggestions="When do cats sleep?"></footnote-chat>', url)
    await openChat(page)
    await page.getByRole('button', { name: QUESTION }).click()
    await page.getByRole('link', { name: /^\[1\]/ }).click()
    await page.frameLocator('iframe').locator('mark').waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'This helped' }).click()
    await page.getByRole('status').getByText('Thank you.').waitFor()
    await page.getByRole('button', { name: 'Copy with citation [1]' }).click()
    await ask(page, 'nothing of the sort')
    await page.getByText(/^The closest passages/).click()
    await page.getByRole('button', { name: 'New conversation' }).click()
    expect(complaints).toEqual([])
  })

  test('sends requests only to its server', async () => {
    const url = await serveWords()
    const page = await openBrowserPage()
    const asked = new Set<string>()
    page.on('request', (request) => asked.add(new URL(request.url()).origin))
    await showHost(page, INLINE, url)
    await ask(page, QUESTION)
    await page.getByRole('link', { name: /^\[1\]/ }).click()
    await page.frameLocator('iframe').locator('mark').waitFor()
    expect([...asked]).toEqual([url])
  })

  test('continues after a page load, and starts again on request', async () => {
    const page = await openHost(INLINE, await serveWords())
    await ask(page, QUESTION)
    await page.locator('blockquote').first().waitFor()
    await page.reload()
    await page.locator('blockquote', { hasText: ANSWER }).waitFor()
    await ask(page, 'When do they hunt?')
    await page.locator('.exchange').nth(1).locator('.answer').waitFor()
    await page.getByRole('button', { name: 'New conversation' }).click()
    expect(await page.locator('.exchange').count()).toBe(0)
    await page.reload()
    await page.getByRole('textbox').waitFor()
    expect(await page.locator('.exchange').count()).toBe(0)
  })

  test('works without session storage', async () => {
    const page = await openBrowserPage()
    await page.addInitScript(() => {
      Object.defineProperty(window, 'sessionStorage', {
        get: () => {
          throw new DOMException('denied', 'SecurityError')
        },
      })
    })
    await showHost(page, INLINE, await serveWords())
    await ask(page, QUESTION)
    await expectSeen(page.locator('blockquote', { hasText: ANSWER }))
  })

  test('keeps a failed question, and can ask it again', async () => {
    const url = await serveWords()
    const page = await openHost(INLINE, url)
    await page.route(`${url}/ask`, (route) => route.abort())
    await ask(page, QUESTION)
    await page.getByText('The server cannot be reached.').waitFor()
    expect(await page.locator('.asked').textContent()).toBe(QUESTION)
    await page.unroute(`${url}/ask`)
    await page.getByRole('button', { name: 'Ask again' }).click()
    await page.locator('blockquote', { hasText: ANSWER }).waitFor()
    expect(await page.locator('.asked').allTextContents()).toEqual([QUESTION])
  })

  test('asks a busy server again by itself, until it is stopped', async () => {
    const url = await serveWords()
    const page = await openHost(INLINE, url)
    const busy = { status: 503, headers: { 'Retry-After': '1' }, body: '{}' }
    await page.route(`${url}/ask`, (route) => route.fulfill(busy), { times: 1 })
    await ask(page, QUESTION)
    await expectSeen(page.locator('blockquote', { hasText: ANSWER }))
    const refused = page.waitForResponse(`${url}/ask`)
    await page.route(`${url}/ask`, (route) => route.fulfill(busy))
    await ask(page, QUESTION)
    await refused
    await page.getByRole('button', { name: 'Stop' }).click()
    await expectSeen(page.getByText('Stopped.'))
  })

  test('says that the server no longer has the conversation, and begins another', async () => {
    const url = await serveWords()
    const page = await openHost(INLINE, url)
    const answered = page.evaluate(
      () =>
        new Promise<string>((resolve) => {
          document.addEventListener('footnote-answer', (event) => {
            if (event instanceof CustomEvent) resolve(event.detail.answer.conversationId)
          })
        }),
    )
    await ask(page, QUESTION)
    const conversationId = await answered
    await fetch(`${url}/conversations/${conversationId}`, { method: 'DELETE' })
    await ask(page, QUESTION)
    await page.getByText('This conversation no longer exists.').waitFor()
    await page.getByRole('button', { name: 'Ask again' }).click()
    await expectSeen(page.locator('.exchange').nth(1).locator('blockquote'))
  })

  test('can be stopped while it works', async () => {
    const url = await serveWords()
    const page = await openHost(INLINE, url)
    await page.route(`${url}/ask`, () => {})
    await ask(page, QUESTION)
    await page.getByRole('status').getByText('Searching…').waitFor()
    await page.getByRole('button', { name: 'Stop' }).click()
    await page.getByText('Stopped.').waitFor()
    await expectSeen(page.getByRole('button', { name: 'Send' }))
  })

  test('starts a new line on Shift+Enter, and keeps the focus in the field', async () => {
    const page = await openHost(INLINE, await serveWords())
    await page.getByRole('textbox').fill('When do')
    await page.keyboard.press('Shift+Enter')
    await page.keyboard.type('cats sleep?')
    await page.keyboard.press('Enter')
    await page.locator('blockquote').first().waitFor()
    expect(await page.locator('.asked').textContent()).toBe('When do\ncats sleep?')
    expect(await focused(page)).toBe('Your question')
  })

  test('fires its events, and has its methods', async () => {
    const page = await openHost(
      '<footnote-chat documents="cats"></footnote-chat>',
      await serveWords(),
    )
    const heard = await page.evaluate(async (question) => {
      const told: [string, string][] = []
      for (const name of ['footnote-ask', 'footnote-answer', 'footnote-feedback']) {
        document.addEventListener(name, (event) => {
          if (event instanceof CustomEvent) told.push([name, JSON.stringify(event.detail)])
        })
      }
      const chat = document.querySelector('footnote-chat')
      await chat?.ask(question)
      await chat?.hide()
      const isHidden = !chat?.hasAttribute('open')
      await chat?.show()
      return { told, isHidden }
    }, QUESTION)
    expect(heard.isHidden).toBe(true)
    expect(heard.told.map(([name]) => name)).toEqual(['footnote-ask', 'footnote-answer'])
    expect(heard.told[1]?.[1]).toContain(ANSWER)
    expect(await page.getByRole('textbox').isVisible()).toBe(true)
    await page.evaluate(() => document.querySelector('footnote-chat')?.reset())
    await page.locator('.exchange').waitFor({ state: 'detached' })
  })

  test('uses the language of its lang attribute, with right-to-left layout for Arabic', async () => {
    const page = await openHost(
      '<footnote-chat mode="inline" lang="ar"></footnote-chat>',
      await serveWords(),
    )
    await page.getByRole('textbox', { name: 'سؤالك' }).waitFor()
    expect(await page.locator('.frame').getAttribute('dir')).toBe('rtl')
  })
})

describe('a chat is separate from', () => {
  test('an earlier conversation, even if that one still waits for an answer', async () => {
    const url = await serveWords()
    const page = await openHost(INLINE, url)
    await ask(page, QUESTION)
    await page.locator('blockquote').first().waitFor()
    await page.route(`${url}/feedback`, async (route) => {
      await new Promise((resolve) => setTimeout(resolve, 500))
      await route.continue()
    })
    const given = page.waitForResponse(`${url}/feedback`)
    await page.getByRole('button', { name: 'This helped' }).click()
    await page.getByRole('button', { name: 'New conversation' }).click()
    await ask(page, 'How do I reset my password?')
    await expectSeen(page.locator('.refusal'))
    await given
    await page.waitForTimeout(200)
    await expectSeen(page.locator('.refusal'))
    expect(await page.locator('.answer').textContent()).not.toContain(QUESTION)
  })

  test('another chat on the same page', async () => {
    const page = await openHost(INLINE + INLINE, await serveWords())
    const chats = page.locator('footnote-chat')
    for (const [i, question] of [QUESTION, 'Do owls fly?'].entries()) {
      await chats.nth(i).getByRole('textbox').fill(question)
      await page.keyboard.press('Enter')
      await chats.nth(i).locator('.answer').waitFor()
    }
    await page.reload()
    await page.locator('.exchange').nth(1).waitFor()
    expect(await page.locator('.asked').allTextContents()).toEqual([QUESTION, 'Do owls fly?'])
  })

  test('the text styles of the page', async () => {
    const page = await openHost(INLINE, await serveWords())
    await page.evaluate(() => {
      Object.assign(document.body.style, { textTransform: 'uppercase', whiteSpace: 'pre' })
    })
    await ask(page, QUESTION)
    await page.locator('blockquote').first().waitFor()
    expect(await page.locator('blockquote').first().innerText()).toContain(ANSWER)
  })

  test('responses that are not answers, after a page load too', async () => {
    const url = await serveWords()
    const page = await openHost(INLINE, url)
    await page.route(`${url}/ask`, (route) => route.fulfill({ json: {} }))
    await ask(page, QUESTION)
    await expectSeen(page.getByText('The server could not answer.'))
    await page.reload()
    await expectSeen(page.getByRole('textbox'))
  })
})

test('a double click on Send does not stop the question', async () => {
  const page = await openHost(INLINE, await serveWords())
  await page.getByRole('textbox').fill(QUESTION)
  await page.getByRole('button', { name: 'Send' }).dblclick()
  await expectSeen(page.locator('blockquote', { hasText: ANSWER }))
})

test('an invalid question gets a message that says what is wrong', async () => {
  const page = await openHost(INLINE, await serveWords())
  await ask(page, '???')
  await expectSeen(page.getByText(/needs a letter or a digit/))
})

test('a link out of a document in the frame opens a new tab', async () => {
  const page = await openHost(INLINE, await serveWords())
  await ask(page, QUESTION)
  await page.getByRole('link', { name: /^\[1\]/ }).click()
  const frame = page.frameLocator('iframe')
  await frame.locator('mark').waitFor()
  const popup = page.waitForEvent('popup')
  await frame.getByRole('link', { name: 'All documents' }).click()
  await popup
  expect(await frame.locator('mark').textContent()).toBe(ANSWER)
})

describe('a window', () => {
  test('keeps the typed text when it is closed', async () => {
    const page = await openHost('<p>Words.</p>', await serveWords())
    await openChat(page)
    await page.getByRole('textbox').fill('When do')
    await page.keyboard.press('Escape')
    await page.getByRole('textbox').waitFor({ state: 'hidden' })
    await openChat(page)
    expect(await page.getByRole('textbox').inputValue()).toBe('When do')
  })

  test('closes on Escape, and returns the focus to its button', async () => {
    const page = await openHost('<p>Words.</p>', await serveWords())
    await openChat(page)
    expect(await focused(page)).toBe('Your question')
    await page.keyboard.press('Escape')
    await page.getByRole('textbox').waitFor({ state: 'hidden' })
    expect(await focused(page)).toBe('Ask the documents')
  })

  test('traps the focus only where it fills the screen', async () => {
    expect(await leaves(375)).toBe(false)
    expect(await leaves(1000)).toBe(true)
  })

  test('that was open opens again after a page load, without taking the focus', async () => {
    const page = await openHost('<p>Words.</p>', await serveWords())
    await openChat(page)
    await page.reload()
    await page.getByRole('textbox').waitFor()
    expect(await focused(page)).toBeNull()
  })
})

describe('feedback', () => {
  test('is sent by a thumb button, which then shows it', async () => {
    const url = await serveWords()
    const page = await openHost(INLINE, url)
    await ask(page, QUESTION)
    const given = page.waitForResponse(`${url}/feedback`)
    await page.getByRole('button', { name: 'This did not help' }).click()
    expect((await given).status()).toBe(204)
    await page.getByRole('button', { name: 'This did not help', pressed: true }).waitFor()
  })
})

describe('a page of another origin', () => {
  test('may ask only if it is allowed', async () => {
    const elsewhere = await servePage()
    const chatOf = async (url: string) => {
      const page = await openBrowserPage()
      await page.goto(
        elsewhere.with(`<footnote-chat mode="inline"></footnote-chat>
        <script src="${url}/widget.js" defer></script>`),
      )
      await ask(page, QUESTION)
      return page
    }
    const allowed = await chatOf(await serveWords({ allowedOrigins: [elsewhere.origin] }))
    await allowed.locator('blockquote', { hasText: ANSWER }).waitFor()
    await allowed.getByRole('link', { name: /^\[1\]/ }).click()
    const quote = allowed.frameLocator('iframe').locator('mark')
    await quote.waitFor()
    expect(await quote.textContent()).toBe(ANSWER)
    expect(await quote.locator('strong').textContent()).toBe('Cats')

    const refused = await chatOf(await serveWords())
    await expectSeen(refused.getByText('The server cannot be reached.'))
  })
})

/** Whether Tab leads out of an open window, to the page around it. */
async function leaves(width: number): Promise<boolean> {
  const page = await openBrowserPage({ viewport: { width, height: 700 } })
  await showHost(page, '<a href="#x">Elsewhere</a>', await serveWords())
  await openChat(page)
  for (let i = 0; i < 8; i += 1) {
    await page.keyboard.press('Tab')
    if (await page.evaluate(() => document.activeElement?.textContent === 'Elsewhere')) return true
  }
  return false
}
