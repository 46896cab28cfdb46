import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { repositoryRoot } from '../local/repository-root';

const ruleSchema = z.strictObject({
  alert: z.string().regex(/^[A-Z][A-Za-z]+$/),
  expr: z.string(),
  for: z
    .string()
    .regex(/^\d+m$/)
    .optional(),
  labels: z.strictObject({ severity: z.enum(['page', 'ticket']) }),
  annotations: z.strictObject({ summary: z.string(), runbook: z.string() }),
});
const rulesSchema = z.strictObject({
  groups: z.array(z.strictObject({ name: z.string(), rules: z.array(ruleSchema).nonempty() })).length(1),
});

const read = (path: string): string => readFileSync(join(repositoryRoot(), path), 'utf8');
const { groups } = rulesSchema.parse(parse(read('deploy/prometheus/alert-rules.yaml')));
const rules = groups.flatMap((group) => group.rules);

/** As a page of Markdown names the places of its headings. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^a-z0-9 -]/g, '')
    .replaceAll(' ', '-');
}

function sources(folder: string): string[] {
  return readdirSync(join(repositoryRoot(), folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.spec.ts'))
    .map((file) => read(join(folder, file)));
}

describe('deploy/prometheus/alert-rules.yaml', () => {
  const anchors = [...read('deploy/RUNBOOK.md').matchAll(/^## (.+)$/gm)].map(([, heading = '']) => anchorOf(heading));

  it('has each alert once, and names the section of the runbook that says what to do', () => {
    const names = rules.map(({ alert }) => alert);
    expect(new Set(names).size).toBe(names.length);
    for (const { annotations } of rules) {
      const [document, anchor] = annotations.runbook.split('#');
      expect([document, anchors.includes(anchor ?? '')]).toEqual(['deploy/RUNBOOK.md', true]);
    }
  });

  it('asks only for figures that our processes have', () => {
    const text = ['apps', 'libs'].flatMap(sources).join('\n');
    const named = new Set([...text.matchAll(/'(floopy_[a-z_]+)'/g)].map(([, name]) => name));
    // Of the loops of workers: `floopy_${kind}_${name}_total`.
    for (const [, name] of text.matchAll(/name: '([a-z_]+)',\s+help:/g)) named.add(`floopy_reconciler_${name}_total`);
    const asked = rules.flatMap(({ expr }) => expr.match(/floopy_[a-z_]+/g) ?? []);
    expect(asked.map((name) => name.replace(/_bucket$/, '')).filter((name) => !named.has(name))).toEqual([]);
    expect(asked.length).toBeGreaterThanOrEqual(rules.length);
  });
});
