export * from './facts.js';
export * from './format-story.js';
export * from './gather/gather-facts.js';
export * from './story.js';
export * from './tell-story.js';
