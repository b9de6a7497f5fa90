import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import { shown } from '../measurements/figures.ts'
import type { Measure } from '../measures.ts'

/**
 * The scenarios of the suite that apply to every server with tools and resources. The others need the tools, prompts and resources
 * of the suite's own example server, or extensions, sessions and requests to the client, which Footnote does not have.
 */
const SCENARIOS: ReadonlySet<string> = new Set([
  'server-initialize',
  'server-stateless',
  'ping',
  'tools-list',
  'resources-list',
  'sep-2164-resource-not-found',
  'dns-rebinding-protection',
  'caching',
  'http-header-validation',
])

/** The checks in these scenarios that need a tool or a prompt of the example server. */
const OF_THE_EXAMPLE: ReadonlySet<string> = new Set([
  'sep-2575-server-rejects-undeclared-capability',
  'sep-2575-missing-capability-http-400',
  'sep-2575-http-server-no-independent-requests-on-stream',
  'sep-2575-server-no-log-without-loglevel',
  'sep-2549-prompts-list-caching-hints',
])

const check = z.object({ id: z.string(), status: z.string(), errorMessage: z.string().optional() })

/** The result of one scenario of the suite. */
export interface ScenarioResult {
  readonly scenario: string
  /** Whether the scenario tests something that Footnote has. */
  readonly applies: boolean
  readonly passed: number
  /** Checks that need the example server. */
  readonly skipped: number
  /** The checks that failed, each with what is wrong. */
  readonly failures: readonly string[]
}

/** Reads the folders that the suite wrote, one for each scenario. */
export async function readResults(folder: string): Promise<ScenarioResult[]> {
  const names = await readdir(folder)
  return Promise.all(names.toSorted().map((name) => readScenario(path.join(folder, name))))
}

async function readScenario(folder: string): Promise<ScenarioResult> {
  // Such as "server-ping-2026-11-28T14-17-21-761Z".
  const [, scenario = ''] = /^server-(.+?)-\d{4}-\d\d-\d\dT/.exec(path.basename(folder)) ?? []
  const checks = z
    .array(check)
    .parse(JSON.parse(await readFile(path.join(folder, 'checks.json'), 'utf8')))
  const failed = checks.filter(({ status }) => status === 'FAILURE' || status === 'WARNING')
  const own = failed.filter(({ id }) => !OF_THE_EXAMPLE.has(id))
  return {
    scenario,
    applies: SCENARIOS.has(scenario),
    passed: checks.filter(({ status }) => status === 'SUCCESS').length,
    skipped: failed.length - own.length,
    failures: Array.from(own, ({ id, errorMessage = '' }) => `${id}: ${errorMessage}`),
  }
}

/** A row for each scenario that applies, and one for the others. */
export function conformanceMeasures(results: readonly ScenarioResult[]): Measure[] {
  const ours = results.filter(({ applies }) => applies)
  const missing = SCENARIOS.size - ours.length
  const rows = Array.from(ours, ({ scenario, passed, skipped, failures }): Measure => {
    return {
      what: `${scenario}: failed checks`,
      value: shown`${failures.length} (${passed} passed, ${skipped} for the example server only)`,
      target: '0',
      met: failures.length === 0 && passed > 0,
    }
  })
  const others = results.length - ours.length
  return [
    ...rows,
    {
      what: 'scenarios that did not run',
      value: shown`${missing}`,
      target: '0',
      met: missing === 0,
    },
    {
      what: 'scenarios for the example server only',
      value: shown`${others}`,
      target: '–',
      met: null,
    },
  ]
}
