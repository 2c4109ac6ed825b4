interface Address {
  readonly host: string;
  readonly port: number;
}

/** Why a server cannot listen, naming the variable to change: `portVariable`, or `HOST`. */
export function listenProblem(error: unknown, { host, port }: Address, portVariable: string): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
  if (code === 'EADDRINUSE')
    return `port ${port} is taken; free it, or choose another one with ${portVariable}`;
  if (code === 'EACCES')
    return `port ${port} is not allowed (EACCES); choose another one with ${portVariable}`;
  return `it cannot listen on ${host} (${code}); choose an address of this machine with HOST`;
}
