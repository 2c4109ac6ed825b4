import { against } from './against.ts';
import { append } from './append.ts';
import { commands } from './commands.ts';
import { cost } from './cost.ts';
import { growthLarge } from './growth-large.ts';
import { growth } from './growth.ts';
import { load } from './load.ts';
import { memory } from './memory.ts';
import { past } from './past.ts';
import { peers } from './peers.ts';
import { poison } from './poison.ts';
import { projector } from './projector.ts';
import { query } from './query.ts';
import { rebuild } from './rebuild.ts';
import { relay } from './relay.ts';
import type { Row } from './row.ts';
import { secured } from './secured.ts';
import { traces } from './traces.ts';
import { updates } from './updates.ts';
import { visible } from './visible.ts';

/** Every row, in the order of the table. */
export const ROWS: readonly Row[] = [
  commands,
  updates,
  append,
  relay,
  projector,
  visible,
  query,
  growth,
  load,
  past,
  poison,
  rebuild,
  memory,
  cost,
  peers,
  traces,
  secured,
  against,
  growthLarge,
];
