import type { SlackConfig } from '../config.ts'
import type { AnswersOptions } from './answers.ts'
import { createSlackBot, type SlackBot } from './bot.ts'
import { connectToSlack } from './slack-api.ts'

/** Connects the bot with Slack, and resumes the deliveries that the last stop left undone. */
export async function startSlack(
  { botToken: token, apiUrl: url }: SlackConfig,
  options: AnswersOptions,
): Promise<SlackBot> {
  const api = connectToSlack({ token, url, log: options.log })
  const bot = createSlackBot({ ...options, api })
  await bot.resume()
  return bot
}
