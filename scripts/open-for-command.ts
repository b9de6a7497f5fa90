import { FootnoteError } from '../index/errors.ts'
import type { Config } from '../server/config.ts'
import { type Footnote, openFootnote } from '../server/footnote.ts'
import type { Log } from '../server/log.ts'
import { openTemporaryState } from '../server/state/embedded/embedded-state.ts'
import { showBuildProgress } from './build.ts'
import { describeBuild } from './command-line.ts'

/**
 * Opens Footnote for one command only: conversations stay in memory, and the index is built only if there is none. Nothing is
 * written to standard output.
 */
export async function openForCommand(config: Config, log: Log): Promise<Footnote> {
  const progress = showBuildProgress()
  return openFootnote(
    { ...config, slack: null, webhooks: null },
    {
      log,
      build: 'if-missing',
      state: await openTemporaryState(config),
      onBuildProgress: progress.update,
      onBuilt: (built) => {
        progress.stop()
        if (built.documents === 0)
          throw new FootnoteError('documents-invalid', describeBuild(built))
        if (built.problems.length > 0) console.error(describeBuild(built))
      },
    },
  ).finally(progress.stop)
}
