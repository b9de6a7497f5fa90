// Serves the desk's routes of documents in a process of its own, and says where, until it is killed.
import { openDeskApi } from './open-desk-api.ts'

const [, , documents = '', data = '', largest = ''] = process.argv
const { endpoint } = await openDeskApi({
  documents,
  data,
  ...(largest !== '' && { uploadLimits: { largestFor: () => Number(largest) } }),
})
console.log(endpoint)
