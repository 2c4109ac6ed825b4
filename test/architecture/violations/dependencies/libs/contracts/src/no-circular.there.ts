import type { here } from './no-circular.js';

export const there: typeof here | undefined = undefined;
