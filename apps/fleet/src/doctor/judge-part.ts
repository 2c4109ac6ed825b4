import type { Part } from '@eventfleet/resilience';
import { risk, type Judgement } from './finding.js';

/** Judges what was answered. What was not is a risk: nobody knows. */
export function judgePart<T>(part: Part<T>, judge: (value: T) => Judgement): Judgement {
  if (part.ok) return judge(part.value);
  return risk(
    `unknown: ${part.reason}`,
    'It could not be asked. If the role may not know it, run fleet doctor as an administrator of the server.',
  );
}
