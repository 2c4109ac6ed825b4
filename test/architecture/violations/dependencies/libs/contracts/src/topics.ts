export const topic = 'user-events';
