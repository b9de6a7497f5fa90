// Begins a build, says so, and ends it when told to, as a command does that is then done.
import { once } from 'node:events'
import { openDatabase } from '../../index/postgres/database.ts'
import { postgresStorage } from '../../index/storage/postgres/postgres-storage.ts'

const [, , url = ''] = process.argv
const database = openDatabase(url, { statementTimeoutMs: 500 })
const storage = postgresStorage({ database, recipe: async () => 'the recipe' })
const build = await storage.beginBuild()
// From the pool, which keeps this connection open.
await storage.served()
console.log('begun')
await once(process.stdin, 'data')
process.stdin.destroy()
await build.close()
await database.close()
console.log('ended')
