// JavaScript, since a worker thread does not inherit the loader of TypeScript.
import { register } from 'tsx/esm/api'

register()
const { doStep } = await import('./publish-steps.ts')

/**
 * @param {import('./publish-steps.ts').PublishStep} step
 * @returns {Promise<import('./publish-in-worker.ts').Outcome>}
 */
export default async function publish(step) {
  try {
    return { digest: await doStep(step) }
  } catch (error) {
    if (!(error instanceof Error)) throw error
    // An error that leaves the thread loses its code.
    return { message: error.message, code: 'code' in error ? error.code : undefined }
  }
}
