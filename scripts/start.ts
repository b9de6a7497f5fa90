import { startInference } from '../index/inference/inference.ts'
import { readConfig } from '../server/config.ts'
import { runScript } from './command-line.ts'

await runScript(async () => {
  const config = readConfig()
  // The models take longest: they load in their process while this one loads the server.
  const loading = startInference(config.inference)
  // Whoever awaits it hears of a failure; until then it is not unheard.
  loading.catch(() => {})
  const { serveFootnote } = await import('./serve.ts')
  await serveFootnote(config, loading)
})
