import path from 'node:path'
import type { Command, Option } from 'commander'

/** Options that change what is printed or kept, not what is measured; and an address, which may have a password. */
const LEFT_OUT: ReadonlySet<string> = new Set(['--database', '--json', '--keep', '--list'])

/** What the name of an option's value is for a file or a folder. */
const PATH_VALUE = /<(?:file|path)>/

/**
 * A parsed command as a reader types it: with the options that were given and change what is measured, in the order in which the
 * command lists them. Of files, only the names are left.
 */
export function typedCommand(command: Command): string {
  const options = command.options.filter(
    (option) =>
      !LEFT_OUT.has(option.long ?? '') &&
      command.getOptionValueSource(option.attributeName()) === 'cli',
  )
  const name = command.name().replace(/ --$/, '')
  if (options.length === 0) return name
  return [name, '--', ...options.map((option) => typedOption(option, command))].join(' ')
}

function typedOption(option: Option, command: Command): string {
  const value = String(command.getOptionValue(option.attributeName()))
  if (option.isBoolean()) return `${option.long}`
  return `${option.long} ${PATH_VALUE.test(option.flags) ? path.basename(value) : value}`
}
