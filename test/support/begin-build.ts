// Begins a build, puts one document, says so, and waits to be killed.
import type { IndexStorage } from '../../index/storage/storage.ts'
import { documentOf, vectorsFor } from './stored-documents.ts'

const [, , moduleUrl = '', place = '', recipe = '', id = ''] = process.argv
const { storageAt }: { storageAt: (place: string, recipe: string) => IndexStorage } = await import(
  moduleUrl
)
const build = await storageAt(place, recipe).beginBuild()
const document = await documentOf(id, 'Cats purr.')
await build.put(
  document,
  vectorsFor(document, () => Float32Array.of(1, 0)),
)
console.log('put')
setInterval(() => {}, 1000)
