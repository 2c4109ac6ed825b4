import { setTimeout } from 'node:timers/promises';

export const react = () => setTimeout(1000);
