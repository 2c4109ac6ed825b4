import type { AnyProcessManager } from '@eventfleet/process-managers';
import { onboarding } from './onboarding/onboarding.process-manager.js';

export interface ProcessManagerSettings {
  readonly onboardingTimeoutMs: number;
}

/** Every process manager that this app runs. Each has a consumer group, checkpoints and instances of its own. */
export function processManagers({
  onboardingTimeoutMs,
}: ProcessManagerSettings): readonly AnyProcessManager[] {
  return [onboarding(onboardingTimeoutMs)];
}
