// Written by scripts/generate.mjs from schema/mutations.json; do not edit.

/**
 * What a phone sends of something that was done: see docs/sync.md. The server takes more: where a field may be left out, null and an empty text mean that it is left out.
 */
export type Mutation = Envelope &
  (
    | HandoverCheck
    | HandoverNote
    | HandoverPrepare
    | HandoverPutRight
    | HandoverReject
    | HandoverSign
    | PatrolOrder
    | PatrolReport
    | TicketAdvance
    | TicketAssign
    | TicketEdit
    | TicketEscalate
    | TicketGrade
    | TicketNote
    | TicketOpen
    | TicketResolve
    | TicketRoute
    | TicketTestWater
    | VisitAppoint
    | VisitArchive
    | VisitCancel
    | VisitCheck
    | VisitEdit
    | VisitFinish
    | VisitNote
    | VisitPlan
    | VisitReport
    | VisitStep
  );
/**
 * A post in the customer-service department (岗位).
 */
export type PostKind =
  | 'estate_manager'
  | 'cs_manager'
  | 'supervisor'
  | 'team_leader'
  | 'assistant'
  | 'archive_clerk'
  | 'visitor_registry_clerk'
  | 'ic_card_clerk'
  | 'switchboard_operator'
  | 'admin_officer'
  | 'hr_officer'
  | 'cashier'
  | 'warehouse_keeper'
  | 'conference_attendant'
  | 'maintenance_worker'
  | 'security_guard'
  | 'inspector';
/**
 * Why a patrol is to be walked.
 */
export type PatrolReason = 'plan' | 'ordered' | 'rain';
/**
 * How a complaint came in.
 */
export type ComplaintChannel = 'spoken' | 'letter';
/**
 * What a ticket is about.
 */
export type TicketKind = 'repair' | 'complaint';
/**
 * How urgent a ticket is. Residents do not set it: what they report begins as `normal`.
 */
export type Priority = 'low' | 'normal' | 'high' | 'urgent';
/**
 * What was repaired, which decides by when the return visit (回访) is due.
 */
export type RepairClass = 'safety_facility' | 'leak_or_seepage' | 'other';
/**
 * How a visit ended.
 */
export type VisitOutcome = 'satisfied' | 'new_opinion' | 'defect';

/**
 * A command as a phone sends it: made maybe hours ago, sent maybe twice. What only bears witness
 * (`baseSeq`, `base`, `observed`) is read apart, because it never refuses the work.
 */
export interface Envelope {
  /**
   * The mutation that must come first.
   */
  after?: string | null;
  /**
   * The values of the edited fields as the phone had them.
   */
  base?: {} | null;
  /**
   * The version (`seq`) of the record as the phone had it.
   */
  baseSeq?: number | null;
  /**
   * Mutations of one group stand or fall together.
   */
  group?: string | null;
  /**
   * Made by the phone, once per mutation: a UUID v7.
   */
  mutationId: string;
  /**
   * When it happened.
   */
  observed?: Observed | null;
  /**
   * The record it is about; phones mint the ids of new ones.
   */
  recordId: string;
}
/**
 * What a phone says about when it saw something; every part may be missing.
 */
export interface Observed {
  /**
   * The run of the phone's system in which `elapsedMs` was measured; an empty one counts as missing.
   */
  bootId?: string | null;
  /**
   * A contact with the server before the observation, as the server named it.
   */
  contactId?: string | null;
  /**
   * Monotonic time between that contact and the observation.
   */
  elapsedMs?: number | null;
  /**
   * The phone's own clock at the observation.
   */
  wallClock?: string | null;
}
export interface HandoverCheck {
  kind: 'handover.check';
  payload: CheckHandover;
}
/**
 * The successor has counted the equipment and found the place in order.
 */
export interface CheckHandover {
  /**
   * Every piece that was handed over, by its name, as it was counted.
   */
  equipment?: Equipment[];
  /**
   * Id of the event it leaves, made by whoever takes the step; the server makes one when it is left out.
   */
  eventId?: string | null;
  /**
   * At most 4000 characters.
   */
  note?: string;
}
/**
 * A piece of equipment that is handed over.
 */
export interface Equipment {
  /**
   * How many there should be, 0 to 100000.
   */
  count?: number;
  /**
   * How many the successor counted (S-16).
   */
  counted?: number | null;
  /**
   * Its name, 1 to 200 characters; unique in the list.
   */
  name: string;
}
export interface HandoverNote {
  kind: 'handover.note';
  payload: NoteHandover;
}
/**
 * Adds a note, also to a signed handover. The outgoing person and the office may name with it who
 * comes instead of the one who does not.
 */
export interface NoteHandover {
  /**
   * Id of the event it leaves, made by whoever takes the step; the server makes one when it is left out.
   */
  eventId?: string | null;
  /**
   * Who takes over instead of the successor who does not come; for the outgoing person and the
   * office.
   */
  incomingId?: string | null;
  /**
   * 1 to 4000 characters.
   */
  note: string;
}
export interface HandoverPrepare {
  kind: 'handover.prepare';
  payload: PrepareHandover;
}
/**
 * What the outgoing person hands over: his own post.
 */
export interface PrepareHandover {
  /**
   * The community whose post the caller hands over.
   */
  communityId: string;
  /**
   * What is handed over.
   */
  equipment?: Equipment[];
  /**
   * Who takes over; must work in the community. A field worker without a zone must name somebody.
   */
  incomingId?: string | null;
  /**
   * What else there is to say; at most 4000 characters.
   */
  note?: string;
  /**
   * What is left to the next shift.
   */
  openMatters?: OpenMatter[];
  /**
   * The shift that begins with it; it sets by when the successor should be there.
   */
  shiftId?: string | null;
}
/**
 * A matter that is left to the next shift.
 */
export interface OpenMatter {
  /**
   * What it is about.
   */
  kind: 'repair' | 'complaint' | 'other';
  /**
   * What is still to be done; 1 to 4000 characters.
   */
  text: string;
  /**
   * The ticket of the matter; may be left out.
   */
  ticketId?: string | null;
}
export interface HandoverPutRight {
  kind: 'handover.put_right';
  payload: PutRightHandover;
}
/**
 * The outgoing person has put in order what was not.
 */
export interface PutRightHandover {
  /**
   * Id of the event it leaves, made by whoever takes the step; the server makes one when it is left out.
   */
  eventId?: string | null;
  /**
   * What was done; at most 4000 characters.
   */
  note?: string;
}
export interface HandoverReject {
  kind: 'handover.reject';
  payload: RejectHandover;
}
/**
 * The successor found the place not in order; the outgoing person puts it right first.
 */
export interface RejectHandover {
  /**
   * Id of the event it leaves, made by whoever takes the step; the server makes one when it is left out.
   */
  eventId?: string | null;
  /**
   * What is not in order; 1 to 4000 characters.
   */
  note: string;
}
export interface HandoverSign {
  kind: 'handover.sign';
  payload: SignHandover;
}
/**
 * The outgoing person, or his successor, signs.
 */
export interface SignHandover {
  /**
   * Id of the event it leaves, made by whoever takes the step; the server makes one when it is left out.
   */
  eventId?: string | null;
  /**
   * SHA-256 of the picture of the signature in hex, or the name as it is typed.
   */
  signature: string;
}
export interface PatrolOrder {
  kind: 'patrol.order';
  payload: OrderPatrol;
}
/**
 * Orders a patrol: a route out of its turn, or points that are named.
 */
export interface OrderPatrol {
  /**
   * The staff member who walks it; must work in the community.
   */
  assigneeId?: string | null;
  /**
   * The community it belongs to.
   */
  communityId: string;
  /**
   * From when on results count, within a year; when it was ordered, if left out.
   */
  from?: string | null;
  /**
   * What it is called, 1 to 200 characters; required without a route.
   */
  name?: string | null;
  /**
   * Whether the code of each point must be read; false without a route.
   */
  needsCode?: boolean | null;
  /**
   * Whether each point must be photographed; false without a route.
   */
  needsPhoto?: boolean | null;
  /**
   * Whether each result must tell the position of the phone; false without a route.
   */
  needsPosition?: boolean | null;
  /**
   * Its points in the order in which they are walked: 1 to 100, each once; required without a route.
   */
  pointIds?: string[] | null;
  /**
   * The post that walks it; without a route that of the assignee, or else the guard.
   */
  post?: PostKind | null;
  /**
   * `ordered`, also when left out, or `rain`.
   */
  reason?: PatrolReason | null;
  /**
   * The route; what is left out below is taken from it.
   */
  routeId?: string | null;
  /**
   * Until when results count, at most 7 days after `from`; four hours after it when left out, unless
   * the community decided otherwise.
   */
  to?: string | null;
  /**
   * The zone that walks it.
   */
  zoneId?: string | null;
}
export interface PatrolReport {
  kind: 'patrol.report';
  payload: ReportPayload;
}
/**
 * Payload of `patrol.report`.
 */
export interface ReportPayload {
  /**
   * How exact that position is, in metres; less than 0 counts as 0.
   */
  accuracyM?: number | null;
  /**
   * The answers, by the keys of the checklist.
   */
  answers?: {
    [k: string]: unknown;
  };
  /**
   * What was read from the label of the point, as it was read.
   */
  codeRead?: string | null;
  /**
   * What is wrong; at most 4000 characters, empty when nothing is.
   */
  finding?: string;
  /**
   * Latitude of the phone in degrees × 10^7, which may be a fraction; both or none.
   */
  latitudeE7?: number | null;
  /**
   * Longitude of the phone in degrees × 10^7; both or none.
   */
  longitudeE7?: number | null;
  /**
   * SHA-256 of at most 9 photos, in hex; send the photos themselves to `/attachments/{sha256}`.
   */
  photos?: string[];
  /**
   * The point that was seen, one of the community.
   */
  pointId: string;
  /**
   * The patrol.
   */
  taskId: string;
  /**
   * The ticket that was opened for the finding, perhaps in the same group.
   */
  ticketId?: string | null;
}
export interface TicketAdvance {
  kind: 'ticket.advance';
  payload: AdvanceTicket;
}
/**
 * One step of a ticket along its path: order, arrive, finish, close, call off. To dispatch names somebody, and
 * to grade and to route name more: `ticket.assign`, `ticket.grade`, `ticket.route`.
 */
export interface AdvanceTicket {
  /**
   * Id of the event it leaves, made by whoever takes the step; the server makes one when it is left out.
   */
  eventId?: string | null;
  /**
   * At most 4000 characters. Required of a complaint with `contacted`, `planned`, `informed`,
   * `returned`, `cannot_solve` and `invalid`: what was said, planned, told, heard, or why not.
   */
  note?: string;
  /**
   * When the complainant is promised the next answer (T-25). Required with `contacted` where the community
   * promises one.
   */
  replyPromisedAt?: string | null;
  /**
   * The state it is to reach. `graded` and `routed` have mutations of their own: `ticket.grade`,
   * `ticket.route`.
   */
  to:
    | 'recorded'
    | 'ordered'
    | 'dispatched'
    | 'on_site'
    | 'finished'
    | 'closed'
    | 'cancelled'
    | 'registered'
    | 'graded'
    | 'routed'
    | 'contacted'
    | 'planned'
    | 'in_progress'
    | 'informed'
    | 'returned'
    | 'cannot_solve'
    | 'invalid';
}
export interface TicketAssign {
  kind: 'ticket.assign';
  payload: AssignTicket;
}
/**
 * Gives a ticket to a worker. A repair that is recorded or ordered is dispatched by it, so that the
 * worker can arrive; a dispatched one, or one on site, changes hands.
 */
export interface AssignTicket {
  /**
   * Who is to do the work. A repair takes a maintenance worker or a guard of the community, a
   * complaint anybody who works there.
   */
  assigneeId: string;
  /**
   * Id of the event it leaves, made by whoever takes the step; the server makes one when it is left out.
   */
  eventId?: string | null;
  /**
   * At most 4000 characters.
   */
  note?: string;
}
export interface TicketEdit {
  kind: 'ticket.edit';
  payload: {
    [k: string]: unknown;
  };
}
export interface TicketEscalate {
  kind: 'ticket.escalate';
  payload: EscalateTicket;
}
/**
 * Hands a complaint up. It is a mark and no state: work goes on meanwhile.
 */
export interface EscalateTicket {
  /**
   * Id of the event it leaves, made by whoever takes the step; the server makes one when it is left out.
   */
  eventId?: string | null;
  /**
   * Why; required, at most 4000 characters.
   */
  note: string;
  /**
   * To whom: a supervisor or a manager of the community.
   */
  staffMemberId: string;
}
export interface TicketGrade {
  kind: 'ticket.grade';
  payload: GradeTicket;
}
/**
 * Grades a complaint, or grades it anew; its clocks follow. Of two the newer counts, whichever is heard of
 * first; the older is kept beside.
 */
export interface GradeTicket {
  /**
   * Id of the event it leaves, made by whoever takes the step; the server makes one when it is left out.
   */
  eventId?: string | null;
  /**
   * Whether it repeats an earlier complaint (T-31); when left out, what the server found stays.
   */
  isSecond?: boolean | null;
  /**
   * Why, for staff; at most 4000 characters.
   */
  note?: string;
  /**
   * How grave it is.
   */
  severity: 'major' | 'important' | 'minor';
}
export interface TicketNote {
  kind: 'ticket.note';
  payload: NoteTicket;
}
/**
 * Adds a note to the history. Notes may be added to a settled ticket too: nothing that was seen
 * is lost because somebody closed early.
 */
export interface NoteTicket {
  /**
   * Id of the event it leaves, made by whoever takes the step; the server makes one when it is left out.
   */
  eventId?: string | null;
  /**
   * Whether it is hidden from residents; ignored of residents.
   */
  isInternal?: boolean;
  /**
   * 1 to 4000 characters.
   */
  note: string;
}
export interface TicketOpen {
  kind: 'ticket.open';
  payload: OpenPayload;
}
/**
 * Payload of `ticket.open`: what is asked of complaints stands beside the rest.
 */
export interface OpenPayload {
  /**
   * Of a complaint: how it came in; counts as `spoken` when left out.
   */
  channel?: ComplaintChannel | null;
  /**
   * The community it belongs to.
   */
  communityId: string;
  /**
   * Whom to ask for, at most 200 characters; the name of the reporter when left out.
   */
  contactName?: string | null;
  /**
   * The number to call, written out; that of the reporter when left out.
   */
  contactPhone?: string | null;
  /**
   * When it suits the resident, in his own words; at most 200 characters.
   */
  convenientTime?: string;
  /**
   * What the complainant demands; at most 4000 characters.
   */
  demand?: string;
  /**
   * The departments complained about; at most 200 characters.
   */
  departmentsConcerned?: string;
  /**
   * What it is about, at length; at most 4000 characters.
   */
  description?: string;
  /**
   * Whether the complainant gives no name; only staff write such a complaint down.
   */
  isAnonymous?: boolean;
  /**
   * `repair`, also when left out, or `complaint`.
   */
  kind?: TicketKind | null;
  /**
   * Of a complaint: when the matter happened.
   */
  occurredAt?: string | null;
  /**
   * The person complained about; at most 200 characters.
   */
  personConcerned?: string;
  /**
   * Of a complaint: where it happened; at most 200 characters.
   */
  place?: string;
  /**
   * How urgent it is, `normal` when left out. Of residents it is only written into the history.
   */
  priority?: Priority | null;
  /**
   * What is to be repaired; left out when it is not known yet.
   */
  repairClass?: RepairClass | null;
  /**
   * The party that reports, named by staff. Ignored of residents, who report for themselves.
   */
  reporterPartyId?: string | null;
  /**
   * What it is about, in one line of 1 to 200 characters.
   */
  summary: string;
  /**
   * The unit it is about. A resident names one of his own; staff may leave it out.
   */
  unitId?: string | null;
  /**
   * By when the complainant asks for a solution.
   */
  wantedBy?: string | null;
}
export interface TicketResolve {
  kind: 'ticket.resolve';
  payload: ResolveTicket;
}
/**
 * Notes the result (T-13). From here the complainant is told within the day (T-22); telling him
 * without it counts as both at once. Of two that say so the earlier counts, also when the complaint has
 * gone on meanwhile; one of before it was worked at again is kept beside.
 */
export interface ResolveTicket {
  /**
   * Id of the event it leaves, made by whoever takes the step; the server makes one when it is left out.
   */
  eventId?: string | null;
  /**
   * What was done; required, at most 4000 characters.
   */
  note: string;
}
export interface TicketRoute {
  kind: 'ticket.route';
  payload: RouteTicket;
}
/**
 * Routes a graded complaint; one that is routed already changes hands. Of two the newer counts, whichever
 * is heard of first; the older is kept beside.
 */
export interface RouteTicket {
  /**
   * Name of the department, at most 200 characters; stays as it is when left out.
   */
  department?: string;
  /**
   * Id of the event it leaves, made by whoever takes the step; the server makes one when it is left out.
   */
  eventId?: string | null;
  /**
   * For staff; at most 4000 characters.
   */
  note?: string;
  /**
   * The staff member who answers for it; must work in the community.
   */
  responsibleId: string;
}
export interface TicketTestWater {
  kind: 'ticket.test_water';
  payload: TestWater;
}
/**
 * Notes that a repair was tested with water. Of several tests the last one counts, and none of before
 * it was worked at again, or that is heard of when it is over.
 */
export interface TestWater {
  /**
   * Id of the event it leaves, made by whoever takes the step; the server makes one when it is left out.
   */
  eventId?: string | null;
  /**
   * What the test showed; at most 4000 characters.
   */
  note?: string;
}
export interface VisitAppoint {
  kind: 'visit.appoint';
  payload: AppointVisit;
}
/**
 * Agrees on a time, and on who goes; again after nobody was let in.
 */
export interface AppointVisit {
  /**
   * The time that was agreed.
   */
  appointedAt: string;
  /**
   * Who comes with the visitor; stays as it is when left out.
   */
  companionId?: string | null;
  /**
   * Id of the event it leaves, made by whoever takes the step; the server makes one when it is left out.
   */
  eventId?: string | null;
  /**
   * Whether they go into the home, which takes two; stays as it is when left out.
   */
  isInside?: boolean | null;
  /**
   * At most 4000 characters.
   */
  note?: string;
  /**
   * Who makes the visit. When left out it stays as it is; when nobody was named before, the caller
   * goes himself.
   */
  visitorId?: string | null;
}
export interface VisitArchive {
  kind: 'visit.archive';
  payload: Settled;
}
/**
 * A visit that is reported, checked, filed or called off, and what is said with it.
 */
export interface Settled {
  /**
   * Id of the event it leaves, made by whoever takes the step; the server makes one when it is left out.
   */
  eventId?: string | null;
  /**
   * At most 4000 characters.
   */
  note?: string;
}
export interface VisitCancel {
  kind: 'visit.cancel';
  payload: Settled;
}
export interface VisitCheck {
  kind: 'visit.check';
  payload: Settled;
}
export interface VisitEdit {
  kind: 'visit.edit';
  payload: {
    [k: string]: unknown;
  };
}
export interface VisitFinish {
  kind: 'visit.finish';
  payload: FinishVisit;
}
/**
 * Ends a visit with what was said and what comes of it. A return visit that found all well closes its
 * ticket, one that found a defect opens it again. The second of two who went together ends it too:
 * that is kept beside the first. The texts have at most 4000 characters each.
 */
export interface FinishVisit {
  /**
   * How the resident was spoken to; `phone` for return visits only.
   */
  channel: 'home' | 'phone';
  /**
   * Id of the event it leaves, made by whoever takes the step; the server makes one when it is left out.
   */
  eventId?: string | null;
  /**
   * What was answered, or is to be done about it.
   */
  handling?: string;
  /**
   * The ticket that was opened for a new opinion.
   */
  newTicketId?: string | null;
  /**
   * Anything else for the history.
   */
  note?: string;
  /**
   * What the resident said.
   */
  opinion?: string;
  /**
   * How it ended. It decides what becomes of the ticket of a return visit; without it the ticket
   * stays as it is.
   */
  outcome?: VisitOutcome | null;
  /**
   * By when the resident is promised an answer; required with `new_opinion` when `handling` is
   * empty.
   */
  replyPromisedAt?: string | null;
  /**
   * What was achieved.
   */
  result?: string;
  /**
   * SHA-256, in hex, of the picture of the resident's signature; required for a return visit at
   * home, unless the community decided otherwise.
   */
  signature?: string | null;
}
export interface VisitNote {
  kind: 'visit.note';
  payload: NoteVisit;
}
/**
 * Adds to the history, also of a visit that is filed: nothing that was heard is lost because somebody
 * was quicker.
 */
export interface NoteVisit {
  /**
   * Id of the event it leaves, made by whoever takes the step; the server makes one when it is left out.
   */
  eventId?: string | null;
  /**
   * Whether it is hidden from residents, its photos too.
   */
  isInternal?: boolean;
  /**
   * Whether it is what the resident said, rather than what staff noted.
   */
  isOpinion?: boolean;
  /**
   * 1 to 4000 characters.
   */
  note: string;
  /**
   * SHA-256 of at most 9 photos, in hex; send the photos themselves to `/attachments/{sha256}`.
   */
  photos?: string[];
}
export interface VisitPlan {
  kind: 'visit.plan';
  payload: PlanVisit;
}
/**
 * Arranges a visit to a home, or a return visit after a ticket, which is due by the class of its
 * repair. A ticket has one return visit at a time that has yet to be made.
 */
export interface PlanVisit {
  /**
   * The community it belongs to.
   */
  communityId: string;
  /**
   * Who comes with the visitor; must work in the community and be somebody else.
   */
  companionId?: string | null;
  /**
   * By when it is to be made, where no rule of the handbook sets a day.
   */
  dueAt?: string | null;
  /**
   * Home visit or return visit.
   */
  kind: 'home' | 'return';
  /**
   * Who is visited at home; may be left out.
   */
  partyId?: string | null;
  /**
   * What it is for, in one line of 1 to 200 characters.
   */
  purpose: string;
  /**
   * The ticket that a return visit follows; unit, party and day come from it. Not for a home visit.
   */
  ticketId?: string | null;
  /**
   * The unit of a home visit; required for it.
   */
  unitId?: string | null;
  /**
   * Who makes it; must work in the community. May be named later.
   */
  visitorId?: string | null;
}
export interface VisitReport {
  kind: 'visit.report';
  payload: Settled;
}
export interface VisitStep {
  kind: 'visit.step';
  payload: StepVisit;
}
/**
 * Knocks, is refused, finds nobody, is admitted. The second of two who went together tells it too:
 * that is kept beside the first.
 */
export interface StepVisit {
  /**
   * Who comes with the visitor, when nobody was named before.
   */
  companionId?: string | null;
  /**
   * Id of the event it leaves, made by whoever takes the step; the server makes one when it is left out.
   */
  eventId?: string | null;
  /**
   * Whether they go into the home, which takes two; stays as it is when left out.
   */
  isInside?: boolean | null;
  /**
   * At most 4000 characters. Required with `absent`, unless the community decided otherwise: what
   * was left at the door.
   */
  note?: string;
  /**
   * SHA-256 of at most 9 photos, in hex; send the photos themselves to `/attachments/{sha256}`.
   */
  photos?: string[];
  /**
   * `at_door`, `refused`, `absent` or `in_talk`.
   */
  to:
    | 'planned'
    | 'appointed'
    | 'at_door'
    | 'refused'
    | 'absent'
    | 'in_talk'
    | 'done'
    | 'reported'
    | 'checked'
    | 'archived'
    | 'cancelled';
}
