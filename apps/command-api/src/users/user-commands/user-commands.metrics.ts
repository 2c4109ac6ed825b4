import { Counter } from 'prom-client';

export const userCommandsHandled = new Counter({
  name: 'eventfleet_user_commands_total',
  help: 'Commands from Kafka that were answered, by what became of them; repeats are told apart',
  labelNames: ['type', 'outcome'],
});
