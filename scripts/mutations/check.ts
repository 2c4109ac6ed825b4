/** Part of `npm run check`: the table of mutations fits the sources. */
import { findOutOfDate } from './out-of-date.ts';

const outOfDate = await findOutOfDate();
for (const line of outOfDate) console.error(line);
process.exit(outOfDate.length === 0 ? 0 : 1);
