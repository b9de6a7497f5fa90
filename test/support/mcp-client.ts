import { Client, StreamableHTTPClientTransport, type Transport } from '@modelcontextprotocol/client'
import { AjvJsonSchemaValidator } from '@modelcontextprotocol/client/validators/ajv'
import { expect, onTestFinished } from 'vitest'
import { z } from 'zod'

/** The revisions of the protocol that clients are tested with: the newest, and two with a handshake. */
export const REVISIONS = ['2026-07-28', '2025-11-25', '2025-06-18']

/** Connects the protocol's own client; closed after the test. */
export async function connectOver(transport: Transport, revision = '2026-07-28'): Promise<Client> {
  const isStateless = revision >= '2026'
  const client = new Client(
    { name: 'test', version: '1.0.0' },
    {
      versionNegotiation: { mode: isStateless ? { pin: revision } : 'legacy' },
      ...(!isStateless && { supportedProtocolVersions: [revision] }),
    },
  )
  onTestFinished(() => client.close())
  await client.connect(transport)
  expect(client.getNegotiatedProtocolVersion()).toBe(revision)
  return client
}

/** The same over HTTP. `url` is the server's. */
export function connect(
  url: string,
  { revision, headers = {} }: { revision?: string; headers?: Record<string, string> } = {},
): Promise<Client> {
  const transport = new StreamableHTTPClientTransport(new URL(`${url}/mcp`), {
    requestInit: { headers },
  })
  return connectOver(transport, revision)
}

const content = z.array(z.object({ type: z.literal('text'), text: z.string() })).min(1)

export interface Called {
  /** All of the text. */
  readonly text: string
  readonly structured: unknown
}

/** Calls a tool, and expects structured content that the tool's own schema, as the client got it, allows. */
export async function call(
  client: Client,
  name: string,
  input: Record<string, unknown>,
): Promise<Called> {
  const { tools } = await client.listTools()
  const { outputSchema } = tools.find((tool) => tool.name === name) ?? {}
  const schema = z.record(z.string(), z.unknown()).parse(outputSchema)
  const result = await client.callTool({ name, arguments: input })
  const text = textOf(result.content)
  expect({ failed: result.isError ?? false, text }).toMatchObject({ failed: false })
  const validate = new AjvJsonSchemaValidator().getValidator(schema)
  expect(validate(result.structuredContent)).toMatchObject({ valid: true })
  return { text, structured: result.structuredContent }
}

/** Calls a tool that is expected to fail; gives what the model is told. */
export async function failureOf(
  client: Client,
  name: string,
  input: Record<string, unknown>,
): Promise<string> {
  const result = await client.callTool({ name, arguments: input })
  expect(result).toMatchObject({ isError: true })
  expect(result.structuredContent).toBeUndefined()
  const text = textOf(result.content)
  expect(text).not.toMatch(/node_modules|\.ts\b|SELECT|\/tmp\//)
  return text
}

function textOf(given: unknown): string {
  return Array.from(content.parse(given), ({ text }) => text).join('\n\n')
}
