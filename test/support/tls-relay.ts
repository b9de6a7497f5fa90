import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { TLSSocket } from 'node:tls'
import { onTestFinished } from 'vitest'

/**
 * Stands before a PostgreSQL server that cannot encrypt, as the PostgreSQL of the tests, and takes only encrypted connections, for
 * the time of a test. Gives its port.
 */
export async function tlsRelay(
  targetPort: number,
  identity: { readonly cert: string; readonly key: string },
): Promise<number> {
  const server = createServer((client) => {
    client.on('error', () => {})
    // The first message of a client asks for encryption; "S" agrees. See "SSL Session Encryption" of the protocol.
    client.once('data', () => {
      client.write('S')
      const encrypted = new TLSSocket(client, { isServer: true, ...identity })
      const target = connect(targetPort, '127.0.0.1')
      encrypted.on('error', () => target.destroy())
      target.on('error', () => encrypted.destroy())
      encrypted.pipe(target).pipe(encrypted)
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}
