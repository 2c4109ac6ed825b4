/** Part of `npm run check`: every mutation still fits the sources. */
import { findOutdated } from './find-outdated.ts';

const outdated = await findOutdated();
for (const line of outdated) console.error(line);
process.exit(outdated.length === 0 ? 0 : 1);
