/** Why an id stands where it stands. Types alone: the page imports this file too. */
export type { AggregateStory, EventStory, GroupStory, Hop, Story } from '@eventfleet/causality';
