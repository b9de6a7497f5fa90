import { Command } from 'commander'
import { startInference } from '../index/inference/inference.ts'
import { collectSteps, step } from '../index/steps.ts'
import { readConfig } from '../server/config.ts'
import { runScript } from './command-line.ts'

const command = new Command('npm start --')
  .description('Answers questions over HTTP, and in Slack if that is configured.')
  .option('--inference-only', 'only run the models, for servers with INFERENCE_URL', false)
  .allowExcessArguments(false)

const steps = collectSteps()

await runScript(async () => {
  const { inferenceOnly } = command.parse().opts<{ inferenceOnly: boolean }>()
  const config = await step('read the settings', () => readConfig())
  // The models take longest: they load in a process of their own while this one loads the server's code.
  const loading = step('load the models', () => startInference(config.inference))
  // What serves awaits it. Without this, an earlier failure would count as an unhandled rejection.
  loading.catch(() => {})
  if (inferenceOnly) {
    const { serveModels } = await import('./serve-models.ts')
    return serveModels(config, loading)
  }
  const { serveFootnote } = await step("load the server's code", () => import('./serve.ts'))
  return serveFootnote(config, loading, steps)
})
