// Written by scripts/generate.mjs from rows.json; do not edit.

export type CollectionName = 'party' | 'ticket' | 'ticketEvent' | 'syncIssue';
export type TableName = 'parties' | 'tickets' | 'ticket_events' | 'sync_issues';

/** What a column holds. */
export type Shape = 'id' | 'text' | 'word' | 'number' | 'flag' | 'moment' | 'json';
/** What becomes of what a phone writes into a column; see docs/sync.md of the server. */
export type Written = 'by_server' | 'once' | 'edited' | 'by_step' | 'as_witness';

export interface Column {
  shape: Shape;
  written: Written;
  optional: boolean;
}

/** A row of `party`. What the server fills in is missing until it has come home. */
export interface PartyRow {
  id: string;
  /** The community it belongs to. */
  communityId?: string;
  /** Name of the person or company. */
  name?: string;
  /** The number with its middle hidden. */
  phoneMasked?: string;
  /** The identity number with its middle hidden. */
  identityNumberMasked?: string;
  /** Version of the record. */
  seq?: number;
}

/** A row of `ticket`. What the server fills in is missing until it has come home. */
export interface TicketRow {
  id: string;
  /** The community it belongs to. */
  communityId?: string;
  /** `repair`. */
  kind?: string;
  /** `recorded`, `ordered`, `dispatched`, `on_site`, `finished`, `closed` or `cancelled`. */
  state?: string;
  /** `low`, `normal`, `high` or `urgent`. */
  priority?: string;
  /** What is wrong, in a line. */
  summary?: string;
  /** What is wrong, at length. */
  description?: string;
  /** When the resident is at home, in his words. */
  convenientTime?: string;
  /** The unit it is about. */
  unitId?: string;
  /** The zone of that unit. */
  zoneId?: string;
  /** The party that reported it. */
  reporterPartyId?: string;
  /** Whom to ask for. */
  contactName?: string;
  /** His number with its middle hidden. */
  contactPhoneMasked?: string;
  /** His number, for whoever has the ticket in hand. */
  contactPhone?: string;
  /** The staff member who has it in hand; changes with an event of kind `assigned`. */
  assigneeId?: string;
  /** When it happened. Written with a new row as the phone's own clock had it; the server corrects it. */
  observedAt?: string;
  /** Written with a new row: the last contact with the server before it. */
  contactId?: string;
  /** Written with a new row: the run of the phone's system in which `elapsedMs` was measured. */
  bootId?: string;
  /** Written with a new row: monotonic milliseconds since that contact. */
  elapsedMs?: number;
  /** When the work was finished. */
  finishedAt?: string;
  /** When it was closed or cancelled. */
  closedAt?: string;
  /** Version of the record. */
  seq?: number;
}

/** A row of `ticketEvent`. What the server fills in is missing until it has come home. */
export interface TicketEventRow {
  id: string;
  /** The community it belongs to. */
  communityId?: string;
  /** The ticket it is a step of. */
  ticketId?: string;
  /** `opened`, `edited`, `assigned`, `advanced` or `noted`; phones insert the last three. */
  kind?: string;
  /** The state before, of `advanced`. */
  fromState?: string;
  /** The state after; written with `advanced`. */
  toState?: string;
  /** Who has it in hand now; written with `assigned`. */
  assigneeId?: string;
  /** What was seen or done. */
  note?: string;
  /** Not shown to residents. */
  isInternal?: boolean;
  /** Who took the step. */
  authorName?: string;
  /** When it happened. Written with a new row as the phone's own clock had it; the server corrects it. */
  observedAt?: string;
  /** Written with a new row: the last contact with the server before it. */
  contactId?: string;
  /** Written with a new row: the run of the phone's system in which `elapsedMs` was measured. */
  bootId?: string;
  /** Written with a new row: monotonic milliseconds since that contact. */
  elapsedMs?: number;
  /** How sure `observedAt` is: `monotonic`, `wall` or `received`. */
  observedMark?: string;
  /** When the server heard of it. */
  receivedAt?: string;
  /** Version of the record. */
  seq?: number;
}

/** A row of `syncIssue`. What the server fills in is missing until it has come home. */
export interface SyncIssueRow {
  id: string;
  /** The community it belongs to. */
  communityId?: string;
  /** The mutation it came from. */
  mutationId?: string;
  /** The kind of that mutation. */
  mutationKind?: string;
  /** The collection of the record it is about, as the native face names it. */
  recordCollection?: string;
  /** The record it is about, as the phone named it. */
  recordId?: string;
  /** `field_lost` or `quarantined`. */
  kind?: string;
  /** Why it was kept out. */
  code?: string;
  /** The field that lost its value. */
  field?: string;
  /** The value that stayed. */
  keptValue?: string;
  /** The value that did not. */
  lostValue?: string;
  /** `open`, or how it was settled. */
  state?: string;
  /** Whose mutation it was. */
  authorName?: string;
  /** When it was filed. */
  createdAt?: string;
  /** When it was settled. */
  settledAt?: string;
  /** Version of the record. */
  seq?: number;
}

export interface Rows {
  party: PartyRow;
  ticket: TicketRow;
  ticketEvent: TicketEventRow;
  syncIssue: SyncIssueRow;
}

export const columns: Record<CollectionName, Record<string, Column>> = {
  party: {
    communityId: { shape: 'id', written: 'by_server', optional: false },
    name: { shape: 'text', written: 'by_server', optional: false },
    phoneMasked: { shape: 'text', written: 'by_server', optional: true },
    identityNumberMasked: { shape: 'text', written: 'by_server', optional: true },
    seq: { shape: 'number', written: 'by_server', optional: false },
  },
  ticket: {
    communityId: { shape: 'id', written: 'once', optional: false },
    kind: { shape: 'word', written: 'by_server', optional: false },
    state: { shape: 'word', written: 'by_step', optional: false },
    priority: { shape: 'word', written: 'edited', optional: false },
    summary: { shape: 'text', written: 'edited', optional: false },
    description: { shape: 'text', written: 'edited', optional: false },
    convenientTime: { shape: 'text', written: 'edited', optional: false },
    unitId: { shape: 'id', written: 'once', optional: true },
    zoneId: { shape: 'id', written: 'by_server', optional: true },
    reporterPartyId: { shape: 'id', written: 'once', optional: true },
    contactName: { shape: 'text', written: 'once', optional: false },
    contactPhoneMasked: { shape: 'text', written: 'by_server', optional: true },
    contactPhone: { shape: 'text', written: 'once', optional: true },
    assigneeId: { shape: 'id', written: 'by_step', optional: true },
    observedAt: { shape: 'moment', written: 'as_witness', optional: true },
    contactId: { shape: 'text', written: 'as_witness', optional: true },
    bootId: { shape: 'text', written: 'as_witness', optional: true },
    elapsedMs: { shape: 'number', written: 'as_witness', optional: true },
    finishedAt: { shape: 'moment', written: 'by_server', optional: true },
    closedAt: { shape: 'moment', written: 'by_server', optional: true },
    seq: { shape: 'number', written: 'by_server', optional: false },
  },
  ticketEvent: {
    communityId: { shape: 'id', written: 'by_server', optional: false },
    ticketId: { shape: 'id', written: 'once', optional: false },
    kind: { shape: 'word', written: 'once', optional: false },
    fromState: { shape: 'word', written: 'by_server', optional: true },
    toState: { shape: 'word', written: 'once', optional: true },
    assigneeId: { shape: 'id', written: 'once', optional: true },
    note: { shape: 'text', written: 'once', optional: false },
    isInternal: { shape: 'flag', written: 'once', optional: false },
    authorName: { shape: 'text', written: 'by_server', optional: false },
    observedAt: { shape: 'moment', written: 'as_witness', optional: true },
    contactId: { shape: 'text', written: 'as_witness', optional: true },
    bootId: { shape: 'text', written: 'as_witness', optional: true },
    elapsedMs: { shape: 'number', written: 'as_witness', optional: true },
    observedMark: { shape: 'word', written: 'by_server', optional: false },
    receivedAt: { shape: 'moment', written: 'by_server', optional: false },
    seq: { shape: 'number', written: 'by_server', optional: false },
  },
  syncIssue: {
    communityId: { shape: 'id', written: 'by_server', optional: false },
    mutationId: { shape: 'text', written: 'by_server', optional: false },
    mutationKind: { shape: 'word', written: 'by_server', optional: false },
    recordCollection: { shape: 'word', written: 'by_server', optional: false },
    recordId: { shape: 'text', written: 'by_server', optional: false },
    kind: { shape: 'word', written: 'by_server', optional: false },
    code: { shape: 'word', written: 'by_server', optional: true },
    field: { shape: 'word', written: 'by_server', optional: true },
    keptValue: { shape: 'json', written: 'by_server', optional: true },
    lostValue: { shape: 'json', written: 'by_server', optional: true },
    state: { shape: 'word', written: 'by_server', optional: false },
    authorName: { shape: 'text', written: 'by_server', optional: false },
    createdAt: { shape: 'moment', written: 'by_server', optional: false },
    settledAt: { shape: 'moment', written: 'by_server', optional: true },
    seq: { shape: 'number', written: 'by_server', optional: false },
  },
};

export interface RxSchema {
  title: string;
  version: 0;
  type: 'object';
  primaryKey: 'id';
  properties: Record<string, { type: 'string' | 'number' | 'boolean'; maxLength?: number }>;
  required: string[];
}

/** RxDB: parents first. Moments are RFC 3339, JSON is text. */
export const rxSchemas: Record<CollectionName, RxSchema> = {
  party: {
    title: 'party',
    version: 0,
    type: 'object',
    primaryKey: 'id',
    properties: {
      id: { type: 'string', maxLength: 36 },
      communityId: { type: 'string' },
      name: { type: 'string' },
      phoneMasked: { type: 'string' },
      identityNumberMasked: { type: 'string' },
      seq: { type: 'number' },
    },
    required: ['id'],
  },
  ticket: {
    title: 'ticket',
    version: 0,
    type: 'object',
    primaryKey: 'id',
    properties: {
      id: { type: 'string', maxLength: 36 },
      communityId: { type: 'string' },
      kind: { type: 'string' },
      state: { type: 'string' },
      priority: { type: 'string' },
      summary: { type: 'string' },
      description: { type: 'string' },
      convenientTime: { type: 'string' },
      unitId: { type: 'string' },
      zoneId: { type: 'string' },
      reporterPartyId: { type: 'string' },
      contactName: { type: 'string' },
      contactPhoneMasked: { type: 'string' },
      contactPhone: { type: 'string' },
      assigneeId: { type: 'string' },
      observedAt: { type: 'string' },
      contactId: { type: 'string' },
      bootId: { type: 'string' },
      elapsedMs: { type: 'number' },
      finishedAt: { type: 'string' },
      closedAt: { type: 'string' },
      seq: { type: 'number' },
    },
    required: ['id'],
  },
  ticketEvent: {
    title: 'ticketEvent',
    version: 0,
    type: 'object',
    primaryKey: 'id',
    properties: {
      id: { type: 'string', maxLength: 36 },
      communityId: { type: 'string' },
      ticketId: { type: 'string' },
      kind: { type: 'string' },
      fromState: { type: 'string' },
      toState: { type: 'string' },
      assigneeId: { type: 'string' },
      note: { type: 'string' },
      isInternal: { type: 'boolean' },
      authorName: { type: 'string' },
      observedAt: { type: 'string' },
      contactId: { type: 'string' },
      bootId: { type: 'string' },
      elapsedMs: { type: 'number' },
      observedMark: { type: 'string' },
      receivedAt: { type: 'string' },
      seq: { type: 'number' },
    },
    required: ['id'],
  },
  syncIssue: {
    title: 'syncIssue',
    version: 0,
    type: 'object',
    primaryKey: 'id',
    properties: {
      id: { type: 'string', maxLength: 36 },
      communityId: { type: 'string' },
      mutationId: { type: 'string' },
      mutationKind: { type: 'string' },
      recordCollection: { type: 'string' },
      recordId: { type: 'string' },
      kind: { type: 'string' },
      code: { type: 'string' },
      field: { type: 'string' },
      keptValue: { type: 'string' },
      lostValue: { type: 'string' },
      state: { type: 'string' },
      authorName: { type: 'string' },
      createdAt: { type: 'string' },
      settledAt: { type: 'string' },
      seq: { type: 'number' },
    },
    required: ['id'],
  },
};

export interface WatermelonColumn {
  name: string;
  type: 'string' | 'number' | 'boolean';
  isOptional?: boolean;
  isIndexed?: boolean;
}

/** WatermelonDB: parents first. Moments are milliseconds since 1970, JSON is text. */
export const watermelonTables: Record<TableName, WatermelonColumn[]> = {
  parties: [
    { name: 'community_id', type: 'string', isIndexed: true },
    { name: 'name', type: 'string' },
    { name: 'phone_masked', type: 'string', isOptional: true },
    { name: 'identity_number_masked', type: 'string', isOptional: true },
    { name: 'seq', type: 'number' },
  ],
  tickets: [
    { name: 'community_id', type: 'string', isIndexed: true },
    { name: 'kind', type: 'string' },
    { name: 'state', type: 'string' },
    { name: 'priority', type: 'string' },
    { name: 'summary', type: 'string' },
    { name: 'description', type: 'string' },
    { name: 'convenient_time', type: 'string' },
    { name: 'unit_id', type: 'string', isOptional: true, isIndexed: true },
    { name: 'zone_id', type: 'string', isOptional: true, isIndexed: true },
    { name: 'reporter_party_id', type: 'string', isOptional: true, isIndexed: true },
    { name: 'contact_name', type: 'string' },
    { name: 'contact_phone_masked', type: 'string', isOptional: true },
    { name: 'contact_phone', type: 'string', isOptional: true },
    { name: 'assignee_id', type: 'string', isOptional: true, isIndexed: true },
    { name: 'observed_at', type: 'number', isOptional: true },
    { name: 'contact_id', type: 'string', isOptional: true },
    { name: 'boot_id', type: 'string', isOptional: true },
    { name: 'elapsed_ms', type: 'number', isOptional: true },
    { name: 'finished_at', type: 'number', isOptional: true },
    { name: 'closed_at', type: 'number', isOptional: true },
    { name: 'seq', type: 'number' },
  ],
  ticket_events: [
    { name: 'community_id', type: 'string', isIndexed: true },
    { name: 'ticket_id', type: 'string', isIndexed: true },
    { name: 'kind', type: 'string' },
    { name: 'from_state', type: 'string', isOptional: true },
    { name: 'to_state', type: 'string', isOptional: true },
    { name: 'assignee_id', type: 'string', isOptional: true, isIndexed: true },
    { name: 'note', type: 'string' },
    { name: 'is_internal', type: 'boolean' },
    { name: 'author_name', type: 'string' },
    { name: 'observed_at', type: 'number', isOptional: true },
    { name: 'contact_id', type: 'string', isOptional: true },
    { name: 'boot_id', type: 'string', isOptional: true },
    { name: 'elapsed_ms', type: 'number', isOptional: true },
    { name: 'observed_mark', type: 'string' },
    { name: 'received_at', type: 'number' },
    { name: 'seq', type: 'number' },
  ],
  sync_issues: [
    { name: 'community_id', type: 'string', isIndexed: true },
    { name: 'mutation_id', type: 'string' },
    { name: 'mutation_kind', type: 'string' },
    { name: 'record_collection', type: 'string' },
    { name: 'record_id', type: 'string' },
    { name: 'kind', type: 'string' },
    { name: 'code', type: 'string', isOptional: true },
    { name: 'field', type: 'string', isOptional: true },
    { name: 'kept_value', type: 'string', isOptional: true },
    { name: 'lost_value', type: 'string', isOptional: true },
    { name: 'state', type: 'string' },
    { name: 'author_name', type: 'string' },
    { name: 'created_at', type: 'number' },
    { name: 'settled_at', type: 'number', isOptional: true },
    { name: 'seq', type: 'number' },
  ],
};
