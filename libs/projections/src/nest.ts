/** The Nest module that runs projections: apart, because not everybody who reads their tables loads Nest. */
export * from './projections.module.js';
