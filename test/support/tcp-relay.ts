import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'

/** Stands between a client and a server, and can keep what they send. */
export interface TcpRelay {
  readonly port: number
  /** Sends nothing on from now on, in either direction, and no end of a connection, as a network that lost its way. */
  swallow(): void
  /** Sends on again; what was swallowed is lost, and connections that ended meanwhile are gone. */
  pass(): void
}

/** Relays connections to a port of this machine, for the time of a test. */
export async function tcpRelay(targetPort: number): Promise<TcpRelay> {
  let isSwallowing = false
  const sockets = new Set<Socket>()
  const join = (from: Socket, to: Socket) => {
    sockets.add(from)
    from.on('data', (bytes) => {
      if (!isSwallowing) to.write(bytes)
    })
    from.on('end', () => {
      if (!isSwallowing) to.end()
    })
    from.on('close', () => {
      sockets.delete(from)
      to.destroy()
    })
    from.on('error', () => to.destroy())
  }
  const server = createServer({ allowHalfOpen: true }, (client) => {
    const target = connect({ port: targetPort, host: '127.0.0.1', allowHalfOpen: true })
    join(client, target)
    join(target, client)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
    for (const socket of sockets) socket.destroy()
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return {
    port: address.port,
    swallow: () => {
      isSwallowing = true
    },
    pass: () => {
      isSwallowing = false
      for (const socket of sockets) if (socket.readableEnded) socket.destroy()
    },
  }
}
