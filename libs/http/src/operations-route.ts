/** The routes that operators and supervisors ask: logged quietly, and answered whatever the load. */
export const OPERATIONS_ROUTE = /^\/(health\/|metrics$)/;
