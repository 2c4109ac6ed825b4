import 'reflect-metadata';
import { describeApi } from '@eventfleet/http';
import { aggregates } from './aggregates.js';
import { queryApi } from './query-api.description.js';

/** Prints the OpenAPI document, and starts nothing. */
process.stdout.write(JSON.stringify(describeApi(queryApi(aggregates))));
