/** How the fleet of a run is set up for onboarding: short, so that users run out of time while everything fails. */
export const VERIFICATION_SECRET = 'known-to-this-test-and-to-its-fleet-alone';
export const ONBOARDING_TIMEOUT_MS = 20_000;
