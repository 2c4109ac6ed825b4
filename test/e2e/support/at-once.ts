/**
 * A test for each story. All of them begin with the first one, so that they wait at the same time: for stories that
 * mostly wait, and touch nothing of each other's.
 */
export function tellAtOnce(stories: Readonly<Record<string, () => Promise<void>>>): void {
  const begun = new Map<string, Promise<() => void>>();
  const begin = () => {
    for (const [title, tell] of Object.entries(stories)) begun.set(title, endingOf(tell()));
  };
  it.each(Object.keys(stories))('%s', async (title) => {
    if (begun.size === 0) begin();
    (await begun.get(title)!)();
  });
}

/** Never rejects: a failure is thrown by what it returns, in the test that it belongs to. */
function endingOf(story: Promise<void>): Promise<() => void> {
  return story.then(
    () => () => undefined,
    (error: unknown) => () => {
      throw error;
    },
  );
}
