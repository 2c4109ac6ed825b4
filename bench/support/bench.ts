import type { Scale } from './scale.ts';
import type { Servers } from './servers.ts';

/** What everything that measures is given. */
export interface Bench {
  readonly servers: Servers;
  readonly scale: Scale;
  /** Where what was fetched or built is kept from run to run. */
  readonly cacheDir: string;
  /** Tells on standard error what goes on. */
  readonly say: (line: string) => void;
  /**
   * What the environment of a measured Node process of ours is given besides, how to profile it or nothing; `options`
   * are the Node options that it has anyway.
   */
  readonly nodeOptions: (name: string, options?: string) => Readonly<Record<string, string>>;
  /** Another built checkout of this project, to compare with. */
  readonly against?: string;
}
