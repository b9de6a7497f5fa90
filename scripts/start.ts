import { startInference } from '../index/inference/inference.ts'
import { readConfig } from '../server/config.ts'
import { runScript } from './command-line.ts'

await runScript(async () => {
  const config = readConfig()
  // The models take longest: they load in a process of their own while this one loads the server's code.
  const loading = startInference(config.inference)
  // `serveFootnote` awaits it. Without this, an earlier failure would count as an unhandled rejection.
  loading.catch(() => {})
  const { serveFootnote } = await import('./serve.ts')
  await serveFootnote(config, loading)
})
