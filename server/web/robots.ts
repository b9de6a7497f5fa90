import robotsParser from 'robots-parser'
import { USER_AGENT } from './http-request.ts'

/** What a site's robots.txt says to Footnote. */
export interface RobotsRules {
  allows(url: URL): boolean
  /** The pause that it asks for between requests, in ms; 0 where it asks for none. */
  readonly pauseMs: number
}

/** The rules of a site without a robots.txt. */
export const NO_RULES: RobotsRules = { allows: () => true, pauseMs: 0 }

/** Reads the robots.txt of the site of `origin` by RFC 9309. */
export function readRobots(origin: string, text: string): RobotsRules {
  const rules = robotsParser(`${origin}/robots.txt`, text)
  return {
    allows: (url) => rules.isAllowed(url.href, USER_AGENT) ?? true,
    pauseMs: Math.max(0, rules.getCrawlDelay(USER_AGENT) ?? 0) * 1000,
  }
}
