/** Lines on standard error, each with the minutes and seconds since now. */
export function startClock(): (line: string) => void {
  const started = performance.now();
  return (line) => {
    const seconds = Math.floor((performance.now() - started) / 1_000);
    const parts = [Math.floor(seconds / 60), seconds % 60];
    console.error(`${parts.map((part) => String(part).padStart(2, '0')).join(':')}  ${line}`);
  };
}
