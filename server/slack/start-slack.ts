import type { SlackConfig } from '../config.ts'
import type { AnswersOptions } from './answers.ts'
import { createSlackBot, type SlackBot } from './bot.ts'
import { openSlackMemory } from './memory.ts'
import { connectToSlack } from './slack-api.ts'

/**
 * Creates the bot with its connection to Slack and its memory, and answers what an earlier run
 * left. Throws `slack-memory-unreadable`.
 */
export async function startSlack(
  { botToken: token, apiUrl: url, file }: SlackConfig,
  options: Omit<AnswersOptions, 'memory'>,
): Promise<SlackBot> {
  const api = connectToSlack({ token, url, log: options.log })
  const bot = createSlackBot({ ...options, api, memory: openSlackMemory(file) })
  await bot.resume()
  return bot
}
