/** Where the API notes its facts. */
export const API_LOG = Symbol('API_LOG');
