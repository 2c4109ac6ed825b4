import { given } from '@eventfleet/testing';
import kafkajs from 'kafkajs';

export const specified = [given, kafkajs];
