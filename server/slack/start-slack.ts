import type { SlackConfig } from '../config.ts'
import type { AnswersOptions } from './answers.ts'
import { createSlackBot, type SlackBot } from './bot.ts'
import { openSlackMemory } from './memory.ts'
import { connectToSlack } from './slack-api.ts'

/** Makes the bot with what it talks to and remembers by, and answers what was left. Throws `slack-memory-unreadable`. */
export async function startSlack(
  { botToken: token, apiUrl: url, file }: SlackConfig,
  options: Omit<AnswersOptions, 'memory'>,
): Promise<SlackBot> {
  const api = connectToSlack({ token, url, log: options.log })
  const bot = createSlackBot({ ...options, api, memory: openSlackMemory(file) })
  await bot.resume()
  return bot
}
