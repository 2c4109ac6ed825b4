/** The clients of the local issuer: each stands for a role, or is a process of the fleet. */
export interface IssuerClient {
  readonly id: string;
  /** Parted by blanks. */
  readonly scope: string;
  /** Whether its token is shown to whoever starts the fleet. */
  readonly isRole: boolean;
  /** Whether it logs people in, as whom they say they are. */
  readonly logsIn?: boolean;
}

export const CLIENTS = [
  { id: 'reader', scope: 'users:read', isRole: true },
  { id: 'auditor', scope: 'users:read users:history', isRole: true },
  { id: 'editor', scope: 'users:read users:history users:write', isRole: true },
  { id: 'privacy-officer', scope: 'users:erase', isRole: true },
  { id: 'subscriber', scope: 'users:personal-data', isRole: true },
  { id: 'operator', scope: 'fleet:read fleet:operate', isRole: true },
  { id: 'process-manager', scope: 'users:write', isRole: false },
  { id: 'fleet-cli', scope: 'users:write users:erase', isRole: false },
  { id: 'console', scope: 'users:write fleet:read fleet:operate', isRole: false, logsIn: true },
] as const satisfies readonly IssuerClient[];

export type ClientId = (typeof CLIENTS)[number]['id'];

/** The fleet, as the tokens of the local issuer name it. */
export const AUDIENCE = 'urn:eventfleet:local';
