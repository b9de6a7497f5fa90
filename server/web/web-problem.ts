/** Why an address cannot be fetched or kept. The message completes "ADDRESS …", for the person who named it. */
export class WebProblem extends Error {
  override readonly name = 'WebProblem'
}
