import { z } from 'zod'
import { describe, expect, test } from 'vitest'
import { readConfig } from '../../server/config.ts'
import {
  composeServices,
  manifestFiles,
  manifestOf,
  MANIFESTS,
  pod,
  read,
  settingNames,
} from '../support/deployment.ts'

const deployment = z
  .object({ spec: z.object({ replicas: z.number(), template: pod }) })
  .parse(manifestOf('Deployment')).spec
const cronJob = z
  .object({ spec: z.object({ jobTemplate: z.object({ spec: z.object({ template: pod }) }) }) })
  .parse(manifestOf('CronJob')).spec

const pods = { server: deployment.template, build: cronJob.jobTemplate.spec.template }
const [server] = deployment.template.spec.containers
const [build] = pods.build.spec.containers

const selector = z.object({ matchLabels: z.record(z.string(), z.string()) })

describe('the manifests', () => {
  test('list every file, except the examples', () => {
    const { resources } = z
      .object({ resources: z.array(z.string()) })
      .parse(manifestOf('Kustomization'))
    const files = manifestFiles().filter((file) => !/\.example|kustomization/.test(file))
    expect(resources.map((name) => `${MANIFESTS}/${name}`).toSorted()).toEqual(files.toSorted())
  })

  test.each(Object.entries(pods))('keep the restricted standard: %s', (_name, { spec }) => {
    expect(spec.securityContext).toMatchObject({
      runAsNonRoot: true,
      runAsUser: 1000,
      seccompProfile: { type: 'RuntimeDefault' },
    })
    expect(spec.automountServiceAccountToken).toBe(false)
    expect(spec.containers[0]?.securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    })
  })

  test.each(Object.entries(pods))(
    'mount what the image reads and writes: %s',
    (_name, { spec }) => {
      const mounts = spec.containers[0]?.volumeMounts.map(({ mountPath }) => mountPath)
      expect(mounts).toEqual(['/documents', '/tmp'])
      expect(read('Dockerfile')).toContain('DOCUMENTS_DIR=/documents')
    },
  )

  test('build as compose does', () => {
    const { build: composed } = composeServices({ POSTGRES_PASSWORD: 'secret' })
    expect(build?.command).toEqual(composed?.command)
    // The server's command is the image's.
    expect(server?.command).toBeUndefined()
  })

  test('ask the server whether it is up and whether it is ready, at the port that it listens on', () => {
    expect(server?.ports).toEqual([{ name: 'http', containerPort: readConfig({}).port }])
    expect(server?.startupProbe?.httpGet).toEqual({ path: '/health', port: 'http' })
    expect(server?.readinessProbe?.httpGet).toEqual({ path: '/ready', port: 'http' })
    expect(server?.livenessProbe?.httpGet).toEqual({ path: '/health', port: 'http' })
  })

  test('leave the servers the time to stop that they take', () => {
    expect(deployment.template.spec.terminationGracePeriodSeconds).toBeGreaterThan(5 + 15 + 11)
  })

  test('give each pod memory and processors', () => {
    for (const container of [server, build]) {
      expect(container?.resources).toMatchObject({ requests: { cpu: '2' }, limits: {} })
      expect(container?.resources.limits).toHaveProperty('memory')
    }
  })

  test('keep one of two servers while machines are emptied', () => {
    expect(deployment.replicas).toBe(2)
    const budget = manifestOf('PodDisruptionBudget')
    expect(budget).toMatchObject({ spec: { minAvailable: 1 } })
  })

  test('select the servers, and not the builds', () => {
    const { labels } = deployment.template.metadata
    const { selector: served } = z
      .object({ spec: z.object({ selector: z.record(z.string(), z.string()) }) })
      .parse(manifestOf('Service')).spec
    const { selector: kept } = z
      .object({ spec: z.object({ selector }) })
      .parse(manifestOf('PodDisruptionBudget')).spec
    for (const matched of [served, kept.matchLabels]) {
      expect(labels).toMatchObject(matched)
      expect(pods.build.metadata.labels).not.toMatchObject(matched)
    }
  })

  test('set only settings that exist, to valid values', () => {
    const { data } = z
      .object({ data: z.record(z.string(), z.string()) })
      .parse(manifestOf('ConfigMap'))
    const { stringData } = z
      .object({ stringData: z.record(z.string(), z.string()) })
      .parse(manifestOf('Secret'))
    const given = { ...data, ...stringData }
    expect(settingNames()).toEqual(expect.arrayContaining(Object.keys(given)))
    expect(readConfig(given)).toMatchObject({
      publicUrl: 'https://ask.example.org',
      trustedProxies: 1,
    })
  })
})
