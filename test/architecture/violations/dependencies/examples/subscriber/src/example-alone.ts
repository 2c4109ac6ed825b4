import '@eventfleet/projections';
