const PASSED_ON = [
  /^(PATH|HOME|USER|LOGNAME|SHELL|TMPDIR|LANG|LC_.*|TZ)$/,
  // Where the programs are, and how they reach the outside, that `npm start` needs.
  /^(JAVA_HOME|M2_HOME|MAVEN_.*|DOCKER_.*|XDG_.*|(https?|no)_proxy)$/i,
  // What makes starts fast in a test run.
  /^(NODE_COMPILE_CACHE|JAVA_TOOL_OPTIONS)$/,
];

/** What a started process gets from the environment of the test: nothing that would configure an app or Node. */
export function inheritedEnvironment(): Record<string, string> {
  const entries = Object.entries(process.env).filter(([name]) => PASSED_ON.some((known) => known.test(name)));
  return Object.fromEntries(entries.map(([name, value]) => [name, value ?? '']));
}
