import type { OidcSettings, TracingSettings } from '@eventfleet/config';
import type { LevelWithSilent } from 'pino';

/** What every app's config holds. */
export interface HostConfig {
  readonly host: string;
  readonly port: number;
  /** Whose tokens are taken; undefined: nobody needs one. */
  readonly oidc?: OidcSettings | undefined;
  readonly logLevel: LevelWithSilent;
  /** The place in the code at which a test kills this process. */
  readonly failpoint: string | undefined;
  /** Absent if traces are off. */
  readonly tracing?: TracingSettings | undefined;
}
