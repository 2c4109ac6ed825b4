import { client } from '../kafkajs/kafkajs-internals.js';

export const kafka = client;
