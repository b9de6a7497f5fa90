import path from 'node:path'
import { PROJECT } from './project.ts'

/** The folder of the linters, and of the proxy, that tests use where they are installed. */
export const LINTERS = path.join(PROJECT, '.linters/bin')

/** The line that installs them. */
export const INSTALL_LINTERS =
  'python3 -m venv .linters && .linters/bin/pip install -r deploy/linters.txt'
