import type { Finding, Judgement } from '../finding.js';

/**
 * Judges each topic, and says once what is the same for several.
 * @param topicOf the name of a topic, or of what is known about it
 */
export function judgeEachTopic<T>(
  check: string,
  topics: readonly T[],
  topicOf: (topic: T) => string,
  judge: (topic: T) => Judgement,
): Finding[] {
  const groups = new Map<string, { judgement: Judgement; topics: string[] }>();
  for (const topic of topics) {
    const judgement = judge(topic);
    const key = JSON.stringify(judgement);
    const group = groups.get(key) ?? { judgement, topics: [] };
    groups.set(key, group);
    group.topics.push(topicOf(topic));
  }
  return [...groups.values()].map((group) => ({
    area: 'kafka',
    check,
    ...group.judgement,
    ...(groups.size > 1 ? { topics: group.topics } : {}),
  }));
}
