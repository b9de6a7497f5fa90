import type { ErrorHandler } from 'hono'
import { HTTPException } from 'hono/http-exception'
import { clientResponse, FootnoteError } from '../../index/errors.ts'
import { DatabaseError } from '../../index/postgres/postgres-errors.ts'
import type { Log } from '../log.ts'
import { isRequestCutOff } from './node.ts'
import { failedResponse, isProblem, problemResponse } from './problem.ts'

/**
 * Turns the error of a failed request into a problem response. The response contains nothing internal; the full error is
 * in the log, under the id of the request.
 */
export function errorHandler(log: Log): ErrorHandler {
  return (error, c) => {
    if (isRequestCutOff(c)) return problemResponse(400, 'The request ended before its body did.')
    if (error instanceof HTTPException) return fromHttpException(error)
    const told = error instanceof FootnoteError ? clientResponse(error.code) : null
    const isMessageTold = told !== null && told.detail === undefined
    // An outage of the database is logged once, and not for each request.
    const level = error instanceof DatabaseError ? 'debug' : 'error'
    if (!isMessageTold) log[level]({ requestId: c.get('requestId'), err: error }, 'request failed')
    if (told) return failedResponse(told, error.message)
    const detail = 'Something went wrong here. The log has it under the id of this request.'
    return problemResponse(500, detail)
  }
}

/** Hono and its middleware throw these errors. Each has its own response, or a message that is written for clients. */
function fromHttpException(error: HTTPException): Response {
  const response = error.getResponse()
  if (isProblem(response)) return response
  return problemResponse(error.status, error.message || 'The request cannot be answered.')
}
