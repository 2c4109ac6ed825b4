/** Every read model that this app keeps: all of them. */
export { readModels as projections } from '@eventfleet/read-models';
