import { kafkaSettings, kafkaVariables, loadConfig } from '@eventfleet/config';
import { z } from 'zod';

const env = loadConfig(
  z.object({ ...kafkaVariables, READ_STORE_URL: z.string(), TOPIC: z.string(), GROUP: z.string() }),
  process.env,
);

export const kafka = kafkaSettings(env);
export const readStoreUrl = env.READ_STORE_URL;
export const topic = env.TOPIC;
export const group = env.GROUP;
