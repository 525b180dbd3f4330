-- Fills an empty, migrated PostgreSQL for the bench, the same way each time.
--   psql -v scale=1 -v hash='$argon2id$…' -f fill.sql
-- Twenty communities; the first has about 75 000 records, or `scale` times as many tickets, patrols and visits.
--
-- Rows and feed are what `Write` would have left behind had each step been taken on its own, one after the other: a
-- step takes one number for each row it changes, root first, and leaves one feed entry for each audience of the root at the
-- last of them. A ticket was opened (`entered` for all who see it), ordered, and assigned (`changed`, and
-- `entered` for the assignee). Not here, as no pull reads them and no push touches them: audit and mutations of the past.
-- The first pages of the sequence hold the estate and its people. The program compares a ticket of this file with
-- one that was made through the API.
\set ON_ERROR_STOP on
\set QUIET on
BEGIN;
-- Foreign keys are kept by construction.
SET LOCAL session_replication_role = replica;
SET LOCAL work_mem = '64MB';

CREATE SCHEMA bench;

-- An id as the clock makes it: in order of time, the rest by hash.
CREATE FUNCTION bench.id(kind text, c bigint, n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE STRICT AS $$
  SELECT (lpad(to_hex(1790000000000 + n * 1000 + c), 12, '0') || '7' || substr(md5(kind || c || ':' || n), 1, 3)
    || 'a' || substr(md5(kind || c || ':' || n), 4, 15))::uuid $$;

-- How large each community is, and where in its sequence each kind of thing begins.
CREATE TABLE bench.plan AS
  SELECT *, 1::bigint AS at_zone, 1::bigint + zones AS at_building, 1::bigint + zones + buildings AS at_unit,
    1::bigint + zones + buildings + units AS at_staff,
    1::bigint + zones + buildings + units + desk + 2 * zones AS at_party,
    1::bigint + zones + buildings + units + desk + 2 * zones + 2 * units AS at_point,
    21::bigint + zones + buildings + units + desk + 2 * zones + 2 * units AS at_ticket,
    21::bigint + zones + buildings + units + desk + 2 * zones + 2 * units + 6 * tickets AS at_task,
    21::bigint + zones + buildings + units + desk + 2 * zones + 2 * units + 6 * tickets + 39 * tasks AS at_visit,
    21::bigint + zones + buildings + units + desk + 2 * zones + 2 * units + 6 * tickets + 39 * tasks + 2 * visits AS head
  FROM (
    SELECT c, bench.id('community', c, 0) AS id, CASE c WHEN 1 THEN 20 ELSE 5 END AS zones,
      CASE c WHEN 1 THEN 40 ELSE 10 END AS buildings, CASE c WHEN 1 THEN 1046 ELSE 200 END AS units,
      CASE c WHEN 1 THEN 65 ELSE 4 END AS desk, CASE c WHEN 1 THEN 12000 * :scale ELSE 1000 END AS tickets,
      CASE c WHEN 1 THEN 1000 * :scale ELSE 50 END AS tasks, CASE c WHEN 1 THEN 2000 * :scale ELSE 100 END AS visits
    FROM generate_series(1, 20) AS c) AS sizes;

INSERT INTO realm (id, seq) SELECT id, head FROM bench.plan;
INSERT INTO community (id, code, name, time_zone, seq, created_at, updated_at)
  SELECT id, 'bench' || c, '量测小区' || c, 'Asia/Shanghai', 1, now(), now() FROM bench.plan;
INSERT INTO zone (id, community_id, name, seq, created_at, updated_at)
  SELECT bench.id('zone', c, n), id, n || '苑', at_zone + n, now(), now() FROM bench.plan, generate_series(1, zones) AS n;
INSERT INTO building (id, community_id, zone_id, name, seq, created_at, updated_at)
  SELECT bench.id('building', c, n), id, bench.id('zone', c, 1 + n % zones), n || '栋', at_building + n, now(), now()
  FROM bench.plan, generate_series(1, buildings) AS n;
-- Zone and building of a unit follow from its number, and so everywhere below.
INSERT INTO unit (id, community_id, building_id, zone_id, floor, room_number, layout, area_centi_m2, occupancy, seq, created_at, updated_at)
  SELECT bench.id('unit', c, n), id, bench.id('building', c, 1 + n % buildings), bench.id('zone', c, 1 + (1 + n % buildings) % zones),
    1 + n / buildings / 4, (1 + n / buildings / 4) * 100 + 1 + n / buildings % 4, '三房两厅', 8900, 'owner_resident',
    at_unit + n, now(), now()
  FROM bench.plan, generate_series(1, units) AS n;

-- At the desk, 1 to `desk`; in the field, one who signs in and one who is given tickets for each zone.
CREATE TABLE bench.person AS
  SELECT c, n, CASE WHEN n <= desk THEN 'desk' WHEN n <= desk + zones THEN 'field' ELSE 'hand' END AS what,
    CASE WHEN n <= desk THEN n WHEN n <= desk + zones THEN n - desk ELSE n - desk - zones END AS nth
  FROM bench.plan, generate_series(1, desk + 2 * zones) AS n;
INSERT INTO account (id, login, name, password_hash, is_administrator, is_demo, created_at, updated_at)
  SELECT bench.id('account', c, n), 'c' || c || '-' || what || nth, '员工' || n, :'hash', false, false, now(), now() FROM bench.person;
INSERT INTO account (id, login, name, password_hash, is_administrator, is_demo, created_at, updated_at)
  VALUES (bench.id('resident', 1, 1), 'resident', '李女士', :'hash', false, false, now(), now());
INSERT INTO staff_member (id, community_id, account_id, name, post, zone_id, seq, created_at, updated_at)
  SELECT bench.id('staff', c, n), id, bench.id('account', c, n), '员工' || n,
    CASE what WHEN 'desk' THEN 'assistant' ELSE 'maintenance_worker' END,
    CASE WHEN what <> 'desk' THEN bench.id('zone', c, nth) END, at_staff + n, now(), now()
  FROM bench.person JOIN bench.plan USING (c);
INSERT INTO party (id, community_id, name, account_id, phone, phone_index, phone_masked, seq, created_at, updated_at)
  SELECT bench.id('party', c, n), id, '业主' || n, CASE WHEN c = 1 AND n = 1 THEN bench.id('resident', 1, 1) END,
    decode(md5(c || ':' || n) || md5(n || ':' || c), 'hex'), md5(c || ':' || n), '130****' || lpad((n % 10000)::text, 4, '0'),
    at_party + 2 * n - 1, now(), now()
  FROM bench.plan, generate_series(1, units) AS n;
INSERT INTO party_relation (id, community_id, party_id, unit_id, relation, is_current, seq, created_at, updated_at)
  SELECT bench.id('relation', c, n), id, bench.id('party', c, n), bench.id('unit', c, n), 'owner', true, at_party + 2 * n, now(), now()
  FROM bench.plan, generate_series(1, units) AS n;
INSERT INTO patrol_point (id, community_id, name, place, code, checklist, seq, created_at, updated_at)
  SELECT bench.id('point', c, n), id, '点位' || n, '消防通道', md5('code' || c || ':' || n), '[]', at_point + n, now(), now()
  FROM bench.plan, generate_series(1, 20) AS n;

INSERT INTO feed (realm, audience, seq, kind, root_kind, root_id)
  SELECT id, 'everyone', 1, 'entered', 'community', id FROM bench.plan
  UNION ALL SELECT community_id, 'staff', seq, 'entered', 'zone', id FROM zone
  UNION ALL SELECT community_id, 'everyone', seq, 'entered', 'building', id FROM building
  UNION ALL SELECT community_id, 'staff', seq, 'entered', 'unit', id FROM unit
  UNION ALL SELECT community_id, 'unit:' || id, seq, 'entered', 'unit', id FROM unit
  UNION ALL SELECT community_id, 'staff', seq, 'entered', 'staff_member', id FROM staff_member
  UNION ALL SELECT community_id, 'viewer:' || account_id, seq, 'entered', 'staff_member', id FROM staff_member
  UNION ALL SELECT community_id, 'office', seq + 1, 'entered', 'party', id FROM party
  UNION ALL SELECT community_id, 'viewer:' || id, seq + 1, 'entered', 'party', id FROM party
  UNION ALL SELECT community_id, 'staff', seq, 'entered', 'patrol_point', id FROM patrol_point;

-- Six numbers a ticket: opened, ordered and assigned, each with its event.
CREATE TABLE bench.ticket AS
  SELECT c, n, community_id, bench.id('ticket', c, n) AS id, bench.id('unit', c, u) AS unit_id, bench.id('party', c, u) AS party_id,
    bench.id('zone', c, zone) AS zone_id, bench.id('staff', c, 1 + n % desk) AS recorder_id,
    bench.id('account', c, 1 + n % desk) AS author_id,
    bench.id('staff', c, desk + zones + zone) AS assignee_id, at_ticket + 6 * (n - 1) AS at,
    now() - interval '60 days' + n * interval '5 days' / tickets AS day
  FROM (
    SELECT c, n, id AS community_id, desk, zones, tickets, at_ticket, 1 + n % units AS u, 1 + (1 + (1 + n % units) % buildings) % zones AS zone
    FROM bench.plan, generate_series(1, tickets) AS n) AS numbered;
INSERT INTO ticket (id, community_id, kind, state, priority, summary, description, convenient_time, unit_id, zone_id,
    reporter_party_id, recorded_by, contact_name, contact_phone, contact_phone_masked, assignee_id, observed_at, repair_class,
    field_seq, seq, created_at, updated_at)
  SELECT id, community_id, 'repair', 'dispatched', 'normal', '厨房水管漏水 ' || n, '水槽下方接口渗水，已放桶接水，请带密封圈和扳手上门。', '下午',
    unit_id, zone_id, party_id, recorder_id, '李女士', decode(md5(id::text) || md5(n::text), 'hex'), '130****' || lpad((n % 10000)::text, 4, '0'),
    assignee_id, day, 'other', '{}', at + 5, day, day
  FROM bench.ticket;
INSERT INTO ticket_event (id, community_id, ticket_id, kind, from_state, to_state, assignee_id, note, is_internal,
    author_account_id, author_name, observed_at, observed_mark, received_at, seq, created_at)
  SELECT bench.id('event', c, 3 * n + step), community_id, id, (ARRAY['opened', 'advanced', 'assigned'])[step],
    (ARRAY[NULL, 'recorded', 'ordered'])[step], (ARRAY['recorded', 'ordered', 'dispatched'])[step],
    CASE step WHEN 3 THEN assignee_id END, (ARRAY['', '按保修单派工', '请带配件'])[step], false,
    author_id, '员工', day, 'wall', day, at + 2 * step, day
  FROM bench.ticket, generate_series(1, 3) AS step;
INSERT INTO feed (realm, audience, seq, kind, root_kind, root_id)
  SELECT community_id, audience, at + 2 * step, CASE WHEN step = first THEN 'entered' ELSE 'changed' END, 'ticket', id
  FROM bench.ticket, generate_series(1, 3) AS step, LATERAL (VALUES ('office', 1), ('zone:' || zone_id, 1), ('unit:' || unit_id, 1),
    ('viewer:' || party_id, 1), ('viewer:' || recorder_id, 1), ('viewer:' || assignee_id, 3)) AS told (audience, first)
  WHERE step >= first;

-- Thirty-nine numbers a patrol: made, then walked, nineteen results with the task each time.
CREATE TABLE bench.task AS
  SELECT c, n, id AS community_id, bench.id('task', c, n) AS id, bench.id('zone', c, 1 + n % zones) AS zone_id,
    at_task + 39 * (n - 1) AS at, now() - interval '50 days' + n * interval '40 days' / tasks AS day
  FROM bench.plan, generate_series(1, tasks) AS n;
INSERT INTO patrol_task (id, community_id, zone_id, name, post, on_day, number, window_from, window_to, point_ids,
    needs_code, needs_photo, needs_position, reason, state, started_at, finished_at, missed_point_ids, finding_count, seq, created_at, updated_at)
  SELECT id, community_id, zone_id, '夜间巡逻', 'security_guard', day::date, n, day, day + interval '4 hours',
    (SELECT jsonb_agg(bench.id('point', c, p)) FROM generate_series(1, 19) AS p),
    true, false, false, 'plan', 'done', day, day + interval '2 hours', '[]', 0, at + 38, day, day
  FROM bench.task;
INSERT INTO patrol_result (id, community_id, task_id, point_id, answers, finding, photos, code_matches, latitude_e7, longitude_e7,
    accuracy_m, is_in_window, missing_evidence, author_name, observed_at, observed_mark, received_at, seq, created_at)
  SELECT bench.id('result', c, 20 * n + p), community_id, id, bench.id('point', c, p), '{"lights": true}', '', '[]', true,
    231234567, 1132345678, 8, true, '[]', '员工', day, 'monotonic', day, at + 1 + 2 * p, day
  FROM bench.task, generate_series(1, 19) AS p;
INSERT INTO feed (realm, audience, seq, kind, root_kind, root_id)
  SELECT community_id, audience, at + 1 + 2 * step, CASE step WHEN 0 THEN 'entered' ELSE 'changed' END, 'patrol_task', id
  FROM bench.task, generate_series(0, 19) AS step, LATERAL (VALUES ('office'), ('zone:' || zone_id)) AS told (audience);

-- Two numbers a visit: planned, with its event.
CREATE TABLE bench.visit AS
  SELECT c, n, id AS community_id, bench.id('visit', c, n) AS id, bench.id('unit', c, 1 + n % units) AS unit_id,
    bench.id('zone', c, 1 + (1 + (1 + n % units) % buildings) % zones) AS zone_id, at_visit + 2 * (n - 1) AS at, now() - interval '9 days' AS day
  FROM bench.plan, generate_series(1, visits) AS n;
INSERT INTO visit (id, community_id, kind, state, unit_id, zone_id, purpose, is_inside, opinion, handling, result, observed_at,
    field_seq, seq, created_at, updated_at)
  SELECT id, community_id, 'home', 'planned', unit_id, zone_id, '入户走访', false, '', '', '', day, '{}', at + 1, day, day FROM bench.visit;
INSERT INTO visit_event (id, community_id, visit_id, kind, to_state, note, details, photos, is_internal, author_name, observed_at,
    observed_mark, received_at, seq, created_at)
  SELECT bench.id('visit_event', c, n), community_id, id, 'planned', 'planned', '', '{}', '[]', false, '员工', day, 'wall', day, at + 2, day
  FROM bench.visit;
INSERT INTO feed (realm, audience, seq, kind, root_kind, root_id)
  SELECT community_id, audience, at + 2, 'entered', 'visit', id
  FROM bench.visit, LATERAL (VALUES ('office'), ('zone:' || zone_id), ('unit:' || unit_id)) AS told (audience);
COMMIT;
VACUUM ANALYZE;
