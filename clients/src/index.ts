export { patrolApp, visitApp } from './apps.js';
export { uuidv7 } from './ids.js';
export { Session, XunfangError } from './session.js';
export type { Observed, SessionOptions, Tokens } from './session.js';
export * from './generated.js';
export type * as mutations from './mutations.js';
