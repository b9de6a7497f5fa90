import type { Page } from 'playwright-core'

/** The text of the element that has the focus. */
export function focused(page: Page): Promise<string | undefined> {
  return page.evaluate(() => document.activeElement?.textContent.trim())
}

/** Waits until a page of the desk tells a message. */
export function expectSaid(page: Page, message: string): Promise<void> {
  return page.getByRole('status').filter({ hasText: message }).waitFor()
}

/** Waits until a page of the desk tells why something failed. */
export function expectProblem(page: Page, message: string): Promise<void> {
  return page.getByRole('alert').filter({ hasText: message }).waitFor()
}
