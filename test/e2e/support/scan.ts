import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describeTopic, endOffsets, visitLogTail } from '@eventfleet/kafka';
import pg from 'pg';
import type { Fleet } from './fleet.js';
import { kafkaOf } from './topic.js';

/** Where a marker was found, and an excerpt of it. */
export type Findings = string[];

/** A text as it may be written down: plain, in base64 at each of its three offsets, in hexadecimal digits. */
export function formsOf(marker: string): readonly string[] {
  const base64 = [0, 1, 2].map((offset) => {
    const bytes = Buffer.concat([Buffer.alloc(offset), Buffer.from(marker)]);
    const start = Math.ceil((offset * 8) / 6);
    const end = Math.floor((bytes.length * 8) / 6);
    return bytes.toString('base64').slice(start, end);
  });
  return [marker, marker.toLowerCase(), ...base64, Buffer.from(marker).toString('hex')];
}

function find(place: string, bytes: Buffer | string, forms: readonly string[]): Findings {
  const text = typeof bytes === 'string' ? bytes : bytes.toString('latin1');
  return forms.flatMap((form) => {
    const at = text.indexOf(form);
    return at < 0 ? [] : [`${place}: ${text.slice(Math.max(at - 80, 0), at + 80)}`];
  });
}

/**
 * Every row of every table of a database, in every schema, as text; bytes as hexadecimal digits. And what the planner has
 * kept of rows.
 */
export async function scanDatabase(url: string, forms: readonly string[]): Promise<Findings> {
  const pool = new pg.Pool({ connectionString: url });
  try {
    const { rows: tables } = await pool.query<{ name: string }>(
      `select format('%I.%I', schemaname, tablename) as name from pg_tables
       where schemaname not in ('pg_catalog', 'information_schema') or tablename = 'pg_statistic'`,
    );
    const findings: Findings = [];
    for (const { name } of tables) {
      const { rows } = await pool.query<{ text: string }>(`select t::text as text from ${name} as t`);
      for (const { text } of rows) findings.push(...find(name, text, forms));
    }
    return findings;
  } finally {
    await pool.end();
  }
}

/** Every record of the fleet's topics that can still be read: key, value and headers. */
export async function scanTopics(
  { env, topicPrefix }: Fleet,
  names: readonly string[],
  forms: readonly string[],
): Promise<Findings> {
  const kafka = kafkaOf(env);
  const findings: Findings = [];
  for (const name of names) {
    const topic = topicPrefix + name;
    await describeTopic(kafka, topic);
    const starts = new Map(
      [...(await endOffsets(kafka, topic))].map(([partition, { start }]) => [partition, start]),
    );
    await visitLogTail(kafka, topic, starts, ({ key, value, headers }) => {
      const texts = Object.values(headers ?? {})
        .flat()
        .map(String);
      findings.push(...[String(key), String(value), ...texts].flatMap((text) => find(topic, text, forms)));
    });
  }
  return findings;
}

/** Every file below a folder. */
export async function scanFiles(folder: string, forms: readonly string[]): Promise<Findings> {
  const findings: Findings = [];
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile()) findings.push(...find(path, await readFile(path), forms));
  }
  return findings;
}

export function scanText(place: string, text: string, forms: readonly string[]): Findings {
  return find(place, text, forms);
}
