import 'reflect-metadata';
import { describeApi } from '@eventfleet/http';
import { aggregates } from './aggregates.js';
import { commandApi } from './command-api.description.js';

/** Prints the OpenAPI document, and starts nothing. */
process.stdout.write(JSON.stringify(describeApi(commandApi(aggregates))));
