import kafkajs from 'kafkajs';

export const specified = kafkajs;
