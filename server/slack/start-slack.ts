import type { SlackConfig } from '../config.ts'
import type { AnswersOptions } from './answers.ts'
import { createSlackBot, type SlackBot } from './bot.ts'
import { connectToSlack } from './slack-api.ts'

/** Connects the bot with Slack. It first answers what the last stop left undone. */
export function startSlack(
  { botToken: token, apiUrl: url }: SlackConfig,
  options: AnswersOptions,
): SlackBot {
  const api = connectToSlack({ token, url, log: options.log })
  return createSlackBot({ ...options, api })
}
