import type { SlackConfig } from '../config.ts'
import type { AnswersOptions } from './answers.ts'
import { createSlackBot, type SlackBot } from './bot.ts'
import { connectToSlack } from './slack-api.ts'

/** Connects a bot with Slack, and lets it answer what was taken and not answered before the last stop. */
export async function startSlack(
  { botToken: token, apiUrl: url }: Pick<SlackConfig, 'botToken' | 'apiUrl'>,
  options: AnswersOptions,
): Promise<SlackBot> {
  const api = connectToSlack({ token, url, log: options.log })
  const bot = createSlackBot({ ...options, api })
  await bot.resume()
  return bot
}
