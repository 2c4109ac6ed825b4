import type { Consumer } from 'kafkajs';

export type Member = Pick<Consumer, 'seek'>;
