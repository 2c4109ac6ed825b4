import 'reflect-metadata';
import { buildProgram } from './program.js';

try {
  await buildProgram().parseAsync();
} catch (error) {
  const reason = error instanceof AggregateError ? error.errors.map(String).join('; ') : error;
  process.stderr.write(`fleet: ${reason instanceof Error ? reason.message : String(reason)}\n`);
  process.exitCode = 1;
}
