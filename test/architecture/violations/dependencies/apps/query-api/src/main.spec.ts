import { given } from '@eventfleet/testing';
import amqplib from 'amqplib';

export const specified = [given, amqplib];
