/** What the two apps of the handbook carry, parents first: the lists of docs/rows.md of the server. */
import type { CollectionName } from './generated.js';

/** Of whoever patrols: rounds, their findings, and the handover of the post. */
export const patrolApp = [
  'community',
  'zone',
  'building',
  'unit',
  'staffMember',
  'handover',
  'handoverEvent',
  'ticket',
  'ticketEvent',
  'patrolPoint',
  'patrolTask',
  'patrolResult',
  'syncIssue',
] as const satisfies readonly CollectionName[];

/** Of whoever visits: the households, the visits, and what follows from them. */
export const visitApp = [
  'community',
  'zone',
  'building',
  'unit',
  'staffMember',
  'party',
  'partyRelation',
  'ticket',
  'ticketEvent',
  'visit',
  'visitEvent',
  'syncIssue',
] as const satisfies readonly CollectionName[];
