import { storageAt } from '../../support/embedded-storage.ts'
import { temporaryFolder } from '../../support/temporary.ts'
import { describeLargeStore } from './large-store-conformance.ts'

describeLargeStore('the embedded storage', async (remove) =>
  storageAt(await temporaryFolder(remove), 'test'),
)
