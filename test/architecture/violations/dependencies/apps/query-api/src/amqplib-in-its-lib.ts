import amqplib from 'amqplib';

export const connect = amqplib.connect;
