import { createHash } from 'node:crypto';

export const project = (name: string) => createHash('sha256').update(name).digest('hex');
