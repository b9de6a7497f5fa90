import { storageAt } from '../../support/embedded-storage.ts'
import { temporaryFolder } from '../../support/temporary.ts'
import { describeStorage } from './storage-conformance.ts'

describeStorage({
  name: 'the embedded storage',
  newPlace: () => temporaryFolder(),
  storageAt,
  module: new URL('../../support/embedded-storage.ts', import.meta.url),
})
