import { storageAt } from '../../support/embedded-storage.ts'
import { temporaryFolder } from '../../support/temporary.ts'
import { describeScopedStore } from './scoped-store-conformance.ts'

describeScopedStore({
  name: 'the embedded storage',
  newPlace: () => temporaryFolder(),
  storageAt,
})
