// Written by scripts/generate.mjs from rows.json; do not edit.

export type CollectionName =
  | 'community'
  | 'zone'
  | 'building'
  | 'unit'
  | 'staffMember'
  | 'party'
  | 'partyRelation'
  | 'shift'
  | 'duty'
  | 'handover'
  | 'handoverEvent'
  | 'ticket'
  | 'ticketEvent'
  | 'patrolPoint'
  | 'patrolRoute'
  | 'patrolTask'
  | 'patrolResult'
  | 'visit'
  | 'visitEvent'
  | 'syncIssue';
export type TableName =
  | 'communities'
  | 'zones'
  | 'buildings'
  | 'units'
  | 'staff_members'
  | 'parties'
  | 'party_relations'
  | 'shifts'
  | 'duties'
  | 'handovers'
  | 'handover_events'
  | 'tickets'
  | 'ticket_events'
  | 'patrol_points'
  | 'patrol_routes'
  | 'patrol_tasks'
  | 'patrol_results'
  | 'visits'
  | 'visit_events'
  | 'sync_issues';

/** What a column holds. */
export type Shape = 'id' | 'text' | 'word' | 'number' | 'flag' | 'moment' | 'json';
/** What becomes of what a phone writes into a column; see docs/sync.md of the server. */
export type Written = 'by_server' | 'once' | 'edited' | 'by_step' | 'as_witness';

export interface Column {
  shape: Shape;
  written: Written;
  optional: boolean;
}

/** A row of `community`. What the server fills in is missing until it has come home. */
export interface CommunityRow {
  id: string;
  /** Short latin name, unique in the company. */
  code?: string;
  /** Its name. */
  name?: string;
  /** IANA name of the time zone its day runs in. */
  timeZone?: string;
  /** Version of the record. */
  seq?: number;
}

/** A row of `zone`. What the server fills in is missing until it has come home. */
export interface ZoneRow {
  id: string;
  /** The community it belongs to. */
  communityId?: string;
  /** Its name. */
  name?: string;
  /** Version of the record. */
  seq?: number;
}

/** A row of `building`. What the server fills in is missing until it has come home. */
export interface BuildingRow {
  id: string;
  /** The community it belongs to. */
  communityId?: string;
  /** The zone it lies in. */
  zoneId?: string;
  /** Its name. */
  name?: string;
  /** Version of the record. */
  seq?: number;
}

/** A row of `unit`. What the server fills in is missing until it has come home. */
export interface UnitRow {
  id: string;
  /** The community it belongs to. */
  communityId?: string;
  /** The building it is in. */
  buildingId?: string;
  /** The zone it lies in. */
  zoneId?: string;
  /** Negative below ground; `3A` is 4, a mezzanine counts with the floor under it. */
  floor?: number;
  /** What the building calls the floor, where that is not its number: `3A`, `夹层`. */
  floorName?: string;
  /** As written on the door. */
  roomNumber?: string;
  /** Rooms and halls, as the office writes it. */
  layout?: string;
  /** Floor area in hundredths of a square metre. */
  areaCentiM2?: number;
  /** `owner_resident`, `owner_not_resident`, `vacant`, `entrusted` or `let`. */
  occupancy?: string;
  /** Version of the record. */
  seq?: number;
}

/** A row of `staffMember`. What the server fills in is missing until it has come home. */
export interface StaffMemberRow {
  id: string;
  /** The community it belongs to. */
  communityId?: string;
  /** Name of the person. */
  name?: string;
  /** The post held, such as `security_guard`. */
  post?: string;
  /** The zone a field worker answers for. */
  zoneId?: string;
  /** Still named on old records, no longer to be given work. */
  hasLeft?: boolean;
  /** Version of the record. */
  seq?: number;
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

/** A row of `partyRelation`. What the server fills in is missing until it has come home. */
export interface PartyRelationRow {
  id: string;
  /** The community it belongs to. */
  communityId?: string;
  /** The party. */
  partyId?: string;
  /** The unit. */
  unitId?: string;
  /** `owner`, `family_member`, `occupant`, `tenant`, `merchant` or `representative`. */
  relation?: string;
  /** The first day, `2026-09-01`. */
  startsOn?: string;
  /** The last day. */
  endsOn?: string;
  /** Whether it counts today. */
  isCurrent?: boolean;
  /** Version of the record. */
  seq?: number;
}

/** A row of `shift`. What the server fills in is missing until it has come home. */
export interface ShiftRow {
  id: string;
  /** The community it belongs to. */
  communityId?: string;
  /** `A` to `E`, `noon`, `night`, or another name. */
  code?: string;
  /** Local time of day, `22:00`. */
  fromTime?: string;
  /** Local time of day; on the next one when it is not after `fromTime`. */
  toTime?: string;
  /** Whether it is interrupted at noon. */
  hasNoonBreak?: boolean;
  /** The post that works it. */
  post?: string;
  /** Since when it is no longer worked. */
  retiredAt?: string;
  /** Version of the record. */
  seq?: number;
}

/** A row of `duty`. What the server fills in is missing until it has come home. */
export interface DutyRow {
  id: string;
  /** The community it belongs to. */
  communityId?: string;
  /** Who works it. */
  staffMemberId?: string;
  /** The shift. */
  shiftId?: string;
  /** The day on which the shift begins, `2026-09-01`. */
  onDay?: string;
  /** Version of the record. */
  seq?: number;
}

/** A row of `handover`. What the server fills in is missing until it has come home. */
export interface HandoverRow {
  id: string;
  /** The community it belongs to. */
  communityId?: string;
  /** The zone of the outgoing person. */
  zoneId?: string;
  /** The post that is handed over. */
  post?: string;
  /** The shift that begins with it. */
  shiftId?: string;
  /** Who hands over: whoever wrote the row. */
  outgoingId?: string;
  /** The successor: the one who was named, or the one who came instead. */
  incomingId?: string;
  /** `prepared`, `checked`, `rejected` or `signed`; follows from the events. */
  state?: string;
  /** `[{kind, text, ticketId?}]`, the kind `repair`, `complaint` or `other`. */
  openMatters?: string;
  /** `[{name, count, counted?}]`; counted by the successor. */
  equipment?: string;
  /** What the successor found. */
  isEnvironmentFine?: boolean;
  /** What else there is to say. */
  note?: string;
  /** When it happened. Written with a new row as the phone's own clock had it; the server corrects it. */
  observedAt?: string;
  /** Written with a new row: the last contact with the server before it. */
  contactId?: string;
  /** Written with a new row: the run of the phone's system in which `elapsedMs` was measured. */
  bootId?: string;
  /** Written with a new row: monotonic milliseconds since that contact. */
  elapsedMs?: number;
  /** When the successor should be there. */
  arriveBy?: string;
  /** The earliest step of the successor: from then on he is known to have been there; null before. */
  arrivedAt?: string;
  /** When it was checked. */
  checkedAt?: string;
  /** When the outgoing person signed. */
  outgoingSignedAt?: string;
  /** When the successor signed. */
  incomingSignedAt?: string;
  /** SHA-256 of the signature as a picture, or a name that was typed. */
  outgoingSignature?: string;
  /** The same of the successor. */
  incomingSignature?: string;
  /** From when on the successor is responsible. */
  passedAt?: string;
  /** Version of the record. */
  seq?: number;
}

/** A row of `handoverEvent`. What the server fills in is missing until it has come home. */
export interface HandoverEventRow {
  id: string;
  /** The community it belongs to. */
  communityId?: string;
  /** The handover it is a step of. */
  handoverId?: string;
  /** `prepared`, `checked`, `rejected`, `put_right`, `signed` or `noted`; phones insert all but the first. */
  kind?: string;
  /** What was seen or done. */
  note?: string;
  /** `[{name, count, counted}]`; written with `checked`. */
  equipment?: string;
  /** SHA-256 of the signature as a picture, or a name that was typed; written with `signed`. */
  signature?: string;
  /** Another successor; written with `noted`. */
  incomingId?: string;
  /** Who took the step. */
  authorStaffId?: string;
  /** His name. */
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
  /** When it reached the server. */
  receivedAt?: string;
  /** Version of the record. */
  seq?: number;
}

/** A row of `ticket`. What the server fills in is missing until it has come home. */
export interface TicketRow {
  id: string;
  /** The community it belongs to. */
  communityId?: string;
  /** `repair` or `complaint`. */
  kind?: string;
  /** Of a repair `recorded`, `ordered`, `dispatched`, `on_site`, `finished`; of a complaint `registered`, `graded`, `routed`, `contacted`, `planned`, `in_progress`, `informed`, `returned`, `cannot_solve`, `invalid`; of both `closed`, `cancelled`. */
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
  /** The staff member who is to do the work; changes with an event of kind `assigned`. */
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
  /** `safety_facility`, `leak_or_seepage` or `other`; decides when it is visited again. */
  repairClass?: string;
  /** When a repaired leak was last tested with water; null when it was not. */
  waterTestedAt?: string;
  /** `major`, `important` or `minor`; changes with an event of kind `graded`. Null to residents. */
  severity?: string;
  /** How a complaint came in: `spoken` or `letter`. */
  channel?: string;
  /** When what is complained about happened. */
  occurredAt?: string;
  /** Where it happened. */
  place?: string;
  /** The person complained about. */
  personConcerned?: string;
  /** The departments complained about. */
  departmentsConcerned?: string;
  /** What the resident demands. */
  demand?: string;
  /** By when the complainant asked for a solution. */
  wantedBy?: string;
  /** Whether the complainant gave no name. */
  isAnonymous?: boolean;
  /** Whether it repeats an earlier complaint about the same matter. False to residents. */
  isSecond?: boolean;
  /** The department it was routed to. Empty to residents. */
  department?: string;
  /** The staff member who answers for a complaint; changes with an event of kind `routed`. Null to residents. */
  responsibleId?: string;
  /** When it was last handed up. Null to residents. */
  escalatedAt?: string;
  /** When the nearest of its open clocks runs out. Null to residents. */
  dueAt?: string;
  /** The rule of that clock: `T-17`. Null to residents. */
  dueRule?: string;
  /** When the server found that this clock had run out; null while it runs, and to residents. */
  breachedAt?: string;
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
  /** `opened`, `edited`, `reopened`, `repeated`, `breached`, `assigned`, `advanced`, `noted`, `water_tested`, `graded`, `routed`, `escalated` or `resolved`; phones insert the last eight. */
  kind?: string;
  /** The state before; null when the step was heard of too late to move the ticket. */
  fromState?: string;
  /** The state after; written with `advanced`. */
  toState?: string;
  /** Who is named by the step: with `assigned` the worker, with `routed` the person responsible, with `escalated` the one it is handed up to. */
  assigneeId?: string;
  /** What a complaint was graded; written with `graded`. */
  severity?: string;
  /** When the complainant was promised the next answer; written with `advanced`. */
  promisedAt?: string;
  /** What was seen or done. */
  note?: string;
  /** What `edited` changed: a list of `field`, `old` and `new`. */
  changes?: string;
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
  /** When it reached the server. */
  receivedAt?: string;
  /** Version of the record. */
  seq?: number;
}

/** A row of `patrolPoint`. What the server fills in is missing until it has come home. */
export interface PatrolPointRow {
  id: string;
  /** The community it belongs to. */
  communityId?: string;
  /** The zone it lies in. */
  zoneId?: string;
  /** The building it lies in. */
  buildingId?: string;
  /** What it is called. */
  name?: string;
  /** Where to find it, in words. */
  place?: string;
  /** SHA-256 of what its label says, in lower-case hex. */
  codeHash?: string;
  /** What is to be looked at: a list of `{key, title, kind, isRequired}`; `kind` is `check`, `number` or `text`. */
  checklist?: string;
  /** In degrees × 10^7: 232345678 is 23.2345678°. */
  latitudeE7?: number;
  /** In degrees × 10^7: 232345678 is 23.2345678°. */
  longitudeE7?: number;
  /** Version of the record. */
  seq?: number;
}

/** A row of `patrolRoute`. What the server fills in is missing until it has come home. */
export interface PatrolRouteRow {
  id: string;
  /** The community it belongs to. */
  communityId?: string;
  /** The zone that walks it. */
  zoneId?: string;
  /** Which patrol of the handbook it is: `estate`, `posts`, … */
  key?: string;
  /** What it is called. */
  name?: string;
  /** The post that walks it. */
  post?: string;
  /** Who walks it. */
  assigneeId?: string;
  /** Its points in their order: a list of ids. */
  pointIds?: string;
  /** When it is walked: `{per, times, windows, weekdays, irregular}`. */
  plan?: string;
  /** The code of each point must be read. */
  needsCode?: boolean;
  /** Each point must be photographed. */
  needsPhoto?: boolean;
  /** Each result must say where the phone was. */
  needsPosition?: boolean;
  /** The rule of the handbook it stands for. */
  rule?: string;
  /** When it was ended. */
  retiredAt?: string;
  /** Version of the record. */
  seq?: number;
}

/** A row of `patrolTask`. What the server fills in is missing until it has come home. */
export interface PatrolTaskRow {
  id: string;
  /** The community it belongs to. */
  communityId?: string;
  /** The route it is a turn of. */
  routeId?: string;
  /** The zone that walks it. */
  zoneId?: string;
  /** What it is called. */
  name?: string;
  /** The post that walks it. */
  post?: string;
  /** Who walks it; anybody of its zone when empty. */
  assigneeId?: string;
  /** The day of the community on which it begins: `2026-11-22`. */
  onDay?: string;
  /** Which turn of its route on that day; 0 for one that was ordered. */
  number?: number;
  /** From when on results count. */
  windowFrom?: string;
  /** Until when results count. */
  windowTo?: string;
  /** Its points in their order: a list of ids. */
  pointIds?: string;
  /** The code of each point must be read. */
  needsCode?: boolean;
  /** Each point must be photographed. */
  needsPhoto?: boolean;
  /** Each result must say where the phone was. */
  needsPosition?: boolean;
  /** `plan`, `ordered` or `rain`. */
  reason?: string;
  /** `due`, `in_progress`, `done` or `missed`. */
  state?: string;
  /** When the first point was seen. */
  startedAt?: string;
  /** When the last point was seen. */
  finishedAt?: string;
  /** When the server marked it as missed, after the end of its window; null while it is not missed. */
  missedAt?: string;
  /** The points that were missed: a list of ids. */
  missedPointIds?: string;
  /** How many results report something wrong. */
  findingCount?: number;
  /** Version of the record. */
  seq?: number;
}

/** A row of `patrolResult`. What the server fills in is missing until it has come home. */
export interface PatrolResultRow {
  id: string;
  /** The community it belongs to. */
  communityId?: string;
  /** The task it is of. */
  taskId?: string;
  /** The point that was seen. */
  pointId?: string;
  /** The answers by the keys of the checklist. */
  answers?: string;
  /** Keys of answers that the checklist did not ask for, or not of that kind, because it was changed meanwhile: a list. */
  unaskedAnswers?: string;
  /** What is wrong; empty when nothing is. */
  finding?: string;
  /** The ticket that was opened for it. */
  ticketId?: string;
  /** A list of at most 9 photos, each by the SHA-256 of its bytes in lower-case hex. */
  photos?: string;
  /** What was read at the point; shown to the office and to whoever read it. */
  codeRead?: string;
  /** Whether that is the code of the point. */
  codeMatches?: boolean;
  /** In degrees × 10^7: 232345678 is 23.2345678°. */
  latitudeE7?: number;
  /** In degrees × 10^7: 232345678 is 23.2345678°. */
  longitudeE7?: number;
  /** How exact the position is, in metres. */
  accuracyM?: number;
  /** Whether the phone was at the point, given its accuracy; null when the phone or the point has no position. */
  isNear?: boolean;
  /** Whether the point belonged to the task when the result arrived. */
  isOnRound?: boolean;
  /** Whether it was seen in the window of its task. */
  isInWindow?: boolean;
  /** What was asked for and is not there: a list of `code`, `photo`, `position` (also when it is not near), `answers`. It counts when this is empty and it was seen in the window. */
  missingEvidence?: string;
  /** Who saw it. */
  authorStaffId?: string;
  /** Who saw it, by name. */
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
  /** When it reached the server. */
  receivedAt?: string;
  /** Version of the record. */
  seq?: number;
}

/** A row of `visit`. What the server fills in is missing until it has come home. */
export interface VisitRow {
  id: string;
  /** The community it belongs to. */
  communityId?: string;
  /** `home` or `return`. */
  kind?: string;
  /** `planned`, `appointed`, `at_door`, `refused`, `absent`, `in_talk`, `done`, `reported`, `checked`, `archived` or `cancelled`. */
  state?: string;
  /** The unit that is visited. */
  unitId?: string;
  /** The zone of that unit. */
  zoneId?: string;
  /** The party that is visited. */
  partyId?: string;
  /** The ticket that a return visit follows. */
  ticketId?: string;
  /** What it is for, in a line. */
  purpose?: string;
  /** By when it is to be made. */
  dueAt?: string;
  /** The rule that says so: `V-02`, `V-03`, `V-04`. */
  dueRule?: string;
  /** When it became overdue, also of a visit that was made too late; null when it was not. */
  overdueAt?: string;
  /** `home` or `phone`, once it is done. */
  channel?: string;
  /** The time that was agreed. */
  appointedAt?: string;
  /** Whether the visitors go into the home. */
  isInside?: boolean;
  /** The staff member who goes. */
  visitorId?: string;
  /** Who goes with him. */
  companionId?: string;
  /** What the resident said. */
  opinion?: string;
  /** What was answered or is to be done. */
  handling?: string;
  /** What was achieved. */
  result?: string;
  /** `satisfied`, `new_opinion` or `defect`. */
  outcome?: string;
  /** When an answer was promised. */
  replyPromisedAt?: string;
  /** SHA-256 of the picture of the signature. */
  signature?: string;
  /** The ticket opened for a new opinion. */
  newTicketId?: string;
  /** When it happened. Written with a new row as the phone's own clock had it; the server corrects it. */
  observedAt?: string;
  /** Written with a new row: the last contact with the server before it. */
  contactId?: string;
  /** Written with a new row: the run of the phone's system in which `elapsedMs` was measured. */
  bootId?: string;
  /** Written with a new row: monotonic milliseconds since that contact. */
  elapsedMs?: number;
  /** When somebody first knocked or called. */
  startedAt?: string;
  /** When it was over. */
  finishedAt?: string;
  /** Version of the record. */
  seq?: number;
}

/** A row of `visitEvent`. What the server fills in is missing until it has come home. */
export interface VisitEventRow {
  id: string;
  /** The community it belongs to. */
  communityId?: string;
  /** The visit it is a step of. */
  visitId?: string;
  /** `planned`, `appointed`, `at_door`, `refused`, `absent`, `in_talk`, `opinion`, `noted`, `finished`, `reported`, `checked`, `archived`, `reopened`, `cancelled` or `edited`; phones insert all but `planned`, `reopened` and `edited`. */
  kind?: string;
  /** The state before. */
  fromState?: string;
  /** The state after; null when the step moved nothing, because a colleague had reported it first. */
  toState?: string;
  /** What was seen or said. */
  note?: string;
  /** What else `appointed`, `at_door`, `in_talk` and `finished` say, as far as it was said: the fields of `visit.appoint`, `visit.step` and `visit.finish`. */
  details?: string;
  /** SHA-256 of at most 9 photos. */
  photos?: string;
  /** SHA-256 of the picture of the signature; written with `finished`. */
  signature?: string;
  /** Not shown to residents; written with `noted` and `opinion`. */
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
  /** When it reached the server. */
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
  /** The value that the field has kept; null when a later edit by somebody else won. */
  keptValue?: string;
  /** The value that was not applied. */
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
  community: CommunityRow;
  zone: ZoneRow;
  building: BuildingRow;
  unit: UnitRow;
  staffMember: StaffMemberRow;
  party: PartyRow;
  partyRelation: PartyRelationRow;
  shift: ShiftRow;
  duty: DutyRow;
  handover: HandoverRow;
  handoverEvent: HandoverEventRow;
  ticket: TicketRow;
  ticketEvent: TicketEventRow;
  patrolPoint: PatrolPointRow;
  patrolRoute: PatrolRouteRow;
  patrolTask: PatrolTaskRow;
  patrolResult: PatrolResultRow;
  visit: VisitRow;
  visitEvent: VisitEventRow;
  syncIssue: SyncIssueRow;
}

/** What WatermelonDB calls the collections. */
export const tables: Record<CollectionName, TableName> = {
  community: 'communities',
  zone: 'zones',
  building: 'buildings',
  unit: 'units',
  staffMember: 'staff_members',
  party: 'parties',
  partyRelation: 'party_relations',
  shift: 'shifts',
  duty: 'duties',
  handover: 'handovers',
  handoverEvent: 'handover_events',
  ticket: 'tickets',
  ticketEvent: 'ticket_events',
  patrolPoint: 'patrol_points',
  patrolRoute: 'patrol_routes',
  patrolTask: 'patrol_tasks',
  patrolResult: 'patrol_results',
  visit: 'visits',
  visitEvent: 'visit_events',
  syncIssue: 'sync_issues',
};

export const columns: Record<CollectionName, Record<string, Column>> = {
  community: {
    code: { shape: 'text', written: 'by_server', optional: false },
    name: { shape: 'text', written: 'by_server', optional: false },
    timeZone: { shape: 'text', written: 'by_server', optional: false },
    seq: { shape: 'number', written: 'by_server', optional: false },
  },
  zone: {
    communityId: { shape: 'id', written: 'by_server', optional: false },
    name: { shape: 'text', written: 'by_server', optional: false },
    seq: { shape: 'number', written: 'by_server', optional: false },
  },
  building: {
    communityId: { shape: 'id', written: 'by_server', optional: false },
    zoneId: { shape: 'id', written: 'by_server', optional: true },
    name: { shape: 'text', written: 'by_server', optional: false },
    seq: { shape: 'number', written: 'by_server', optional: false },
  },
  unit: {
    communityId: { shape: 'id', written: 'by_server', optional: false },
    buildingId: { shape: 'id', written: 'by_server', optional: false },
    zoneId: { shape: 'id', written: 'by_server', optional: true },
    floor: { shape: 'number', written: 'by_server', optional: false },
    floorName: { shape: 'text', written: 'by_server', optional: true },
    roomNumber: { shape: 'text', written: 'by_server', optional: false },
    layout: { shape: 'text', written: 'by_server', optional: true },
    areaCentiM2: { shape: 'number', written: 'by_server', optional: true },
    occupancy: { shape: 'word', written: 'by_server', optional: false },
    seq: { shape: 'number', written: 'by_server', optional: false },
  },
  staffMember: {
    communityId: { shape: 'id', written: 'by_server', optional: false },
    name: { shape: 'text', written: 'by_server', optional: false },
    post: { shape: 'word', written: 'by_server', optional: false },
    zoneId: { shape: 'id', written: 'by_server', optional: true },
    hasLeft: { shape: 'flag', written: 'by_server', optional: false },
    seq: { shape: 'number', written: 'by_server', optional: false },
  },
  party: {
    communityId: { shape: 'id', written: 'by_server', optional: false },
    name: { shape: 'text', written: 'by_server', optional: false },
    phoneMasked: { shape: 'text', written: 'by_server', optional: true },
    identityNumberMasked: { shape: 'text', written: 'by_server', optional: true },
    seq: { shape: 'number', written: 'by_server', optional: false },
  },
  partyRelation: {
    communityId: { shape: 'id', written: 'by_server', optional: false },
    partyId: { shape: 'id', written: 'by_server', optional: false },
    unitId: { shape: 'id', written: 'by_server', optional: false },
    relation: { shape: 'word', written: 'by_server', optional: false },
    startsOn: { shape: 'text', written: 'by_server', optional: true },
    endsOn: { shape: 'text', written: 'by_server', optional: true },
    isCurrent: { shape: 'flag', written: 'by_server', optional: false },
    seq: { shape: 'number', written: 'by_server', optional: false },
  },
  shift: {
    communityId: { shape: 'id', written: 'by_server', optional: false },
    code: { shape: 'text', written: 'by_server', optional: false },
    fromTime: { shape: 'text', written: 'by_server', optional: false },
    toTime: { shape: 'text', written: 'by_server', optional: false },
    hasNoonBreak: { shape: 'flag', written: 'by_server', optional: false },
    post: { shape: 'word', written: 'by_server', optional: true },
    retiredAt: { shape: 'moment', written: 'by_server', optional: true },
    seq: { shape: 'number', written: 'by_server', optional: false },
  },
  duty: {
    communityId: { shape: 'id', written: 'by_server', optional: false },
    staffMemberId: { shape: 'id', written: 'by_server', optional: false },
    shiftId: { shape: 'id', written: 'by_server', optional: false },
    onDay: { shape: 'text', written: 'by_server', optional: false },
    seq: { shape: 'number', written: 'by_server', optional: false },
  },
  handover: {
    communityId: { shape: 'id', written: 'once', optional: false },
    zoneId: { shape: 'id', written: 'by_server', optional: true },
    post: { shape: 'word', written: 'by_server', optional: false },
    shiftId: { shape: 'id', written: 'once', optional: true },
    outgoingId: { shape: 'id', written: 'by_server', optional: false },
    incomingId: { shape: 'id', written: 'once', optional: true },
    state: { shape: 'word', written: 'by_server', optional: false },
    openMatters: { shape: 'json', written: 'once', optional: true },
    equipment: { shape: 'json', written: 'once', optional: true },
    isEnvironmentFine: { shape: 'flag', written: 'by_server', optional: true },
    note: { shape: 'text', written: 'once', optional: false },
    observedAt: { shape: 'moment', written: 'as_witness', optional: true },
    contactId: { shape: 'text', written: 'as_witness', optional: true },
    bootId: { shape: 'text', written: 'as_witness', optional: true },
    elapsedMs: { shape: 'number', written: 'as_witness', optional: true },
    arriveBy: { shape: 'moment', written: 'by_server', optional: true },
    arrivedAt: { shape: 'moment', written: 'by_server', optional: true },
    checkedAt: { shape: 'moment', written: 'by_server', optional: true },
    outgoingSignedAt: { shape: 'moment', written: 'by_server', optional: true },
    incomingSignedAt: { shape: 'moment', written: 'by_server', optional: true },
    outgoingSignature: { shape: 'text', written: 'by_server', optional: true },
    incomingSignature: { shape: 'text', written: 'by_server', optional: true },
    passedAt: { shape: 'moment', written: 'by_server', optional: true },
    seq: { shape: 'number', written: 'by_server', optional: false },
  },
  handoverEvent: {
    communityId: { shape: 'id', written: 'by_server', optional: false },
    handoverId: { shape: 'id', written: 'once', optional: false },
    kind: { shape: 'word', written: 'once', optional: false },
    note: { shape: 'text', written: 'once', optional: false },
    equipment: { shape: 'json', written: 'once', optional: true },
    signature: { shape: 'text', written: 'once', optional: true },
    incomingId: { shape: 'id', written: 'once', optional: true },
    authorStaffId: { shape: 'id', written: 'by_server', optional: true },
    authorName: { shape: 'text', written: 'by_server', optional: false },
    observedAt: { shape: 'moment', written: 'as_witness', optional: true },
    contactId: { shape: 'text', written: 'as_witness', optional: true },
    bootId: { shape: 'text', written: 'as_witness', optional: true },
    elapsedMs: { shape: 'number', written: 'as_witness', optional: true },
    observedMark: { shape: 'word', written: 'by_server', optional: false },
    receivedAt: { shape: 'moment', written: 'by_server', optional: false },
    seq: { shape: 'number', written: 'by_server', optional: false },
  },
  ticket: {
    communityId: { shape: 'id', written: 'once', optional: false },
    kind: { shape: 'word', written: 'once', optional: false },
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
    repairClass: { shape: 'word', written: 'edited', optional: true },
    waterTestedAt: { shape: 'moment', written: 'by_server', optional: true },
    severity: { shape: 'word', written: 'by_server', optional: true },
    channel: { shape: 'word', written: 'once', optional: true },
    occurredAt: { shape: 'moment', written: 'once', optional: true },
    place: { shape: 'text', written: 'edited', optional: false },
    personConcerned: { shape: 'text', written: 'edited', optional: false },
    departmentsConcerned: { shape: 'text', written: 'edited', optional: false },
    demand: { shape: 'text', written: 'edited', optional: false },
    wantedBy: { shape: 'moment', written: 'once', optional: true },
    isAnonymous: { shape: 'flag', written: 'once', optional: false },
    isSecond: { shape: 'flag', written: 'by_server', optional: false },
    department: { shape: 'text', written: 'by_server', optional: false },
    responsibleId: { shape: 'id', written: 'by_server', optional: true },
    escalatedAt: { shape: 'moment', written: 'by_server', optional: true },
    dueAt: { shape: 'moment', written: 'by_server', optional: true },
    dueRule: { shape: 'word', written: 'by_server', optional: true },
    breachedAt: { shape: 'moment', written: 'by_server', optional: true },
    seq: { shape: 'number', written: 'by_server', optional: false },
  },
  ticketEvent: {
    communityId: { shape: 'id', written: 'by_server', optional: false },
    ticketId: { shape: 'id', written: 'once', optional: false },
    kind: { shape: 'word', written: 'once', optional: false },
    fromState: { shape: 'word', written: 'by_server', optional: true },
    toState: { shape: 'word', written: 'once', optional: true },
    assigneeId: { shape: 'id', written: 'once', optional: true },
    severity: { shape: 'word', written: 'once', optional: true },
    promisedAt: { shape: 'moment', written: 'once', optional: true },
    note: { shape: 'text', written: 'once', optional: false },
    changes: { shape: 'json', written: 'by_server', optional: true },
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
  patrolPoint: {
    communityId: { shape: 'id', written: 'by_server', optional: false },
    zoneId: { shape: 'id', written: 'by_server', optional: true },
    buildingId: { shape: 'id', written: 'by_server', optional: true },
    name: { shape: 'text', written: 'by_server', optional: false },
    place: { shape: 'text', written: 'by_server', optional: false },
    codeHash: { shape: 'text', written: 'by_server', optional: false },
    checklist: { shape: 'json', written: 'by_server', optional: false },
    latitudeE7: { shape: 'number', written: 'by_server', optional: true },
    longitudeE7: { shape: 'number', written: 'by_server', optional: true },
    seq: { shape: 'number', written: 'by_server', optional: false },
  },
  patrolRoute: {
    communityId: { shape: 'id', written: 'by_server', optional: false },
    zoneId: { shape: 'id', written: 'by_server', optional: true },
    key: { shape: 'word', written: 'by_server', optional: false },
    name: { shape: 'text', written: 'by_server', optional: false },
    post: { shape: 'word', written: 'by_server', optional: false },
    assigneeId: { shape: 'id', written: 'by_server', optional: true },
    pointIds: { shape: 'json', written: 'by_server', optional: false },
    plan: { shape: 'json', written: 'by_server', optional: false },
    needsCode: { shape: 'flag', written: 'by_server', optional: false },
    needsPhoto: { shape: 'flag', written: 'by_server', optional: false },
    needsPosition: { shape: 'flag', written: 'by_server', optional: false },
    rule: { shape: 'text', written: 'by_server', optional: false },
    retiredAt: { shape: 'moment', written: 'by_server', optional: true },
    seq: { shape: 'number', written: 'by_server', optional: false },
  },
  patrolTask: {
    communityId: { shape: 'id', written: 'by_server', optional: false },
    routeId: { shape: 'id', written: 'by_server', optional: true },
    zoneId: { shape: 'id', written: 'by_server', optional: true },
    name: { shape: 'text', written: 'by_server', optional: false },
    post: { shape: 'word', written: 'by_server', optional: false },
    assigneeId: { shape: 'id', written: 'by_server', optional: true },
    onDay: { shape: 'text', written: 'by_server', optional: false },
    number: { shape: 'number', written: 'by_server', optional: false },
    windowFrom: { shape: 'moment', written: 'by_server', optional: false },
    windowTo: { shape: 'moment', written: 'by_server', optional: false },
    pointIds: { shape: 'json', written: 'by_server', optional: false },
    needsCode: { shape: 'flag', written: 'by_server', optional: false },
    needsPhoto: { shape: 'flag', written: 'by_server', optional: false },
    needsPosition: { shape: 'flag', written: 'by_server', optional: false },
    reason: { shape: 'word', written: 'by_server', optional: false },
    state: { shape: 'word', written: 'by_server', optional: false },
    startedAt: { shape: 'moment', written: 'by_server', optional: true },
    finishedAt: { shape: 'moment', written: 'by_server', optional: true },
    missedAt: { shape: 'moment', written: 'by_server', optional: true },
    missedPointIds: { shape: 'json', written: 'by_server', optional: false },
    findingCount: { shape: 'number', written: 'by_server', optional: false },
    seq: { shape: 'number', written: 'by_server', optional: false },
  },
  patrolResult: {
    communityId: { shape: 'id', written: 'by_server', optional: false },
    taskId: { shape: 'id', written: 'once', optional: false },
    pointId: { shape: 'id', written: 'once', optional: false },
    answers: { shape: 'json', written: 'once', optional: true },
    unaskedAnswers: { shape: 'json', written: 'by_server', optional: false },
    finding: { shape: 'text', written: 'once', optional: false },
    ticketId: { shape: 'id', written: 'once', optional: true },
    photos: { shape: 'json', written: 'once', optional: true },
    codeRead: { shape: 'text', written: 'once', optional: true },
    codeMatches: { shape: 'flag', written: 'by_server', optional: true },
    latitudeE7: { shape: 'number', written: 'once', optional: true },
    longitudeE7: { shape: 'number', written: 'once', optional: true },
    accuracyM: { shape: 'number', written: 'once', optional: true },
    isNear: { shape: 'flag', written: 'by_server', optional: true },
    isOnRound: { shape: 'flag', written: 'by_server', optional: false },
    isInWindow: { shape: 'flag', written: 'by_server', optional: false },
    missingEvidence: { shape: 'json', written: 'by_server', optional: false },
    authorStaffId: { shape: 'id', written: 'by_server', optional: true },
    authorName: { shape: 'text', written: 'by_server', optional: false },
    observedAt: { shape: 'moment', written: 'as_witness', optional: true },
    contactId: { shape: 'text', written: 'as_witness', optional: true },
    bootId: { shape: 'text', written: 'as_witness', optional: true },
    elapsedMs: { shape: 'number', written: 'as_witness', optional: true },
    observedMark: { shape: 'word', written: 'by_server', optional: false },
    receivedAt: { shape: 'moment', written: 'by_server', optional: false },
    seq: { shape: 'number', written: 'by_server', optional: false },
  },
  visit: {
    communityId: { shape: 'id', written: 'once', optional: false },
    kind: { shape: 'word', written: 'once', optional: false },
    state: { shape: 'word', written: 'by_step', optional: false },
    unitId: { shape: 'id', written: 'once', optional: true },
    zoneId: { shape: 'id', written: 'by_server', optional: true },
    partyId: { shape: 'id', written: 'once', optional: true },
    ticketId: { shape: 'id', written: 'once', optional: true },
    purpose: { shape: 'text', written: 'edited', optional: false },
    dueAt: { shape: 'moment', written: 'once', optional: true },
    dueRule: { shape: 'text', written: 'by_server', optional: true },
    overdueAt: { shape: 'moment', written: 'by_server', optional: true },
    channel: { shape: 'word', written: 'by_server', optional: true },
    appointedAt: { shape: 'moment', written: 'by_server', optional: true },
    isInside: { shape: 'flag', written: 'by_server', optional: false },
    visitorId: { shape: 'id', written: 'once', optional: true },
    companionId: { shape: 'id', written: 'once', optional: true },
    opinion: { shape: 'text', written: 'edited', optional: false },
    handling: { shape: 'text', written: 'edited', optional: false },
    result: { shape: 'text', written: 'edited', optional: false },
    outcome: { shape: 'word', written: 'by_server', optional: true },
    replyPromisedAt: { shape: 'moment', written: 'by_server', optional: true },
    signature: { shape: 'text', written: 'by_server', optional: true },
    newTicketId: { shape: 'id', written: 'by_server', optional: true },
    observedAt: { shape: 'moment', written: 'as_witness', optional: true },
    contactId: { shape: 'text', written: 'as_witness', optional: true },
    bootId: { shape: 'text', written: 'as_witness', optional: true },
    elapsedMs: { shape: 'number', written: 'as_witness', optional: true },
    startedAt: { shape: 'moment', written: 'by_server', optional: true },
    finishedAt: { shape: 'moment', written: 'by_server', optional: true },
    seq: { shape: 'number', written: 'by_server', optional: false },
  },
  visitEvent: {
    communityId: { shape: 'id', written: 'by_server', optional: false },
    visitId: { shape: 'id', written: 'once', optional: false },
    kind: { shape: 'word', written: 'once', optional: false },
    fromState: { shape: 'word', written: 'by_server', optional: true },
    toState: { shape: 'word', written: 'by_server', optional: true },
    note: { shape: 'text', written: 'once', optional: false },
    details: { shape: 'json', written: 'once', optional: true },
    photos: { shape: 'json', written: 'once', optional: true },
    signature: { shape: 'text', written: 'once', optional: true },
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
  community: {
    title: 'community',
    version: 0,
    type: 'object',
    primaryKey: 'id',
    properties: {
      id: { type: 'string', maxLength: 36 },
      code: { type: 'string' },
      name: { type: 'string' },
      timeZone: { type: 'string' },
      seq: { type: 'number' },
    },
    required: ['id'],
  },
  zone: {
    title: 'zone',
    version: 0,
    type: 'object',
    primaryKey: 'id',
    properties: {
      id: { type: 'string', maxLength: 36 },
      communityId: { type: 'string' },
      name: { type: 'string' },
      seq: { type: 'number' },
    },
    required: ['id'],
  },
  building: {
    title: 'building',
    version: 0,
    type: 'object',
    primaryKey: 'id',
    properties: {
      id: { type: 'string', maxLength: 36 },
      communityId: { type: 'string' },
      zoneId: { type: 'string' },
      name: { type: 'string' },
      seq: { type: 'number' },
    },
    required: ['id'],
  },
  unit: {
    title: 'unit',
    version: 0,
    type: 'object',
    primaryKey: 'id',
    properties: {
      id: { type: 'string', maxLength: 36 },
      communityId: { type: 'string' },
      buildingId: { type: 'string' },
      zoneId: { type: 'string' },
      floor: { type: 'number' },
      floorName: { type: 'string' },
      roomNumber: { type: 'string' },
      layout: { type: 'string' },
      areaCentiM2: { type: 'number' },
      occupancy: { type: 'string' },
      seq: { type: 'number' },
    },
    required: ['id'],
  },
  staffMember: {
    title: 'staffMember',
    version: 0,
    type: 'object',
    primaryKey: 'id',
    properties: {
      id: { type: 'string', maxLength: 36 },
      communityId: { type: 'string' },
      name: { type: 'string' },
      post: { type: 'string' },
      zoneId: { type: 'string' },
      hasLeft: { type: 'boolean' },
      seq: { type: 'number' },
    },
    required: ['id'],
  },
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
  partyRelation: {
    title: 'partyRelation',
    version: 0,
    type: 'object',
    primaryKey: 'id',
    properties: {
      id: { type: 'string', maxLength: 36 },
      communityId: { type: 'string' },
      partyId: { type: 'string' },
      unitId: { type: 'string' },
      relation: { type: 'string' },
      startsOn: { type: 'string' },
      endsOn: { type: 'string' },
      isCurrent: { type: 'boolean' },
      seq: { type: 'number' },
    },
    required: ['id'],
  },
  shift: {
    title: 'shift',
    version: 0,
    type: 'object',
    primaryKey: 'id',
    properties: {
      id: { type: 'string', maxLength: 36 },
      communityId: { type: 'string' },
      code: { type: 'string' },
      fromTime: { type: 'string' },
      toTime: { type: 'string' },
      hasNoonBreak: { type: 'boolean' },
      post: { type: 'string' },
      retiredAt: { type: 'string' },
      seq: { type: 'number' },
    },
    required: ['id'],
  },
  duty: {
    title: 'duty',
    version: 0,
    type: 'object',
    primaryKey: 'id',
    properties: {
      id: { type: 'string', maxLength: 36 },
      communityId: { type: 'string' },
      staffMemberId: { type: 'string' },
      shiftId: { type: 'string' },
      onDay: { type: 'string' },
      seq: { type: 'number' },
    },
    required: ['id'],
  },
  handover: {
    title: 'handover',
    version: 0,
    type: 'object',
    primaryKey: 'id',
    properties: {
      id: { type: 'string', maxLength: 36 },
      communityId: { type: 'string' },
      zoneId: { type: 'string' },
      post: { type: 'string' },
      shiftId: { type: 'string' },
      outgoingId: { type: 'string' },
      incomingId: { type: 'string' },
      state: { type: 'string' },
      openMatters: { type: 'string' },
      equipment: { type: 'string' },
      isEnvironmentFine: { type: 'boolean' },
      note: { type: 'string' },
      observedAt: { type: 'string' },
      contactId: { type: 'string' },
      bootId: { type: 'string' },
      elapsedMs: { type: 'number' },
      arriveBy: { type: 'string' },
      arrivedAt: { type: 'string' },
      checkedAt: { type: 'string' },
      outgoingSignedAt: { type: 'string' },
      incomingSignedAt: { type: 'string' },
      outgoingSignature: { type: 'string' },
      incomingSignature: { type: 'string' },
      passedAt: { type: 'string' },
      seq: { type: 'number' },
    },
    required: ['id'],
  },
  handoverEvent: {
    title: 'handoverEvent',
    version: 0,
    type: 'object',
    primaryKey: 'id',
    properties: {
      id: { type: 'string', maxLength: 36 },
      communityId: { type: 'string' },
      handoverId: { type: 'string' },
      kind: { type: 'string' },
      note: { type: 'string' },
      equipment: { type: 'string' },
      signature: { type: 'string' },
      incomingId: { type: 'string' },
      authorStaffId: { type: 'string' },
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
      repairClass: { type: 'string' },
      waterTestedAt: { type: 'string' },
      severity: { type: 'string' },
      channel: { type: 'string' },
      occurredAt: { type: 'string' },
      place: { type: 'string' },
      personConcerned: { type: 'string' },
      departmentsConcerned: { type: 'string' },
      demand: { type: 'string' },
      wantedBy: { type: 'string' },
      isAnonymous: { type: 'boolean' },
      isSecond: { type: 'boolean' },
      department: { type: 'string' },
      responsibleId: { type: 'string' },
      escalatedAt: { type: 'string' },
      dueAt: { type: 'string' },
      dueRule: { type: 'string' },
      breachedAt: { type: 'string' },
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
      severity: { type: 'string' },
      promisedAt: { type: 'string' },
      note: { type: 'string' },
      changes: { type: 'string' },
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
  patrolPoint: {
    title: 'patrolPoint',
    version: 0,
    type: 'object',
    primaryKey: 'id',
    properties: {
      id: { type: 'string', maxLength: 36 },
      communityId: { type: 'string' },
      zoneId: { type: 'string' },
      buildingId: { type: 'string' },
      name: { type: 'string' },
      place: { type: 'string' },
      codeHash: { type: 'string' },
      checklist: { type: 'string' },
      latitudeE7: { type: 'number' },
      longitudeE7: { type: 'number' },
      seq: { type: 'number' },
    },
    required: ['id'],
  },
  patrolRoute: {
    title: 'patrolRoute',
    version: 0,
    type: 'object',
    primaryKey: 'id',
    properties: {
      id: { type: 'string', maxLength: 36 },
      communityId: { type: 'string' },
      zoneId: { type: 'string' },
      key: { type: 'string' },
      name: { type: 'string' },
      post: { type: 'string' },
      assigneeId: { type: 'string' },
      pointIds: { type: 'string' },
      plan: { type: 'string' },
      needsCode: { type: 'boolean' },
      needsPhoto: { type: 'boolean' },
      needsPosition: { type: 'boolean' },
      rule: { type: 'string' },
      retiredAt: { type: 'string' },
      seq: { type: 'number' },
    },
    required: ['id'],
  },
  patrolTask: {
    title: 'patrolTask',
    version: 0,
    type: 'object',
    primaryKey: 'id',
    properties: {
      id: { type: 'string', maxLength: 36 },
      communityId: { type: 'string' },
      routeId: { type: 'string' },
      zoneId: { type: 'string' },
      name: { type: 'string' },
      post: { type: 'string' },
      assigneeId: { type: 'string' },
      onDay: { type: 'string' },
      number: { type: 'number' },
      windowFrom: { type: 'string' },
      windowTo: { type: 'string' },
      pointIds: { type: 'string' },
      needsCode: { type: 'boolean' },
      needsPhoto: { type: 'boolean' },
      needsPosition: { type: 'boolean' },
      reason: { type: 'string' },
      state: { type: 'string' },
      startedAt: { type: 'string' },
      finishedAt: { type: 'string' },
      missedAt: { type: 'string' },
      missedPointIds: { type: 'string' },
      findingCount: { type: 'number' },
      seq: { type: 'number' },
    },
    required: ['id'],
  },
  patrolResult: {
    title: 'patrolResult',
    version: 0,
    type: 'object',
    primaryKey: 'id',
    properties: {
      id: { type: 'string', maxLength: 36 },
      communityId: { type: 'string' },
      taskId: { type: 'string' },
      pointId: { type: 'string' },
      answers: { type: 'string' },
      unaskedAnswers: { type: 'string' },
      finding: { type: 'string' },
      ticketId: { type: 'string' },
      photos: { type: 'string' },
      codeRead: { type: 'string' },
      codeMatches: { type: 'boolean' },
      latitudeE7: { type: 'number' },
      longitudeE7: { type: 'number' },
      accuracyM: { type: 'number' },
      isNear: { type: 'boolean' },
      isOnRound: { type: 'boolean' },
      isInWindow: { type: 'boolean' },
      missingEvidence: { type: 'string' },
      authorStaffId: { type: 'string' },
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
  visit: {
    title: 'visit',
    version: 0,
    type: 'object',
    primaryKey: 'id',
    properties: {
      id: { type: 'string', maxLength: 36 },
      communityId: { type: 'string' },
      kind: { type: 'string' },
      state: { type: 'string' },
      unitId: { type: 'string' },
      zoneId: { type: 'string' },
      partyId: { type: 'string' },
      ticketId: { type: 'string' },
      purpose: { type: 'string' },
      dueAt: { type: 'string' },
      dueRule: { type: 'string' },
      overdueAt: { type: 'string' },
      channel: { type: 'string' },
      appointedAt: { type: 'string' },
      isInside: { type: 'boolean' },
      visitorId: { type: 'string' },
      companionId: { type: 'string' },
      opinion: { type: 'string' },
      handling: { type: 'string' },
      result: { type: 'string' },
      outcome: { type: 'string' },
      replyPromisedAt: { type: 'string' },
      signature: { type: 'string' },
      newTicketId: { type: 'string' },
      observedAt: { type: 'string' },
      contactId: { type: 'string' },
      bootId: { type: 'string' },
      elapsedMs: { type: 'number' },
      startedAt: { type: 'string' },
      finishedAt: { type: 'string' },
      seq: { type: 'number' },
    },
    required: ['id'],
  },
  visitEvent: {
    title: 'visitEvent',
    version: 0,
    type: 'object',
    primaryKey: 'id',
    properties: {
      id: { type: 'string', maxLength: 36 },
      communityId: { type: 'string' },
      visitId: { type: 'string' },
      kind: { type: 'string' },
      fromState: { type: 'string' },
      toState: { type: 'string' },
      note: { type: 'string' },
      details: { type: 'string' },
      photos: { type: 'string' },
      signature: { type: 'string' },
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
  communities: [
    { name: 'code', type: 'string' },
    { name: 'name', type: 'string' },
    { name: 'time_zone', type: 'string' },
    { name: 'seq', type: 'number' },
  ],
  zones: [
    { name: 'community_id', type: 'string', isIndexed: true },
    { name: 'name', type: 'string' },
    { name: 'seq', type: 'number' },
  ],
  buildings: [
    { name: 'community_id', type: 'string', isIndexed: true },
    { name: 'zone_id', type: 'string', isOptional: true, isIndexed: true },
    { name: 'name', type: 'string' },
    { name: 'seq', type: 'number' },
  ],
  units: [
    { name: 'community_id', type: 'string', isIndexed: true },
    { name: 'building_id', type: 'string', isIndexed: true },
    { name: 'zone_id', type: 'string', isOptional: true, isIndexed: true },
    { name: 'floor', type: 'number' },
    { name: 'floor_name', type: 'string', isOptional: true },
    { name: 'room_number', type: 'string' },
    { name: 'layout', type: 'string', isOptional: true },
    { name: 'area_centi_m2', type: 'number', isOptional: true },
    { name: 'occupancy', type: 'string' },
    { name: 'seq', type: 'number' },
  ],
  staff_members: [
    { name: 'community_id', type: 'string', isIndexed: true },
    { name: 'name', type: 'string' },
    { name: 'post', type: 'string' },
    { name: 'zone_id', type: 'string', isOptional: true, isIndexed: true },
    { name: 'has_left', type: 'boolean' },
    { name: 'seq', type: 'number' },
  ],
  parties: [
    { name: 'community_id', type: 'string', isIndexed: true },
    { name: 'name', type: 'string' },
    { name: 'phone_masked', type: 'string', isOptional: true },
    { name: 'identity_number_masked', type: 'string', isOptional: true },
    { name: 'seq', type: 'number' },
  ],
  party_relations: [
    { name: 'community_id', type: 'string', isIndexed: true },
    { name: 'party_id', type: 'string', isIndexed: true },
    { name: 'unit_id', type: 'string', isIndexed: true },
    { name: 'relation', type: 'string' },
    { name: 'starts_on', type: 'string', isOptional: true },
    { name: 'ends_on', type: 'string', isOptional: true },
    { name: 'is_current', type: 'boolean' },
    { name: 'seq', type: 'number' },
  ],
  shifts: [
    { name: 'community_id', type: 'string', isIndexed: true },
    { name: 'code', type: 'string' },
    { name: 'from_time', type: 'string' },
    { name: 'to_time', type: 'string' },
    { name: 'has_noon_break', type: 'boolean' },
    { name: 'post', type: 'string', isOptional: true },
    { name: 'retired_at', type: 'number', isOptional: true },
    { name: 'seq', type: 'number' },
  ],
  duties: [
    { name: 'community_id', type: 'string', isIndexed: true },
    { name: 'staff_member_id', type: 'string', isIndexed: true },
    { name: 'shift_id', type: 'string', isIndexed: true },
    { name: 'on_day', type: 'string' },
    { name: 'seq', type: 'number' },
  ],
  handovers: [
    { name: 'community_id', type: 'string', isIndexed: true },
    { name: 'zone_id', type: 'string', isOptional: true, isIndexed: true },
    { name: 'post', type: 'string' },
    { name: 'shift_id', type: 'string', isOptional: true, isIndexed: true },
    { name: 'outgoing_id', type: 'string', isIndexed: true },
    { name: 'incoming_id', type: 'string', isOptional: true, isIndexed: true },
    { name: 'state', type: 'string' },
    { name: 'open_matters', type: 'string', isOptional: true },
    { name: 'equipment', type: 'string', isOptional: true },
    { name: 'is_environment_fine', type: 'boolean', isOptional: true },
    { name: 'note', type: 'string' },
    { name: 'observed_at', type: 'number', isOptional: true },
    { name: 'contact_id', type: 'string', isOptional: true },
    { name: 'boot_id', type: 'string', isOptional: true },
    { name: 'elapsed_ms', type: 'number', isOptional: true },
    { name: 'arrive_by', type: 'number', isOptional: true },
    { name: 'arrived_at', type: 'number', isOptional: true },
    { name: 'checked_at', type: 'number', isOptional: true },
    { name: 'outgoing_signed_at', type: 'number', isOptional: true },
    { name: 'incoming_signed_at', type: 'number', isOptional: true },
    { name: 'outgoing_signature', type: 'string', isOptional: true },
    { name: 'incoming_signature', type: 'string', isOptional: true },
    { name: 'passed_at', type: 'number', isOptional: true },
    { name: 'seq', type: 'number' },
  ],
  handover_events: [
    { name: 'community_id', type: 'string', isIndexed: true },
    { name: 'handover_id', type: 'string', isIndexed: true },
    { name: 'kind', type: 'string' },
    { name: 'note', type: 'string' },
    { name: 'equipment', type: 'string', isOptional: true },
    { name: 'signature', type: 'string', isOptional: true },
    { name: 'incoming_id', type: 'string', isOptional: true, isIndexed: true },
    { name: 'author_staff_id', type: 'string', isOptional: true, isIndexed: true },
    { name: 'author_name', type: 'string' },
    { name: 'observed_at', type: 'number', isOptional: true },
    { name: 'contact_id', type: 'string', isOptional: true },
    { name: 'boot_id', type: 'string', isOptional: true },
    { name: 'elapsed_ms', type: 'number', isOptional: true },
    { name: 'observed_mark', type: 'string' },
    { name: 'received_at', type: 'number' },
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
    { name: 'repair_class', type: 'string', isOptional: true },
    { name: 'water_tested_at', type: 'number', isOptional: true },
    { name: 'severity', type: 'string', isOptional: true },
    { name: 'channel', type: 'string', isOptional: true },
    { name: 'occurred_at', type: 'number', isOptional: true },
    { name: 'place', type: 'string' },
    { name: 'person_concerned', type: 'string' },
    { name: 'departments_concerned', type: 'string' },
    { name: 'demand', type: 'string' },
    { name: 'wanted_by', type: 'number', isOptional: true },
    { name: 'is_anonymous', type: 'boolean' },
    { name: 'is_second', type: 'boolean' },
    { name: 'department', type: 'string' },
    { name: 'responsible_id', type: 'string', isOptional: true, isIndexed: true },
    { name: 'escalated_at', type: 'number', isOptional: true },
    { name: 'due_at', type: 'number', isOptional: true },
    { name: 'due_rule', type: 'string', isOptional: true },
    { name: 'breached_at', type: 'number', isOptional: true },
    { name: 'seq', type: 'number' },
  ],
  ticket_events: [
    { name: 'community_id', type: 'string', isIndexed: true },
    { name: 'ticket_id', type: 'string', isIndexed: true },
    { name: 'kind', type: 'string' },
    { name: 'from_state', type: 'string', isOptional: true },
    { name: 'to_state', type: 'string', isOptional: true },
    { name: 'assignee_id', type: 'string', isOptional: true, isIndexed: true },
    { name: 'severity', type: 'string', isOptional: true },
    { name: 'promised_at', type: 'number', isOptional: true },
    { name: 'note', type: 'string' },
    { name: 'changes', type: 'string', isOptional: true },
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
  patrol_points: [
    { name: 'community_id', type: 'string', isIndexed: true },
    { name: 'zone_id', type: 'string', isOptional: true, isIndexed: true },
    { name: 'building_id', type: 'string', isOptional: true, isIndexed: true },
    { name: 'name', type: 'string' },
    { name: 'place', type: 'string' },
    { name: 'code_hash', type: 'string' },
    { name: 'checklist', type: 'string' },
    { name: 'latitude_e7', type: 'number', isOptional: true },
    { name: 'longitude_e7', type: 'number', isOptional: true },
    { name: 'seq', type: 'number' },
  ],
  patrol_routes: [
    { name: 'community_id', type: 'string', isIndexed: true },
    { name: 'zone_id', type: 'string', isOptional: true, isIndexed: true },
    { name: 'key', type: 'string' },
    { name: 'name', type: 'string' },
    { name: 'post', type: 'string' },
    { name: 'assignee_id', type: 'string', isOptional: true, isIndexed: true },
    { name: 'point_ids', type: 'string' },
    { name: 'plan', type: 'string' },
    { name: 'needs_code', type: 'boolean' },
    { name: 'needs_photo', type: 'boolean' },
    { name: 'needs_position', type: 'boolean' },
    { name: 'rule', type: 'string' },
    { name: 'retired_at', type: 'number', isOptional: true },
    { name: 'seq', type: 'number' },
  ],
  patrol_tasks: [
    { name: 'community_id', type: 'string', isIndexed: true },
    { name: 'route_id', type: 'string', isOptional: true, isIndexed: true },
    { name: 'zone_id', type: 'string', isOptional: true, isIndexed: true },
    { name: 'name', type: 'string' },
    { name: 'post', type: 'string' },
    { name: 'assignee_id', type: 'string', isOptional: true, isIndexed: true },
    { name: 'on_day', type: 'string' },
    { name: 'number', type: 'number' },
    { name: 'window_from', type: 'number' },
    { name: 'window_to', type: 'number' },
    { name: 'point_ids', type: 'string' },
    { name: 'needs_code', type: 'boolean' },
    { name: 'needs_photo', type: 'boolean' },
    { name: 'needs_position', type: 'boolean' },
    { name: 'reason', type: 'string' },
    { name: 'state', type: 'string' },
    { name: 'started_at', type: 'number', isOptional: true },
    { name: 'finished_at', type: 'number', isOptional: true },
    { name: 'missed_at', type: 'number', isOptional: true },
    { name: 'missed_point_ids', type: 'string' },
    { name: 'finding_count', type: 'number' },
    { name: 'seq', type: 'number' },
  ],
  patrol_results: [
    { name: 'community_id', type: 'string', isIndexed: true },
    { name: 'task_id', type: 'string', isIndexed: true },
    { name: 'point_id', type: 'string', isIndexed: true },
    { name: 'answers', type: 'string', isOptional: true },
    { name: 'unasked_answers', type: 'string' },
    { name: 'finding', type: 'string' },
    { name: 'ticket_id', type: 'string', isOptional: true, isIndexed: true },
    { name: 'photos', type: 'string', isOptional: true },
    { name: 'code_read', type: 'string', isOptional: true },
    { name: 'code_matches', type: 'boolean', isOptional: true },
    { name: 'latitude_e7', type: 'number', isOptional: true },
    { name: 'longitude_e7', type: 'number', isOptional: true },
    { name: 'accuracy_m', type: 'number', isOptional: true },
    { name: 'is_near', type: 'boolean', isOptional: true },
    { name: 'is_on_round', type: 'boolean' },
    { name: 'is_in_window', type: 'boolean' },
    { name: 'missing_evidence', type: 'string' },
    { name: 'author_staff_id', type: 'string', isOptional: true, isIndexed: true },
    { name: 'author_name', type: 'string' },
    { name: 'observed_at', type: 'number', isOptional: true },
    { name: 'contact_id', type: 'string', isOptional: true },
    { name: 'boot_id', type: 'string', isOptional: true },
    { name: 'elapsed_ms', type: 'number', isOptional: true },
    { name: 'observed_mark', type: 'string' },
    { name: 'received_at', type: 'number' },
    { name: 'seq', type: 'number' },
  ],
  visits: [
    { name: 'community_id', type: 'string', isIndexed: true },
    { name: 'kind', type: 'string' },
    { name: 'state', type: 'string' },
    { name: 'unit_id', type: 'string', isOptional: true, isIndexed: true },
    { name: 'zone_id', type: 'string', isOptional: true, isIndexed: true },
    { name: 'party_id', type: 'string', isOptional: true, isIndexed: true },
    { name: 'ticket_id', type: 'string', isOptional: true, isIndexed: true },
    { name: 'purpose', type: 'string' },
    { name: 'due_at', type: 'number', isOptional: true },
    { name: 'due_rule', type: 'string', isOptional: true },
    { name: 'overdue_at', type: 'number', isOptional: true },
    { name: 'channel', type: 'string', isOptional: true },
    { name: 'appointed_at', type: 'number', isOptional: true },
    { name: 'is_inside', type: 'boolean' },
    { name: 'visitor_id', type: 'string', isOptional: true, isIndexed: true },
    { name: 'companion_id', type: 'string', isOptional: true, isIndexed: true },
    { name: 'opinion', type: 'string' },
    { name: 'handling', type: 'string' },
    { name: 'result', type: 'string' },
    { name: 'outcome', type: 'string', isOptional: true },
    { name: 'reply_promised_at', type: 'number', isOptional: true },
    { name: 'signature', type: 'string', isOptional: true },
    { name: 'new_ticket_id', type: 'string', isOptional: true, isIndexed: true },
    { name: 'observed_at', type: 'number', isOptional: true },
    { name: 'contact_id', type: 'string', isOptional: true },
    { name: 'boot_id', type: 'string', isOptional: true },
    { name: 'elapsed_ms', type: 'number', isOptional: true },
    { name: 'started_at', type: 'number', isOptional: true },
    { name: 'finished_at', type: 'number', isOptional: true },
    { name: 'seq', type: 'number' },
  ],
  visit_events: [
    { name: 'community_id', type: 'string', isIndexed: true },
    { name: 'visit_id', type: 'string', isIndexed: true },
    { name: 'kind', type: 'string' },
    { name: 'from_state', type: 'string', isOptional: true },
    { name: 'to_state', type: 'string', isOptional: true },
    { name: 'note', type: 'string' },
    { name: 'details', type: 'string', isOptional: true },
    { name: 'photos', type: 'string', isOptional: true },
    { name: 'signature', type: 'string', isOptional: true },
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
