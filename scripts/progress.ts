import { Presets, SingleBar } from 'cli-progress'

/** How often progress is printed where standard error is not a terminal, in ms. */
const PROGRESS_LINE_INTERVAL_MS = 5000

/**
 * Shows the progress of a long run on standard error: a bar on a terminal, plain lines elsewhere.
 * An update with `done` at 0 begins a new bar.
 */
export function showProgress(
  activity: string,
  unit: string,
): {
  readonly update: (progress: { done: number; total: number }) => void
  readonly stop: () => void
} {
  let startedAt = 0
  const counts = `{value}/{total} ${unit} | {rate}/s | {left} left`
  const bar = new SingleBar(
    {
      format: process.stderr.isTTY ? `${activity} {bar} ${counts}` : `${activity} ${counts}`,
      stream: process.stderr,
      noTTYOutput: true,
      notTTYSchedule: PROGRESS_LINE_INTERVAL_MS,
      // The bar's own handler for Ctrl-C would keep the process running.
      gracefulExit: false,
      linewrap: true,
    },
    Presets.shades_classic,
  )
  return {
    update: ({ done, total }) => {
      if (done === 0) {
        bar.stop()
        startedAt = performance.now()
        return bar.start(total, 0, { rate: '0.0', left: '?' })
      }
      const elapsedSeconds = (performance.now() - startedAt) / 1000
      const rate = done / elapsedSeconds
      return bar.update(done, {
        rate: rate.toFixed(1),
        left: formatDuration((total - done) / rate),
      })
    },
    stop: () => bar.stop(),
  }
}

function formatDuration(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`
  const minutes = Math.ceil(seconds / 60)
  return minutes < 90 ? `${minutes} min` : `${(minutes / 60).toFixed(1)} h`
}
