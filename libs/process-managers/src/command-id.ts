import { v5 } from 'uuid';

const NAMESPACE = '3c2a1f0e-7b6d-4c58-9b1e-52a86f0d9e47';

/** The id of an instance's nth command: a reaction that is repeated gives its commands the same ids. */
export function commandId(processManager: string, instanceId: string, nth: number): string {
  return v5(`${processManager}\n${instanceId}\n${nth}`, NAMESPACE);
}
