import path from 'node:path'

/** The longest name in bytes of UTF-8. File systems take 255, and a file is hidden under a longer name while it is moved. */
const MAX_BYTES = 200

/** Names that Windows keeps for devices, with any ending. */
const DEVICES = /^(?:con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])$/i

/** Everything that a name does not keep. */
const OTHERS = /[^\p{L}\p{M}\p{N} ._-]+/gu

/**
 * A name for a file or a folder that is safe in every file system, made of what somebody named it: letters, digits, spaces and
 * `.-_` stay, anything else becomes `-`. It is never a path. Null where no letter and no digit is left.
 */
export function safeName(given: string): string | null {
  const last = given.split(/[/\\]/).at(-1) ?? ''
  const kept = tidy(last.normalize('NFC').replace(OTHERS, '-').replace(/ {2,}/g, ' '))
  const { stem, ending } = split(kept)
  if (!/[\p{L}\p{N}]/u.test(stem)) return null
  const short = tidy(cutTo(stem, MAX_BYTES - Buffer.byteLength(ending) - 1))
  const [device = '', ...rest] = short.split('.')
  return (DEVICES.test(device.trimEnd()) ? [`${device}_`, ...rest].join('.') : short) + ending
}

/** Without what may not stand at the start of a name, or at its end. */
function tidy(name: string): string {
  return name.replace(/^[\p{M} .-]+|[ .-]+$/gu, '')
}

/** A name as what stands before its ending, and its ending with a dot, where that is one. */
function split(name: string): { stem: string; ending: string } {
  const ending = /\.[a-z0-9]{1,10}$/i.exec(name)?.[0] ?? ''
  return { stem: path.basename(name, ending), ending }
}

/** The beginning of a text that has at most this many bytes in UTF-8, and ends between two characters. */
function cutTo(text: string, maxBytes: number): string {
  let bytes = 0
  let end = 0
  for (const character of text) {
    bytes += Buffer.byteLength(character)
    if (bytes > maxBytes) break
    end += character.length
  }
  return text.slice(0, end)
}
