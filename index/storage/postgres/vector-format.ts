/**
 * The binary formats of pgvector and of arrays of PostgreSQL, all big-endian. A text of decimal numbers is three times as long, and
 * slower to write and to read.
 */

/** A vector is its length and an unused number, of 16 bits each, and then floats of 32 bits. */
const HEADER_BYTES = 4

/** The bytes of a value of the type `vector`. */
export function encodeVector(vector: Float32Array): Buffer {
  const header = Buffer.alloc(HEADER_BYTES)
  header.writeUInt16BE(vector.length)
  // Every supported machine is little-endian.
  return Buffer.concat([header, Buffer.from(vector.slice().buffer).swap32()])
}

/** The vector of the bytes that `vector_send` gives. */
export function decodeVector(bytes: Buffer): Float32Array {
  // Copied, because Float32Array requires an offset that is a multiple of 4.
  const floats = new Uint8Array(bytes.subarray(HEADER_BYTES)).buffer
  Buffer.from(floats).swap32()
  return new Float32Array(floats)
}

/** The bytes of a value of the type `vector[]`. `oid` is the number that the database has given to the type `vector`. */
export function encodeVectors(vectors: readonly Float32Array[], oid: number): Buffer {
  const header = Buffer.alloc(20)
  header.writeInt32BE(vectors.length === 0 ? 0 : 1, 0) // dimensions
  header.writeInt32BE(0, 4) // no element is null
  header.writeUInt32BE(oid, 8)
  if (vectors.length === 0) return header.subarray(0, 12)
  header.writeInt32BE(vectors.length, 12)
  header.writeInt32BE(1, 16) // the first index
  const parts = vectors.flatMap((vector) => {
    const bytes = encodeVector(vector)
    const length = Buffer.alloc(4)
    length.writeInt32BE(bytes.length)
    return [length, bytes]
  })
  return Buffer.concat([header, ...parts])
}
