/** The type of a number or a vector in WebAssembly, and the codes of its instructions. https://webassembly.github.io/spec/core/ */
const I32 = 0x7f
const V128 = 0x7b
const VOID = 0x40
const FUNCTION = 0x60

const BLOCK = [0x02, VOID]
const LOOP = [0x03, VOID]
const END = [0x0b]
const branch = (depth: number) => [0x0c, depth]
const branchIf = (depth: number) => [0x0d, depth]
const get = (local: number) => [0x20, local]
const set = (local: number) => [0x21, local]
const i32Const = (value: number) => [0x41, value]
const I32_EQZ = [0x45]
const I32_LT_U = [0x49]
const I32_ADD = [0x6a]
const I32_SUB = [0x6b]
const F32_CONVERT_I32_S = [0xb2]
const F32_MUL = [0x94]
const F32_LOAD = [0x2a, 2, 0]
const F32_STORE = [0x38, 2, 0]
const SIMD = 0xfd
const loadSixteenBits = (offset: number) => [SIMD, 0x00, 0, offset]
const loadBytesAsSixteenBits = (offset: number) => [SIMD, 0x01, 0, offset]
const V128_ZERO = [SIMD, 0x0c, ...Array.from({ length: 16 }, () => 0)]
const I32X4_DOT_I16X8_S = [SIMD, 0xba, 0x01]
const I32X4_ADD = [SIMD, 0xae, 0x01]
const i32x4Lane = (lane: number) => [SIMD, 0x1b, lane]

// The parameters and the variables of the function.
const [QUERY, RECORD, COUNT, LENGTH, SCORE, END_OF_RECORD, AT, QUERY_AT, SUM] = [
  0, 1, 2, 3, 4, 5, 6, 7, 8,
] as const

/** Moves an address on. */
const advance = (local: number, bytes: number) =>
  [get(local), i32Const(bytes), I32_ADD, set(local)].flat()

/** Adds the products of 8 numbers to the sum. */
const addProducts = (bytesOffset: number, queryOffset: number) =>
  [
    [get(SUM)],
    [get(AT), loadBytesAsSixteenBits(bytesOffset)],
    [get(QUERY_AT), loadSixteenBits(queryOffset)],
    [I32X4_DOT_I16X8_S, I32X4_ADD, set(SUM)],
  ].flat(2)

const SCORE_RECORDS = [
  [BLOCK, LOOP], // for each record
  [get(COUNT), I32_EQZ, branchIf(1)],
  [V128_ZERO, set(SUM)],
  [get(QUERY), set(QUERY_AT)],
  [get(RECORD), i32Const(4), I32_ADD, set(AT)],
  [get(AT), get(LENGTH), I32_ADD, set(END_OF_RECORD)],
  [LOOP], // for each 16 numbers
  [addProducts(0, 0), addProducts(8, 16)],
  [advance(QUERY_AT, 32), advance(AT, 16)],
  [get(AT), get(END_OF_RECORD), I32_LT_U, branchIf(0)],
  [END],
  [get(SCORE)],
  [get(SUM), i32x4Lane(0), get(SUM), i32x4Lane(1), I32_ADD],
  [get(SUM), i32x4Lane(2), I32_ADD, get(SUM), i32x4Lane(3), I32_ADD],
  [F32_CONVERT_I32_S, get(RECORD), F32_LOAD, F32_MUL, F32_STORE],
  [advance(SCORE, 4)],
  [get(END_OF_RECORD), set(RECORD)],
  [get(COUNT), i32Const(1), I32_SUB, set(COUNT)],
  [branch(0), END, END, END],
].flat(2)

const PAGE_BYTES = 65_536

/** The function, and the memory that its addresses are in. */
export interface ByteScores {
  readonly memory: WebAssembly.Memory
  /**
   * Scores `count` records, one after the other from the address `records` on: each is a 32-bit float, and `length` signed bytes, a
   * multiple of 16. Its score is the sum of the products of the bytes with the 16-bit numbers at `query`, times the float; it is a
   * 32-bit float at `scores`.
   */
  readonly score: (
    query: number,
    records: number,
    count: number,
    length: number,
    scores: number,
  ) => void
}

/** Gives the function with a memory of at least `bytes`. */
export function byteScores(bytes: number): ByteScores {
  const memory = new WebAssembly.Memory({ initial: Math.ceil(bytes / PAGE_BYTES) })
  const instance = new WebAssembly.Instance(MODULE, { a: { m: memory } })
  const { score } = instance.exports
  if (typeof score !== 'function') throw new Error('the module does not export its function')
  return {
    memory,
    score: (query, records, count, length, scores) => {
      score(query, records, count, length, scores)
    },
  }
}

const MODULE = new WebAssembly.Module(
  Uint8Array.from([
    ...bytesOf('\0asm\u0001\0\0\0'),
    ...section(1, [1, FUNCTION, ...counted([I32, I32, I32, I32, I32]), 0]),
    // The memory is imported: "a" "m", with at least one page.
    ...section(2, [1, ...name('a'), ...name('m'), 2, 0, 1]),
    ...section(3, counted([0])),
    ...section(7, [1, ...name('score'), 0, 0]),
    // Three variables that are numbers, and one that is a vector.
    ...section(10, [1, ...counted([2, 3, I32, 1, V128, ...SCORE_RECORDS])]),
  ]),
)

function section(id: number, content: readonly number[]): number[] {
  return [id, ...counted(content)]
}

function name(text: string): number[] {
  return counted(bytesOf(text))
}

/** Items after their number, or bytes after theirs. */
function counted(items: readonly number[]): number[] {
  return [...unsigned(items.length), ...items]
}

function bytesOf(text: string): number[] {
  return [...Buffer.from(text)]
}

/** LEB128: 7 bits a byte, the lowest first, and the top bit where more follow. */
function unsigned(value: number): number[] {
  return value < 128 ? [value] : [(value % 128) + 128, ...unsigned(Math.floor(value / 128))]
}
