import { stringify } from 'yaml';

const MADE = '# Made by `npm run describe`. Change the schemas, and not this file.\n';

/** A document as YAML, always the same for the same content. Readers of YAML 1.1 understand the same. */
export function toYaml(document: unknown): string {
  return MADE + stringify(document, { lineWidth: 0, aliasDuplicateObjects: false, compat: 'yaml-1.1' });
}
