const SMALL_TALK = 'thanks ok great cool nice perfect fine yes good wow'.split(' ')

/** Small talk, with other words for each number. */
export function smallTalk(n: number): string {
  return Array.from(String(n), (digit) => SMALL_TALK[Number(digit)]).join(' ')
}
