import type { Readable } from 'node:stream'
import { type DetailedError, Upload, type UploadOptions } from 'tus-js-client'

/**
 * Sends a file as clients of the tus protocol do, without another try unless `options` say so. Gives `taken`, or the status and the text
 * of the response that ended it.
 */
export function sendUpload(
  endpoint: string,
  content: string | Buffer | Readable,
  metadata: Readonly<Record<string, string>>,
  options: Partial<UploadOptions> = {},
): Promise<string> {
  return new Promise((resolve) => {
    const upload = new Upload(typeof content === 'string' ? Buffer.from(content) : content, {
      endpoint,
      metadata: { ...metadata },
      retryDelays: null,
      onSuccess: () => resolve('taken'),
      onError: (error) => resolve(reasonOf(error)),
      ...options,
    })
    upload.start()
  })
}

function reasonOf(error: Error | DetailedError): string {
  const response = 'originalResponse' in error ? error.originalResponse : null
  if (!response) return error.message
  const body: { detail?: string } = JSON.parse(response.getBody() || '{}')
  return `${response.getStatus()} ${body.detail}`
}
