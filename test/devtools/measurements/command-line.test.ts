import { Command, Option } from 'commander'
import { expect, test } from 'vitest'
import { typedCommand } from '../../../devtools/measurements/command-line.ts'

function typed(...args: string[]): string {
  const command = new Command('npm run measure --')
    .option('--scale', '', false)
    .option('--dataset <file>')
    .option('--passages <numbers>', '', (list) => list.split(',').map(Number), [1000])
    .addOption(new Option('--database <url>').env('TEST_DATABASE_URL'))
    .option('--list', '', false)
    .option('--keep', '', false)
  return typedCommand(command.parse(args, { from: 'user' }))
}

test('a command is kept as a reader types it, whatever the order of its options', () => {
  expect(typed()).toBe('npm run measure')
  expect(typed('--passages', '1000,2000', '--dataset', 'xquad.json', '--scale')).toBe(
    'npm run measure -- --scale --dataset xquad.json --passages 1000,2000',
  )
})

test('no path, address or password is kept, and no option that changes only what is printed', () => {
  const args = ['--dataset', '/home/somebody/eval/xquad.json', '--list', '--keep']
  expect(typed(...args, '--database', 'postgres://user:password@host/name')).toBe(
    'npm run measure -- --dataset xquad.json',
  )
})
