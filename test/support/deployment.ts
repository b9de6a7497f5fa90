import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { parse, parseAllDocuments } from 'yaml'
import { z } from 'zod'
import { PROJECT } from './project.ts'

/** The folder of the manifests for Kubernetes, from the project's folder. */
export const MANIFESTS = 'deploy/kubernetes'

/** Reads a file of the project. */
export function read(file: string): string {
  return readFileSync(path.join(PROJECT, file), 'utf8')
}

/** An instruction of a Dockerfile, such as `COPY` and what follows it. */
export interface Instruction {
  readonly name: string
  readonly rest: string
}

/** The instructions of the Dockerfile, without comments, each on one line. */
export function dockerfile(): Instruction[] {
  const lines = read('Dockerfile')
    .replaceAll(/^\s*#.*\n/gm, '')
    .replaceAll(/\\\n\s*/g, '')
  return lines
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [, name = '', rest = ''] = /^(\S+)\s+(.*)$/.exec(line) ?? []
      return { name, rest }
    })
}

/** The instructions of the stage that becomes the image. */
export function imageStage(): Instruction[] {
  const all = dockerfile()
  return all.slice(all.findLastIndex(({ name }) => name === 'FROM'))
}

/** A command of the Dockerfile, which is a list of words. */
export function words(command: string): string[] {
  return z.array(z.string()).parse(JSON.parse(command))
}

const composeService = z.object({
  image: z.string(),
  command: z.array(z.string()).optional(),
  environment: z.record(z.string(), z.string()).default({}),
  env_file: z.array(z.object({ path: z.string(), required: z.boolean() })).optional(),
  healthcheck: z.object({ test: z.array(z.string()).optional() }).optional(),
  depends_on: z.record(z.string(), z.object({ condition: z.string() })).default({}),
  ports: z.array(z.string()).default([]),
  volumes: z.array(z.string()).default([]),
  networks: z.array(z.string()),
  read_only: z.boolean().optional(),
  cap_drop: z.array(z.string()).optional(),
  security_opt: z.array(z.string()).optional(),
  stop_grace_period: z.string().optional(),
})

/** A service of `compose.yaml`. */
export type ComposeService = z.output<typeof composeService>

/** The services of `compose.yaml`, as a person gets them who sets the given variables in `.env`. */
export function composeServices(
  variables: Readonly<Record<string, string>>,
): Readonly<Record<string, ComposeService>> {
  const interpolate = (text: string) =>
    text.replaceAll(
      /\$\{(\w+)(?::([-?])([^}]*))?\}/g,
      (_all, name: string, kind: string | undefined, fallback = '') => {
        const value = variables[name]
        if (value) return value
        if (kind === '?') throw new Error(`${name}: ${String(fallback)}`)
        return String(fallback)
      },
    )
  // Compose, too, first reads the file, and then puts variables into its texts.
  const parsed: unknown = parse(
    read('compose.yaml'),
    (_key, value: unknown) => (typeof value === 'string' ? interpolate(value) : value),
    { merge: true },
  )
  return z.object({ services: z.record(z.string(), composeService) }).parse(parsed).services
}

const probe = z.object({ httpGet: z.object({ path: z.string(), port: z.string() }) })
const container = z.object({
  image: z.string(),
  command: z.array(z.string()).optional(),
  ports: z.array(z.object({ name: z.string(), containerPort: z.number() })).default([]),
  startupProbe: probe.optional(),
  readinessProbe: probe.optional(),
  livenessProbe: probe.optional(),
  resources: z.object({
    requests: z.record(z.string(), z.string()),
    limits: z.record(z.string(), z.string()),
  }),
  securityContext: z.unknown(),
  volumeMounts: z.array(z.object({ mountPath: z.string(), readOnly: z.boolean().optional() })),
})

/** What runs in a pod. */
export const pod = z.object({
  metadata: z.object({ labels: z.record(z.string(), z.string()) }),
  spec: z.object({
    securityContext: z.unknown(),
    automountServiceAccountToken: z.boolean(),
    terminationGracePeriodSeconds: z.number(),
    containers: z.array(container).length(1),
  }),
})

const manifest = z.looseObject({
  kind: z.string(),
  metadata: z.object({ name: z.string() }).optional(),
})

/** The files of the manifests. */
export function manifestFiles(): string[] {
  return readdirSync(path.join(PROJECT, MANIFESTS))
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => `${MANIFESTS}/${name}`)
}

/** The object of a kind in the manifests. */
export function manifestOf(kind: string): z.output<typeof manifest> {
  const all = manifestFiles().flatMap((file) =>
    parseAllDocuments(read(file)).map((document) => manifest.parse(document.toJS())),
  )
  const [found, ...more] = all.filter((object) => object.kind === kind)
  if (!found || more.length > 0) throw new Error(`not one ${kind}`)
  return found
}

/** The names of all settings, as the code has them. */
export function settingNames(): string[] {
  return Array.from(
    read('server/config.ts').matchAll(/^ {2}([A-Z_]+): /gm),
    ([, name = '']) => name,
  )
}

/** The words of an npm command, such as `start`. */
export function npmCommand(name: string): string[] {
  const { scripts } = z
    .object({ scripts: z.record(z.string(), z.string()) })
    .parse(JSON.parse(read('package.json')))
  return (scripts[name] ?? '').replace(/^exec /, '').split(' ')
}
