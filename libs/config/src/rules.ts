/**
 * What variables must be to each other. Takes those that are set, whether or not each is right by itself, and returns
 * what is wrong, which begins with the name of the variable to change.
 */
export type Rule = (present: Readonly<Record<string, string>>) => readonly string[];

const SASL = ['KAFKA_SASL_MECHANISM', 'KAFKA_SASL_USERNAME', 'KAFKA_SASL_PASSWORD'];

/** For schemas that have `kafkaVariables`: half a login would be no login, without any message. */
export const saslIsComplete: Rule = (present) => {
  const given = SASL.filter((name) => name in present);
  if (given.length === 0) return [];
  return SASL.filter((name) => !given.includes(name)).map(
    (name) => `${name}: is needed if ${given.join(' and ')} ${given.length > 1 ? 'are' : 'is'} set`,
  );
};

/** For the app that erases: on another server than its event store, nobody could guess the read store. */
export const erasureKnowsReadStore: Rule = (present) =>
  'PERSONAL_DATA_KEY' in present && 'EVENT_STORE_URL' in present && !('READ_STORE_URL' in present)
    ? ['READ_STORE_URL: is needed if PERSONAL_DATA_KEY and EVENT_STORE_URL are set']
    : [];

/** For apps that make or check verification tokens. */
export const onboardingHasSecret: Rule = (present) =>
  present['ONBOARDING'] === 'on' && !('VERIFICATION_SECRET' in present)
    ? ['VERIFICATION_SECRET: is needed if ONBOARDING is on']
    : [];
