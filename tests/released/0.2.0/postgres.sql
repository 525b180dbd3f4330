SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;
SET default_tablespace = '';
SET default_table_access_method = heap;
CREATE TABLE public.account (
    id uuid NOT NULL,
    login text NOT NULL,
    name text NOT NULL,
    password_hash text NOT NULL,
    is_administrator boolean NOT NULL,
    is_demo boolean NOT NULL,
    left_at timestamp with time zone,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL
);
CREATE TABLE public.attachment (
    sha256 text NOT NULL,
    size bigint NOT NULL,
    media_type text NOT NULL,
    created_at timestamp with time zone NOT NULL
);
CREATE TABLE public.attachment_holder (
    account_id uuid NOT NULL,
    sha256 text NOT NULL,
    created_at timestamp with time zone NOT NULL
);
CREATE TABLE public.attachment_link (
    sha256 text NOT NULL,
    collection text NOT NULL,
    root_id uuid NOT NULL,
    account_id uuid NOT NULL,
    community_id uuid NOT NULL,
    created_at timestamp with time zone NOT NULL
);
CREATE TABLE public.attachment_upload (
    account_id uuid NOT NULL,
    sha256 text NOT NULL,
    total bigint NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL
);
CREATE TABLE public.audit (
    id uuid NOT NULL,
    realm uuid NOT NULL,
    at timestamp with time zone NOT NULL,
    account_id uuid,
    session_id uuid,
    why text NOT NULL,
    subject text NOT NULL,
    record_id uuid NOT NULL,
    before jsonb,
    after jsonb
);
CREATE TABLE public.building (
    id uuid NOT NULL,
    community_id uuid NOT NULL,
    zone_id uuid,
    name text NOT NULL,
    seq bigint NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    deleted_at timestamp with time zone
);
CREATE TABLE public.community (
    id uuid NOT NULL,
    code text NOT NULL,
    name text NOT NULL,
    time_zone text NOT NULL,
    seq bigint NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    deleted_at timestamp with time zone,
    policies jsonb DEFAULT '{}'::jsonb NOT NULL
);
CREATE TABLE public.duty (
    id uuid NOT NULL,
    community_id uuid NOT NULL,
    staff_member_id uuid NOT NULL,
    shift_id uuid NOT NULL,
    on_day date NOT NULL,
    seq bigint NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    deleted_at timestamp with time zone,
    left_phones_at timestamp with time zone
);
CREATE TABLE public.feed (
    realm uuid NOT NULL,
    audience text NOT NULL,
    seq bigint NOT NULL,
    kind text NOT NULL,
    root_kind text NOT NULL,
    root_id uuid NOT NULL
);
CREATE TABLE public.handover (
    id uuid NOT NULL,
    community_id uuid NOT NULL,
    zone_id uuid,
    post text NOT NULL,
    shift_id uuid,
    outgoing_id uuid NOT NULL,
    incoming_id uuid,
    state text NOT NULL,
    open_matters jsonb NOT NULL,
    equipment jsonb NOT NULL,
    is_environment_fine boolean,
    note text NOT NULL,
    prepared_at timestamp with time zone NOT NULL,
    arrive_by timestamp with time zone,
    arrived_at timestamp with time zone,
    checked_at timestamp with time zone,
    outgoing_signed_at timestamp with time zone,
    incoming_signed_at timestamp with time zone,
    outgoing_signature text,
    incoming_signature text,
    passed_at timestamp with time zone,
    seq bigint NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    deleted_at timestamp with time zone,
    left_phones_at timestamp with time zone
);
CREATE TABLE public.handover_event (
    id uuid NOT NULL,
    community_id uuid NOT NULL,
    handover_id uuid NOT NULL,
    kind text NOT NULL,
    note text NOT NULL,
    equipment jsonb NOT NULL,
    signature text,
    incoming_id uuid,
    author_staff_id uuid,
    author_account_id uuid,
    author_name text NOT NULL,
    observed_at timestamp with time zone NOT NULL,
    observed_mark text NOT NULL,
    received_at timestamp with time zone NOT NULL,
    seq bigint NOT NULL,
    created_at timestamp with time zone NOT NULL
);
CREATE TABLE public.installation (
    key text NOT NULL,
    value text NOT NULL
);
CREATE TABLE public.job (
    id uuid NOT NULL,
    kind text NOT NULL,
    community_id uuid NOT NULL,
    key text NOT NULL,
    payload jsonb NOT NULL,
    due_at timestamp with time zone NOT NULL,
    state text NOT NULL,
    attempts integer NOT NULL,
    lease_holder uuid,
    lease_until timestamp with time zone,
    last_code text,
    last_error text,
    created_at timestamp with time zone NOT NULL,
    finished_at timestamp with time zone
);
CREATE TABLE public.party (
    id uuid NOT NULL,
    community_id uuid NOT NULL,
    name text NOT NULL,
    account_id uuid,
    phone bytea,
    phone_index text,
    phone_tail_index text,
    phone_masked text,
    identity_number bytea,
    identity_number_index text,
    identity_number_masked text,
    seq bigint NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    deleted_at timestamp with time zone,
    name_key text DEFAULT ''::text NOT NULL,
    other_phones_index text
);
CREATE TABLE public.party_relation (
    id uuid NOT NULL,
    community_id uuid NOT NULL,
    party_id uuid NOT NULL,
    unit_id uuid NOT NULL,
    relation text NOT NULL,
    starts_on date,
    ends_on date,
    is_current boolean NOT NULL,
    seq bigint NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    deleted_at timestamp with time zone
);
CREATE TABLE public.patrol_point (
    id uuid NOT NULL,
    community_id uuid NOT NULL,
    zone_id uuid,
    building_id uuid,
    name text NOT NULL,
    place text NOT NULL,
    code text NOT NULL,
    checklist jsonb NOT NULL,
    latitude_e7 integer,
    longitude_e7 integer,
    seq bigint NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    deleted_at timestamp with time zone
);
CREATE TABLE public.patrol_result (
    id uuid NOT NULL,
    community_id uuid NOT NULL,
    task_id uuid NOT NULL,
    point_id uuid NOT NULL,
    answers jsonb NOT NULL,
    finding text NOT NULL,
    ticket_id uuid,
    photos jsonb NOT NULL,
    code_read text,
    code_matches boolean,
    latitude_e7 integer,
    longitude_e7 integer,
    accuracy_m integer,
    is_in_window boolean NOT NULL,
    missing_evidence jsonb NOT NULL,
    author_staff_id uuid,
    author_account_id uuid,
    author_name text NOT NULL,
    observed_at timestamp with time zone NOT NULL,
    observed_mark text NOT NULL,
    received_at timestamp with time zone NOT NULL,
    seq bigint NOT NULL,
    created_at timestamp with time zone NOT NULL,
    unasked_answers jsonb DEFAULT '[]'::jsonb NOT NULL,
    is_near boolean,
    is_on_round boolean DEFAULT true NOT NULL
);
CREATE TABLE public.patrol_route (
    id uuid NOT NULL,
    community_id uuid NOT NULL,
    zone_id uuid,
    key text NOT NULL,
    name text NOT NULL,
    post text NOT NULL,
    assignee_id uuid,
    point_ids jsonb NOT NULL,
    plan jsonb NOT NULL,
    needs_code boolean NOT NULL,
    needs_photo boolean NOT NULL,
    needs_position boolean NOT NULL,
    rule text NOT NULL,
    retired_at timestamp with time zone,
    seq bigint NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    deleted_at timestamp with time zone,
    notice text DEFAULT 'announced'::text NOT NULL
);
CREATE TABLE public.patrol_task (
    id uuid NOT NULL,
    community_id uuid NOT NULL,
    route_id uuid,
    zone_id uuid,
    name text NOT NULL,
    post text NOT NULL,
    assignee_id uuid,
    on_day date NOT NULL,
    number integer NOT NULL,
    window_from timestamp with time zone NOT NULL,
    window_to timestamp with time zone NOT NULL,
    point_ids jsonb NOT NULL,
    needs_code boolean NOT NULL,
    needs_photo boolean NOT NULL,
    needs_position boolean NOT NULL,
    reason text NOT NULL,
    state text NOT NULL,
    started_at timestamp with time zone,
    finished_at timestamp with time zone,
    missed_at timestamp with time zone,
    missed_point_ids jsonb NOT NULL,
    finding_count integer NOT NULL,
    seq bigint NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    deleted_at timestamp with time zone,
    left_phones_at timestamp with time zone,
    notice text DEFAULT 'announced'::text NOT NULL
);
CREATE TABLE public.realm (
    id uuid NOT NULL,
    seq bigint NOT NULL
);
CREATE TABLE public.seaql_migrations (
    version character varying NOT NULL,
    applied_at bigint NOT NULL
);
CREATE TABLE public.session (
    id uuid NOT NULL,
    account_id uuid NOT NULL,
    device_id text NOT NULL,
    device_name text NOT NULL,
    refresh_family uuid NOT NULL,
    refresh_generation bigint NOT NULL,
    refresh_expires_at timestamp with time zone NOT NULL,
    last_contact_at timestamp with time zone NOT NULL,
    signed_out_at timestamp with time zone,
    revoked_at timestamp with time zone,
    revoked_reason text,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    refresh_confirmed_at timestamp with time zone,
    copied_at timestamp with time zone
);
CREATE TABLE public.shift (
    id uuid NOT NULL,
    community_id uuid NOT NULL,
    code text NOT NULL,
    from_time text NOT NULL,
    to_time text NOT NULL,
    has_noon_break boolean NOT NULL,
    post text,
    retired_at timestamp with time zone,
    seq bigint NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    deleted_at timestamp with time zone
);
CREATE TABLE public.staff_member (
    id uuid NOT NULL,
    community_id uuid NOT NULL,
    account_id uuid NOT NULL,
    name text NOT NULL,
    post text NOT NULL,
    zone_id uuid,
    left_at timestamp with time zone,
    seq bigint NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    deleted_at timestamp with time zone
);
CREATE TABLE public.sync_cursor (
    session_id uuid NOT NULL,
    number bigint NOT NULL,
    cursor text NOT NULL,
    base bigint,
    is_finished boolean NOT NULL,
    created_at timestamp with time zone NOT NULL,
    settled bigint,
    is_pushed boolean DEFAULT false NOT NULL
);
CREATE TABLE public.sync_issue (
    id uuid NOT NULL,
    community_id uuid NOT NULL,
    session_id uuid NOT NULL,
    mutation_id text NOT NULL,
    author_account_id uuid NOT NULL,
    author_name text NOT NULL,
    mutation_kind text NOT NULL,
    collection text NOT NULL,
    record_id text NOT NULL,
    kind text NOT NULL,
    code text,
    field text,
    kept_value jsonb,
    lost_value jsonb,
    state text NOT NULL,
    settled_by uuid,
    settled_at timestamp with time zone,
    seq bigint NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    deleted_at timestamp with time zone,
    settled_note text DEFAULT ''::text NOT NULL,
    is_corrected boolean DEFAULT false NOT NULL,
    left_phones_at timestamp with time zone
);
CREATE TABLE public.sync_mutation (
    session_id uuid NOT NULL,
    mutation_id text NOT NULL,
    community_id uuid NOT NULL,
    author_account_id uuid NOT NULL,
    kind text NOT NULL,
    record_id text NOT NULL,
    after text,
    group_id text,
    "position" integer NOT NULL,
    envelope bytea NOT NULL,
    outcome text NOT NULL,
    code text,
    seq bigint NOT NULL,
    deliveries integer NOT NULL,
    received_at timestamp with time zone NOT NULL,
    resolved_at timestamp with time zone NOT NULL,
    bytes bigint DEFAULT 0 NOT NULL,
    correction bytea,
    missing text
);
CREATE TABLE public.ticket (
    id uuid NOT NULL,
    community_id uuid NOT NULL,
    kind text NOT NULL,
    state text NOT NULL,
    priority text NOT NULL,
    summary text NOT NULL,
    description text NOT NULL,
    convenient_time text NOT NULL,
    unit_id uuid,
    zone_id uuid,
    reporter_party_id uuid,
    recorded_by uuid,
    contact_name text NOT NULL,
    contact_phone bytea,
    contact_phone_masked text,
    assignee_id uuid,
    observed_at timestamp with time zone NOT NULL,
    finished_at timestamp with time zone,
    closed_at timestamp with time zone,
    field_seq jsonb NOT NULL,
    seq bigint NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    deleted_at timestamp with time zone,
    repair_class text,
    water_tested_at timestamp with time zone,
    severity text,
    channel text,
    occurred_at timestamp with time zone,
    place text DEFAULT ''::text NOT NULL,
    person_concerned text DEFAULT ''::text NOT NULL,
    departments_concerned text DEFAULT ''::text NOT NULL,
    demand text DEFAULT ''::text NOT NULL,
    wanted_by timestamp with time zone,
    is_anonymous boolean DEFAULT false NOT NULL,
    is_second boolean DEFAULT false NOT NULL,
    department text DEFAULT ''::text NOT NULL,
    responsible_id uuid,
    escalated_at timestamp with time zone,
    due_at timestamp with time zone,
    due_rule text,
    breached_at timestamp with time zone,
    left_phones_at timestamp with time zone
)
WITH (fillfactor='85');
CREATE TABLE public.ticket_clock (
    id uuid NOT NULL,
    community_id uuid NOT NULL,
    ticket_id uuid NOT NULL,
    kind text NOT NULL,
    rule text NOT NULL,
    met_by text NOT NULL,
    tells text,
    started_at timestamp with time zone NOT NULL,
    due_at timestamp with time zone NOT NULL,
    met_at timestamp with time zone,
    breached_at timestamp with time zone,
    told_staff_id uuid,
    seq bigint NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    deleted_at timestamp with time zone
);
CREATE TABLE public.ticket_event (
    id uuid NOT NULL,
    community_id uuid NOT NULL,
    ticket_id uuid NOT NULL,
    kind text NOT NULL,
    from_state text,
    to_state text,
    assignee_id uuid,
    note text NOT NULL,
    is_internal boolean NOT NULL,
    author_account_id uuid,
    author_name text NOT NULL,
    observed_at timestamp with time zone NOT NULL,
    observed_mark text NOT NULL,
    received_at timestamp with time zone NOT NULL,
    seq bigint NOT NULL,
    created_at timestamp with time zone NOT NULL,
    severity text,
    promised_at timestamp with time zone,
    changes jsonb,
    is_second boolean,
    department text,
    assignee_post text,
    visit_id uuid
);
CREATE TABLE public.unit (
    id uuid NOT NULL,
    community_id uuid NOT NULL,
    building_id uuid NOT NULL,
    zone_id uuid,
    floor integer NOT NULL,
    room_number text NOT NULL,
    layout text,
    area_centi_m2 bigint,
    occupancy text NOT NULL,
    seq bigint NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    deleted_at timestamp with time zone,
    floor_name text
);
CREATE TABLE public.visit (
    id uuid NOT NULL,
    community_id uuid NOT NULL,
    kind text NOT NULL,
    state text NOT NULL,
    unit_id uuid,
    zone_id uuid,
    party_id uuid,
    ticket_id uuid,
    repair_finished_at timestamp with time zone,
    purpose text NOT NULL,
    due_at timestamp with time zone,
    due_rule text,
    overdue_at timestamp with time zone,
    channel text,
    appointed_at timestamp with time zone,
    is_inside boolean NOT NULL,
    visitor_id uuid,
    companion_id uuid,
    opinion text NOT NULL,
    handling text NOT NULL,
    result text NOT NULL,
    outcome text,
    reply_promised_at timestamp with time zone,
    signature text,
    new_ticket_id uuid,
    observed_at timestamp with time zone NOT NULL,
    started_at timestamp with time zone,
    finished_at timestamp with time zone,
    field_seq jsonb NOT NULL,
    seq bigint NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    deleted_at timestamp with time zone,
    left_phones_at timestamp with time zone,
    repair_tested_at timestamp with time zone
);
CREATE TABLE public.visit_event (
    id uuid NOT NULL,
    community_id uuid NOT NULL,
    visit_id uuid NOT NULL,
    kind text NOT NULL,
    from_state text,
    to_state text,
    note text NOT NULL,
    details jsonb NOT NULL,
    photos jsonb NOT NULL,
    signature text,
    is_internal boolean NOT NULL,
    author_account_id uuid,
    author_name text NOT NULL,
    observed_at timestamp with time zone NOT NULL,
    observed_mark text NOT NULL,
    received_at timestamp with time zone NOT NULL,
    seq bigint NOT NULL,
    created_at timestamp with time zone NOT NULL
);
CREATE TABLE public.zone (
    id uuid NOT NULL,
    community_id uuid NOT NULL,
    name text NOT NULL,
    seq bigint NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    deleted_at timestamp with time zone
);
INSERT INTO public.account VALUES ('01a22ea8-e69f-7641-863e-a013c7bf63cb', 'team_leader', '苏锦程', '$argon2id$v=19$m=19456,t=2,p=1$YiMjhCfyUc8jmztvsejsxg$Fs108eizFyKtfpGFTIIlfKmw8xvVseERRZ5YCdMpxss', false, true, NULL, '2026-11-30 22:52:30.691+00', '2026-11-30 22:52:30.691+00');
INSERT INTO public.account VALUES ('01a22ea8-e69f-7641-863e-a0145e940bb7', 'assistant', '杜莹', '$argon2id$v=19$m=19456,t=2,p=1$YiMjhCfyUc8jmztvsejsxg$Fs108eizFyKtfpGFTIIlfKmw8xvVseERRZ5YCdMpxss', false, true, NULL, '2026-11-30 22:52:30.691+00', '2026-11-30 22:52:30.691+00');
INSERT INTO public.account VALUES ('01a22ea8-e69f-7641-863e-a015d8c19820', 'assistant_b', '潘诗雨', '$argon2id$v=19$m=19456,t=2,p=1$YiMjhCfyUc8jmztvsejsxg$Fs108eizFyKtfpGFTIIlfKmw8xvVseERRZ5YCdMpxss', false, true, NULL, '2026-11-30 22:52:30.691+00', '2026-11-30 22:52:30.691+00');
INSERT INTO public.account VALUES ('01a22ea8-e69f-7641-863e-a01f141ae13f', 'maintenance_worker', '姚振兴', '$argon2id$v=19$m=19456,t=2,p=1$YiMjhCfyUc8jmztvsejsxg$Fs108eizFyKtfpGFTIIlfKmw8xvVseERRZ5YCdMpxss', false, true, NULL, '2026-11-30 22:52:30.691+00', '2026-11-30 22:52:30.691+00');
INSERT INTO public.account VALUES ('01a22ea8-e69f-7641-863e-a0212bdcb906', 'security_guard', '潘晴', '$argon2id$v=19$m=19456,t=2,p=1$YiMjhCfyUc8jmztvsejsxg$Fs108eizFyKtfpGFTIIlfKmw8xvVseERRZ5YCdMpxss', false, true, NULL, '2026-11-30 22:52:30.691+00', '2026-11-30 22:52:30.691+00');
INSERT INTO public.account VALUES ('01a22ea8-e69f-7641-863e-a022a8f9ebc0', 'security_guard_b', '李慧敏', '$argon2id$v=19$m=19456,t=2,p=1$YiMjhCfyUc8jmztvsejsxg$Fs108eizFyKtfpGFTIIlfKmw8xvVseERRZ5YCdMpxss', false, true, NULL, '2026-11-30 22:52:30.691+00', '2026-11-30 22:52:30.691+00');
INSERT INTO public.account VALUES ('01a22ea8-e6e2-77cd-bed8-41498fcc9612', 'supervisor2', '沈一鸣', '$argon2id$v=19$m=19456,t=2,p=1$YiMjhCfyUc8jmztvsejsxg$Fs108eizFyKtfpGFTIIlfKmw8xvVseERRZ5YCdMpxss', false, true, NULL, '2026-11-30 22:52:30.691+00', '2026-11-30 22:52:30.691+00');
INSERT INTO public.attachment VALUES ('9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08', 4, 'image/jpeg', '2026-11-30 22:52:33.314+00');
INSERT INTO public.attachment_holder VALUES ('01a22ea8-e69f-7641-863e-a0145e940bb7', '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08', '2026-11-30 22:52:33.314+00');
INSERT INTO public.attachment_link VALUES ('56c631bc0df003e587a1b1083e344eef9f3b86386d8596e21869332e9e88e73b', 'patrol_task', '019e7044-880c-781f-8f0a-95afbdf4475f', '01a22ea8-e69f-7641-863e-a0212bdcb906', '01a22ea8-e664-75cc-bd76-9ba2acdba720', '2026-11-30 22:52:37.42+00');
INSERT INTO public.attachment_upload VALUES ('01a22ea8-e69f-7641-863e-a0145e940bb7', '60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752', 5, '2026-11-30 22:52:33.314+00', '2026-11-30 22:52:33.314+00');
INSERT INTO public.audit VALUES ('01a22ea8-e980-71eb-ad11-10c5af659f7e', '01a22ea8-e664-75cc-bd76-9ba2acdba720', '2026-11-30 22:52:31.482+00', NULL, NULL, 'let phones put down what is settled', 'ticket', '01a22ea8-e6b0-74df-88d3-5a2eb5c5b66d', '{"seq": 548, "updated_at": "2026-11-30T22:52:30.691Z", "left_phones_at": null}', '{"seq": 869, "updated_at": "2026-11-30T22:52:31.482Z", "left_phones_at": "2026-11-30T22:52:31.482Z"}');
INSERT INTO public.audit VALUES ('01a22ea8-e980-71eb-ad11-10c64db29c3a', '01a22ea8-e664-75cc-bd76-9ba2acdba720', '2026-11-30 22:52:31.482+00', NULL, NULL, 'let phones put down what is settled', 'ticket', '01a22ea8-e6b0-74df-88d3-5a31cf088925', '{"seq": 570, "updated_at": "2026-11-30T22:52:30.691Z", "left_phones_at": null}', '{"seq": 870, "updated_at": "2026-11-30T22:52:31.482Z", "left_phones_at": "2026-11-30T22:52:31.482Z"}');
INSERT INTO public.audit VALUES ('01a22ea8-e9b7-7140-a307-ff5c3820db35', '00000000-0000-0000-0000-000000000000', '2026-11-30 22:52:31.541+00', '01a22ea8-e69f-7641-863e-a01254b21d17', NULL, 'sign in', 'session', '01a22ea8-e9b6-7137-9185-ab9f03bc6c33', NULL, '{"id": "01a22ea8-e9b6-7137-9185-ab9f03bc6c33", "copied_at": null, "device_id": "simulate-7-1a22ea8e890-office", "account_id": "01a22ea8-e69f-7641-863e-a01254b21d17", "created_at": "2026-11-30T22:52:31.541Z", "revoked_at": null, "updated_at": "2026-11-30T22:52:31.541Z", "device_name": "模拟手机", "signed_out_at": null, "refresh_family": "01a22ea8-e9b6-7137-9185-ab9e2fd5da3c", "revoked_reason": null, "last_contact_at": "2026-11-30T22:52:31.541Z", "refresh_expires_at": "2027-05-29T22:52:31.541Z", "refresh_generation": 0, "refresh_confirmed_at": null}');
INSERT INTO public.building VALUES ('01a22ea8-e667-7138-b0be-b39eea88cf6c', '01a22ea8-e664-75cc-bd76-9ba2acdba720', '01a22ea8-e665-73aa-b555-d9b5e7b804e8', '江畔1栋', 1, '2026-11-30 22:52:30.691+00', '2026-11-30 22:52:30.691+00', NULL);
INSERT INTO public.building VALUES ('01a22ea8-e667-7138-b0be-b39f7413df22', '01a22ea8-e664-75cc-bd76-9ba2acdba720', '01a22ea8-e665-73aa-b555-d9b5e7b804e8', '江畔2栋', 2, '2026-11-30 22:52:30.691+00', '2026-11-30 22:52:30.691+00', NULL);
INSERT INTO public.community VALUES ('01a22ea8-e664-75cc-bd76-9ba2acdba720', 'bijiang', '碧江花园', 'Asia/Shanghai', 4, '2026-11-30 22:52:30.691+00', '2026-11-30 22:52:30.691+00', NULL, '{}');
INSERT INTO public.community VALUES ('01a22ea8-e6d1-75c7-b98b-c1f6982f2ecd', 'cuihu', '翠湖工业园', 'Asia/Shanghai', 3, '2026-11-30 22:52:30.691+00', '2026-11-30 22:52:30.691+00', NULL, '{}');
INSERT INTO public.duty VALUES ('01a22ea8-e6a5-7691-acea-fd42db9228ab', '01a22ea8-e664-75cc-bd76-9ba2acdba720', '01a22ea8-e6a1-7299-88df-c932052a3acd', '01a22ea8-e6a4-7164-a2c0-c6bb4c7ba6aa', '2026-12-01', 5, '2026-11-30 22:52:30.691+00', '2026-11-30 22:52:30.691+00', NULL, NULL);
INSERT INTO public.duty VALUES ('01a22ea8-e6a5-7691-acea-fd437f397c0c', '01a22ea8-e664-75cc-bd76-9ba2acdba720', '01a22ea8-e6a1-7299-88df-c932052a3acd', '01a22ea8-e6a4-7164-a2c0-c6bfec7f2fd4', '2026-12-02', 6, '2026-11-30 22:52:30.691+00', '2026-11-30 22:52:30.691+00', NULL, NULL);
INSERT INTO public.feed VALUES ('01a22ea8-e664-75cc-bd76-9ba2acdba720', 'office', 569, 'entered', 'ticket', '01a22ea8-e6b0-74df-88d3-5a3054a4eaf8');
INSERT INTO public.feed VALUES ('01a22ea8-e664-75cc-bd76-9ba2acdba720', 'zone:01a22ea8-e665-73aa-b555-d9b5e7b804e8', 569, 'entered', 'ticket', '01a22ea8-e6b0-74df-88d3-5a3054a4eaf8');
INSERT INTO public.feed VALUES ('01a22ea8-e664-75cc-bd76-9ba2acdba720', 'office', 912, 'entered', 'ticket', '019e7044-8801-71dd-8cf1-2d1b5d9c7022');
INSERT INTO public.feed VALUES ('01a22ea8-e664-75cc-bd76-9ba2acdba720', 'viewer:01a22ea8-e6a1-7299-88df-c933d5429665', 912, 'entered', 'ticket', '019e7044-8801-71dd-8cf1-2d1b5d9c7022');
INSERT INTO public.feed VALUES ('01a22ea8-e664-75cc-bd76-9ba2acdba720', 'office', 1001, 'entered', 'handover', '019e7044-8811-7296-949d-6faa7040bc21');
INSERT INTO public.feed VALUES ('01a22ea8-e664-75cc-bd76-9ba2acdba720', 'zone:01a22ea8-e665-73aa-b555-d9b5e7b804e8', 1001, 'entered', 'handover', '019e7044-8811-7296-949d-6faa7040bc21');
INSERT INTO public.handover VALUES ('019e7044-8811-7296-949d-6faa7040bc21', '01a22ea8-e664-75cc-bd76-9ba2acdba720', '01a22ea8-e665-73aa-b555-d9b5e7b804e8', 'security_guard', NULL, '01a22ea8-e6a1-7299-88df-c9407e82a366', '01a22ea8-e6a1-7299-88df-c941e2f5a5cc', 'prepared', '[{"kind": "repair", "text": "三栋电梯停运，已报修"}]', '[{"name": "对讲机", "count": 2}, {"name": "手电筒", "count": 1}]', NULL, '东门夜间封闭 s7n1a22ea8e890p3-28', '2026-11-30 22:52:37.42+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 1000, '2026-11-30 22:52:37.42+00', '2026-11-30 22:52:37.42+00', NULL, NULL);
INSERT INTO public.handover_event VALUES ('01a22ea9-0107-7627-9e05-eecdc3a62835', '01a22ea8-e664-75cc-bd76-9ba2acdba720', '019e7044-8811-7296-949d-6faa7040bc21', 'prepared', '东门夜间封闭 s7n1a22ea8e890p3-28', '[{"name": "对讲机", "count": 2}, {"name": "手电筒", "count": 1}]', NULL, '01a22ea8-e6a1-7299-88df-c941e2f5a5cc', '01a22ea8-e6a1-7299-88df-c9407e82a366', '01a22ea8-e69f-7641-863e-a0212bdcb906', '潘晴', '2026-11-30 22:52:37.42+00', 'wall', '2026-11-30 22:52:37.42+00', 1001, '2026-11-30 22:52:37.42+00');
INSERT INTO public.installation VALUES ('keys', 'CkrX_Oka');
INSERT INTO public.installation VALUES ('epoch', '01a22ea8-e625-7411-9c8b-fce89e739463');
INSERT INTO public.installation VALUES ('demo', 'small 2026');
INSERT INTO public.job VALUES ('01a22ea8-e887-728a-a9be-c5f727f3dafd', 'attachment.purge_uncarried', '00000000-0000-0000-0000-000000000000', '2026-11-30T00:00Z', 'null', '2026-11-30 00:00:00+00', 'done', 1, '01a22ea8-e87f-7083-9bb7-5978b4a1b811', NULL, NULL, NULL, '2026-11-30 22:52:31.239+00', '2026-11-30 22:52:31.257+00');
INSERT INTO public.job VALUES ('01a22ea8-e887-728a-a9be-c5f819de70b8', 'attachment.purge_uploads', '00000000-0000-0000-0000-000000000000', '2026-11-30T22Z', 'null', '2026-11-30 22:00:00+00', 'done', 1, '01a22ea8-e87f-7083-9bb7-5978b4a1b811', NULL, NULL, NULL, '2026-11-30 22:52:31.239+00', '2026-11-30 22:52:31.554+00');
INSERT INTO public.job VALUES ('01a22ea8-e887-728a-a9be-c5f90c7be9a3', 'duty.leave_phones', '01a22ea8-e664-75cc-bd76-9ba2acdba720', '2026-12-01', 'null', '2026-11-30 19:10:00+00', 'done', 1, '01a22ea8-e87f-7083-9bb7-5978b4a1b811', NULL, NULL, NULL, '2026-11-30 22:52:31.239+00', '2026-11-30 22:52:31.37+00');
INSERT INTO public.party VALUES ('01a22ea8-e684-712d-aebb-9bb87e78c284', '01a22ea8-e664-75cc-bd76-9ba2acdba720', '田嘉乐', NULL, '\x0a4ad7fce91abbc6c3e3f3e3a9b4617eec3f3e49fd0c03b4466743a19b46575ec4014e6b058f48c724c9995629', '84cPTjfHSiFjzCz0WVaEfulo', 'SeB0w2gNtOM3BQ16XsdKDGjx', '138****3619', '\x0a4ad7fce91a800e394c671f4400a0e7d4688537dfa369dc59f437bf3002e9e78b520e0537a675e5d60fb0b381a6c448de0e0ef3', 'ToOfqzfeq7wbkmqRGboYs5kz', '4406***********00X', 54, '2026-11-30 22:52:30.691+00', '2026-11-30 22:52:30.691+00', NULL, '田嘉乐', NULL);
INSERT INTO public.party VALUES ('01a22ea8-e684-712d-aebb-9bba37744bb8', '01a22ea8-e664-75cc-bd76-9ba2acdba720', '罗凤仪', NULL, '\x0a4ad7fce91a1086ead6a3114350e13934b97aa64c5917abcfe56b7458c99e20754663adc7909e172a0c7fc483', 'RUL8x88ITNyPTu-9yA40GJya', 'razhpOPSlOZu8E7uEEY3zu_o', '137****8214', '\x0a4ad7fce91a6b1a1df8cc83b33e9e485d946fef78972981d10ef01ab60764f943e9203bf9909c68653d9e737016e0e077d00ac7', 'WuOuaIhg50PB9Y8BOUBH3BWw', '4406***********00X', 56, '2026-11-30 22:52:30.691+00', '2026-11-30 22:52:30.691+00', NULL, '罗凤仪', NULL);
INSERT INTO public.party VALUES ('01a22ea8-e688-73f4-9ab2-ec2523f0fa18', '01a22ea8-e664-75cc-bd76-9ba2acdba720', '何国栋', NULL, '\x0a4ad7fce91acd5d151ff332ebf57f3573a50b28f05eb44f805202c2a651b8dd5f09cdf9f7de1bbfd9ef9368d0', 'tH1Qj8nYfoAiT4jVMI86vczG', '3-85aXnIT9cA3IAjDt3JQn0E', '139****2983', '\x0a4ad7fce91ab0ecf990abb207950dc4cf6b566413deb22cc9c66705813d4353801c250e27e517bf2270c0f3c69d3ac02cdb2e36', 'Cyi4rj7Bifgqv61gFeQ9iBRK', '4406***********00X', 144, '2026-11-30 22:52:30.691+00', '2026-11-30 22:52:30.691+00', NULL, '何国栋', NULL);
INSERT INTO public.party_relation VALUES ('01a22ea8-e684-712d-aebb-9bb9c4739cf4', '01a22ea8-e664-75cc-bd76-9ba2acdba720', '01a22ea8-e684-712d-aebb-9bb87e78c284', '01a22ea8-e668-75ce-a829-1d1262a3fbd2', 'owner', '2022-10-20', NULL, true, 55, '2026-11-30 22:52:30.691+00', '2026-11-30 22:52:30.691+00', NULL);
INSERT INTO public.party_relation VALUES ('01a22ea8-e684-712d-aebb-9bbbc4e6cd72', '01a22ea8-e664-75cc-bd76-9ba2acdba720', '01a22ea8-e684-712d-aebb-9bba37744bb8', '01a22ea8-e668-75ce-a829-1d1262a3fbd2', 'tenant', '2023-06-25', '2024-02-03', false, 57, '2026-11-30 22:52:30.691+00', '2026-11-30 22:52:30.691+00', NULL);
INSERT INTO public.patrol_point VALUES ('01a22ea8-e6a7-74ea-b197-11d4a15181c4', '01a22ea8-e664-75cc-bd76-9ba2acdba720', '01a22ea8-e665-73aa-b555-d9b5e7b804e8', NULL, '江畔苑车库入口', '地下车库坡道', 'bijiang-01-03', '[{"key": "light", "kind": "check", "title": "照明正常", "isRequired": true}, {"key": "water", "kind": "check", "title": "集水井无积水", "isRequired": true}]', NULL, NULL, 456, '2026-11-30 22:52:30.691+00', '2026-11-30 22:52:30.691+00', NULL);
INSERT INTO public.patrol_point VALUES ('01a22ea8-e6a7-74ea-b197-11d67d498834', '01a22ea8-e664-75cc-bd76-9ba2acdba720', '01a22ea8-e665-73aa-b555-d9b5e7b804e8', NULL, '江畔苑绿化带', '中心花园步道', 'bijiang-01-05', '[{"key": "plants", "kind": "check", "title": "无枯死、无占用", "isRequired": true}, {"key": "noise", "kind": "text", "title": "噪声、气味", "isRequired": false}]', NULL, NULL, 458, '2026-11-30 22:52:30.691+00', '2026-11-30 22:52:30.691+00', NULL);
INSERT INTO public.patrol_point VALUES ('019e7044-8802-7130-8cf6-f14c2dfe25f6', '01a22ea8-e664-75cc-bd76-9ba2acdba720', '01a22ea8-e665-73aa-b555-d9b5e7b804e8', NULL, '江畔苑地下车库消防栓', '', 'XF-s7n1a22ea8e890-江畔苑-2', '[]', NULL, NULL, 884, '2026-11-30 22:52:32.732+00', '2026-11-30 22:52:32.732+00', NULL);
INSERT INTO public.patrol_result VALUES ('019e7044-8803-7295-809d-8128450c2eae', '01a22ea8-e664-75cc-bd76-9ba2acdba720', 'de65b9f6-d873-5241-a159-2aef8872a4df', '01a22ea8-e6a7-74ea-b197-11d67d498834', '{}', '', NULL, '[]', NULL, NULL, NULL, NULL, NULL, false, '["code", "answers"]', '01a22ea8-e6a1-7299-88df-c9407e82a366', '01a22ea8-e69f-7641-863e-a0212bdcb906', '潘晴', '2026-11-30 22:52:36.975+00', 'monotonic', '2026-11-30 22:52:37.42+00', 1018, '2026-11-30 22:52:37.42+00', '[]', NULL, true);
INSERT INTO public.patrol_result VALUES ('019e7044-8804-75de-a2c8-ab4ec487d2d5', '01a22ea8-e664-75cc-bd76-9ba2acdba720', '8ce4e336-cbe4-5b06-a6eb-ab8ce29a5e18', '01a22ea8-e6a7-74ea-b197-11d4a15181c4', '{}', '', NULL, '[]', NULL, NULL, NULL, NULL, NULL, false, '["code", "answers"]', '01a22ea8-e6a1-7299-88df-c9407e82a366', '01a22ea8-e69f-7641-863e-a0212bdcb906', '潘晴', '2026-11-30 22:52:36.976+00', 'monotonic', '2026-11-30 22:52:37.42+00', 1005, '2026-11-30 22:52:37.42+00', '[]', NULL, true);
INSERT INTO public.patrol_result VALUES ('019e7044-880c-7005-a36b-4296385eb47b', '01a22ea8-e664-75cc-bd76-9ba2acdba720', '019e7044-880c-781f-8f0a-95afbdf4475f', '019e7044-8802-7130-8cf6-f14c2dfe25f6', '{}', '楼道堆放杂物 s7n1a22ea8e890p3-17', '019e7044-880b-7e51-84fe-9f52fc174f05', '["56c631bc0df003e587a1b1083e344eef9f3b86386d8596e21869332e9e88e73b"]', 'XF-s7n1a22ea8e890-江畔苑-2', true, 227689612, 1132524608, 8, false, '[]', '01a22ea8-e6a1-7299-88df-c9407e82a366', '01a22ea8-e69f-7641-863e-a0212bdcb906', '潘晴', '2026-11-30 22:52:37.42+00', 'wall', '2026-11-30 22:52:37.42+00', 1003, '2026-11-30 22:52:37.42+00', '[]', NULL, true);
INSERT INTO public.patrol_route VALUES ('01a22ea8-e6ab-74af-9ce8-b809d474d32d', '01a22ea8-e664-75cc-bd76-9ba2acdba720', '01a22ea8-e665-73aa-b555-d9b5e7b804e8', 'guard_day', '江畔苑日间巡逻', 'security_guard', NULL, '["01a22ea8-e6a7-74ea-b197-11d2f34b19f7", "01a22ea8-e6a7-74ea-b197-11d3f17bf9b6", "01a22ea8-e6a7-74ea-b197-11d4a15181c4", "01a22ea8-e6a7-74ea-b197-11d518bd3945", "01a22ea8-e6a7-74ea-b197-11d67d498834", "01a22ea8-e6a8-769f-a413-cd1a9e5684a0", "01a22ea8-e6a8-769f-a413-cd1b05c8fab5", "01a22ea8-e6a8-769f-a413-cd1cdb7af135"]', '{"per": "day", "times": 2, "windows": [{"to": "11:30", "from": "09:00"}, {"to": "17:30", "from": "15:00"}], "weekdays": [], "irregular": false}', true, false, false, '', NULL, 469, '2026-11-30 22:52:30.691+00', '2026-11-30 22:52:30.691+00', NULL, 'announced');
INSERT INTO public.patrol_route VALUES ('01a22ea8-e6ab-74af-9ce8-b80a6810419b', '01a22ea8-e664-75cc-bd76-9ba2acdba720', '01a22ea8-e665-73aa-b555-d9b5e7b804e8', 'guard_night', '江畔苑夜间巡逻', 'security_guard', NULL, '["01a22ea8-e6a7-74ea-b197-11d2f34b19f7", "01a22ea8-e6a7-74ea-b197-11d3f17bf9b6", "01a22ea8-e6a7-74ea-b197-11d4a15181c4", "01a22ea8-e6a7-74ea-b197-11d518bd3945", "01a22ea8-e6a7-74ea-b197-11d67d498834", "01a22ea8-e6a8-769f-a413-cd1a9e5684a0", "01a22ea8-e6a8-769f-a413-cd1b05c8fab5", "01a22ea8-e6a8-769f-a413-cd1cdb7af135"]', '{"per": "day", "times": 2, "windows": [{"to": "00:30", "from": "22:00"}, {"to": "04:30", "from": "02:00"}], "weekdays": [], "irregular": false}', true, false, false, '', NULL, 470, '2026-11-30 22:52:30.691+00', '2026-11-30 22:52:30.691+00', NULL, 'announced');
INSERT INTO public.patrol_task VALUES ('01238394-57ae-50b0-a113-62ba4bc61594', '01a22ea8-e664-75cc-bd76-9ba2acdba720', '01a22ea8-e6ab-74af-9ce8-b80a6810419b', '01a22ea8-e665-73aa-b555-d9b5e7b804e8', '江畔苑夜间巡逻', 'security_guard', NULL, '2026-12-01', 2, '2026-12-01 14:00:00+00', '2026-12-01 16:30:00+00', '["01a22ea8-e6a7-74ea-b197-11d2f34b19f7", "01a22ea8-e6a7-74ea-b197-11d3f17bf9b6", "01a22ea8-e6a7-74ea-b197-11d4a15181c4", "01a22ea8-e6a7-74ea-b197-11d518bd3945", "01a22ea8-e6a7-74ea-b197-11d67d498834", "01a22ea8-e6a8-769f-a413-cd1a9e5684a0", "01a22ea8-e6a8-769f-a413-cd1b05c8fab5", "01a22ea8-e6a8-769f-a413-cd1cdb7af135"]', true, false, false, 'plan', 'due', NULL, NULL, NULL, '[]', 0, 483, '2026-11-30 22:52:30.691+00', '2026-11-30 22:52:30.691+00', NULL, NULL, 'announced');
INSERT INTO public.patrol_task VALUES ('8ce4e336-cbe4-5b06-a6eb-ab8ce29a5e18', '01a22ea8-e664-75cc-bd76-9ba2acdba720', '01a22ea8-e6ab-74af-9ce8-b809d474d32d', '01a22ea8-e665-73aa-b555-d9b5e7b804e8', '江畔苑日间巡逻', 'security_guard', NULL, '2026-12-02', 1, '2026-12-02 01:00:00+00', '2026-12-02 03:30:00+00', '["01a22ea8-e6a7-74ea-b197-11d2f34b19f7", "01a22ea8-e6a7-74ea-b197-11d3f17bf9b6", "01a22ea8-e6a7-74ea-b197-11d4a15181c4", "01a22ea8-e6a7-74ea-b197-11d518bd3945", "01a22ea8-e6a7-74ea-b197-11d67d498834", "01a22ea8-e6a8-769f-a413-cd1a9e5684a0", "01a22ea8-e6a8-769f-a413-cd1b05c8fab5", "01a22ea8-e6a8-769f-a413-cd1cdb7af135"]', true, false, false, 'plan', 'in_progress', '2026-11-30 22:52:36.976+00', NULL, NULL, '[]', 0, 1004, '2026-11-30 22:52:30.691+00', '2026-11-30 22:52:37.42+00', NULL, NULL, 'announced');
INSERT INTO public.patrol_task VALUES ('de65b9f6-d873-5241-a159-2aef8872a4df', '01a22ea8-e664-75cc-bd76-9ba2acdba720', '01a22ea8-e6ab-74af-9ce8-b80a6810419b', '01a22ea8-e665-73aa-b555-d9b5e7b804e8', '江畔苑夜间巡逻', 'security_guard', NULL, '2026-12-02', 2, '2026-12-02 14:00:00+00', '2026-12-02 16:30:00+00', '["01a22ea8-e6a7-74ea-b197-11d2f34b19f7", "01a22ea8-e6a7-74ea-b197-11d3f17bf9b6", "01a22ea8-e6a7-74ea-b197-11d4a15181c4", "01a22ea8-e6a7-74ea-b197-11d518bd3945", "01a22ea8-e6a7-74ea-b197-11d67d498834", "01a22ea8-e6a8-769f-a413-cd1a9e5684a0", "01a22ea8-e6a8-769f-a413-cd1b05c8fab5", "01a22ea8-e6a8-769f-a413-cd1cdb7af135"]', true, false, false, 'plan', 'in_progress', '2026-11-30 22:52:36.975+00', NULL, NULL, '[]', 1, 1077, '2026-11-30 22:52:30.691+00', '2026-11-30 22:52:38.496+00', NULL, NULL, 'announced');
INSERT INTO public.patrol_task VALUES ('019e7044-880c-781f-8f0a-95afbdf4475f', '01a22ea8-e664-75cc-bd76-9ba2acdba720', NULL, '01a22ea8-e665-73aa-b555-d9b5e7b804e8', '江畔苑巡查', 'security_guard', NULL, '2026-12-02', 0, '2026-12-01 22:52:32.686+00', '2026-12-01 23:52:32.686+00', '["019e7044-8801-7b4e-b120-7b860b2b66d4", "019e7044-8802-7130-8cf6-f14c2dfe25f6", "019e7044-8803-7285-886a-145973988394"]', false, true, true, 'ordered', 'in_progress', '2026-11-30 22:52:37.42+00', NULL, NULL, '[]', 1, 1002, '2026-11-30 22:52:32.955+00', '2026-11-30 22:52:37.42+00', NULL, NULL, 'announced');
INSERT INTO public.realm VALUES ('01a22ea8-e664-75cc-bd76-9ba2acdba720', 1265);
INSERT INTO public.realm VALUES ('01a22ea8-e6d1-75c7-b98b-c1f6982f2ecd', 342);
INSERT INTO public.seaql_migrations VALUES ('m20261130_000001_ledger', 1796083200);
INSERT INTO public.seaql_migrations VALUES ('m20261130_000002_accounts', 1796083200);
INSERT INTO public.seaql_migrations VALUES ('m20261130_000003_estate', 1796083200);
INSERT INTO public.seaql_migrations VALUES ('m20261130_000004_organisation', 1796083200);
INSERT INTO public.seaql_migrations VALUES ('m20261130_000005_households', 1796083200);
INSERT INTO public.seaql_migrations VALUES ('m20261130_000006_tickets', 1796083200);
INSERT INTO public.seaql_migrations VALUES ('m20261130_000007_visits', 1796083200);
INSERT INTO public.seaql_migrations VALUES ('m20261130_000008_patrol', 1796083200);
INSERT INTO public.seaql_migrations VALUES ('m20261130_000009_duty', 1796083200);
INSERT INTO public.seaql_migrations VALUES ('m20261130_000010_attachments', 1796083200);
INSERT INTO public.seaql_migrations VALUES ('m20261130_000011_sync', 1796083200);
INSERT INTO public.seaql_migrations VALUES ('m20261130_000012_jobs', 1796083200);
INSERT INTO public.session VALUES ('01a22ea8-f0a4-77f2-9b96-cc275e2cf86d', '01a22ea8-e69f-7641-863e-a0145e940bb7', 'simulate-7-1a22ea8e890-phone-1', '模拟手机', '01a22ea8-f0a4-77f2-9b96-cc26e299c8ce', 2, '2027-05-29 22:52:37.901+00', '2026-11-30 22:52:37.901+00', NULL, NULL, NULL, '2026-11-30 22:52:33.314+00', '2026-11-30 22:52:37.901+00', NULL, NULL);
INSERT INTO public.session VALUES ('01a22ea8-f160-7006-9788-614f6ac8bb7e', '01a22ea8-e69f-7641-863e-a0145e940bb7', 'simulate-7-1a22ea8e890-phone-4', '模拟手机', '01a22ea8-f160-7006-9788-614e47d4d264', 1, '2027-05-29 22:52:38.289+00', '2026-11-30 22:52:38.289+00', NULL, NULL, NULL, '2026-11-30 22:52:33.502+00', '2026-11-30 22:52:38.289+00', NULL, NULL);
INSERT INTO public.session VALUES ('01a22ea8-f17e-71e0-8bea-abe9e787c819', '01a22ea8-e6e2-77cd-bed8-41498fcc9612', 'simulate-7-1a22ea8e890-phone-1000000', '模拟手机', '01a22ea8-f17e-71e0-8bea-abe8a03ede97', 3, '2027-05-29 22:52:38.243+00', '2026-11-30 22:52:38.243+00', NULL, NULL, NULL, '2026-11-30 22:52:33.532+00', '2026-11-30 22:52:38.243+00', NULL, NULL);
INSERT INTO public.shift VALUES ('01a22ea8-e6a4-7164-a2c0-c6bb4c7ba6aa', '01a22ea8-e664-75cc-bd76-9ba2acdba720', 'A', '07:00', '16:00', true, NULL, NULL, 516, '2026-11-30 22:52:30.691+00', '2026-11-30 22:52:30.691+00', NULL);
INSERT INTO public.shift VALUES ('01a22ea8-e6a4-7164-a2c0-c6bfec7f2fd4', '01a22ea8-e664-75cc-bd76-9ba2acdba720', 'E', '14:00', '22:00', false, NULL, NULL, 520, '2026-11-30 22:52:30.691+00', '2026-11-30 22:52:30.691+00', NULL);
INSERT INTO public.staff_member VALUES ('01a22ea8-e6a1-7299-88df-c932052a3acd', '01a22ea8-e664-75cc-bd76-9ba2acdba720', '01a22ea8-e69f-7641-863e-a013c7bf63cb', '苏锦程', 'team_leader', NULL, NULL, 526, '2026-11-30 22:52:30.691+00', '2026-11-30 22:52:30.691+00', NULL);
INSERT INTO public.staff_member VALUES ('01a22ea8-e6a1-7299-88df-c933d5429665', '01a22ea8-e664-75cc-bd76-9ba2acdba720', '01a22ea8-e69f-7641-863e-a0145e940bb7', '杜莹', 'assistant', NULL, NULL, 527, '2026-11-30 22:52:30.691+00', '2026-11-30 22:52:30.691+00', NULL);
INSERT INTO public.staff_member VALUES ('01a22ea8-e6a1-7299-88df-c934e366ed1a', '01a22ea8-e664-75cc-bd76-9ba2acdba720', '01a22ea8-e69f-7641-863e-a015d8c19820', '潘诗雨', 'assistant', NULL, NULL, 528, '2026-11-30 22:52:30.691+00', '2026-11-30 22:52:30.691+00', NULL);
INSERT INTO public.staff_member VALUES ('01a22ea8-e6a1-7299-88df-c93e44c7d060', '01a22ea8-e664-75cc-bd76-9ba2acdba720', '01a22ea8-e69f-7641-863e-a01f141ae13f', '姚振兴', 'maintenance_worker', '01a22ea8-e665-73aa-b555-d9b5e7b804e8', NULL, 1156, '2026-11-30 22:52:30.691+00', '2026-11-30 22:52:39.619+00', NULL);
INSERT INTO public.staff_member VALUES ('01a22ea8-e6a1-7299-88df-c9407e82a366', '01a22ea8-e664-75cc-bd76-9ba2acdba720', '01a22ea8-e69f-7641-863e-a0212bdcb906', '潘晴', 'security_guard', '01a22ea8-e665-73aa-b555-d9b5e7b804e8', NULL, 540, '2026-11-30 22:52:30.691+00', '2026-11-30 22:52:30.691+00', NULL);
INSERT INTO public.staff_member VALUES ('01a22ea8-e6a1-7299-88df-c941e2f5a5cc', '01a22ea8-e664-75cc-bd76-9ba2acdba720', '01a22ea8-e69f-7641-863e-a022a8f9ebc0', '李慧敏', 'security_guard', '01a22ea8-e666-7641-b7a4-8d4a6b410dd0', NULL, 1232, '2026-11-30 22:52:30.691+00', '2026-11-30 22:52:40.883+00', NULL);
INSERT INTO public.sync_cursor VALUES ('01a22ea8-f0a4-77f2-9b96-cc275e2cf86d', 1, 'cursor', NULL, true, '2026-11-30 22:52:33.314+00', NULL, false);
INSERT INTO public.sync_issue VALUES ('01a22ea8-f969-7417-a959-409573acf577', '01a22ea8-e664-75cc-bd76-9ba2acdba720', '01a22ea8-f0a4-77f2-9b96-cc275e2cf86d', '019e7044-8804-78cd-b8c7-af083c9e7d12', '01a22ea8-e69f-7641-863e-a0145e940bb7', '杜莹', 'ticket.edit', 'ticket', '01a22ea8-e6b1-7439-842e-6e71439e858e', 'quarantined', 'TICKET_SETTLED', NULL, NULL, NULL, 'open', NULL, NULL, 941, '2026-11-30 22:52:35.501+00', '2026-11-30 22:52:35.501+00', NULL, '', false, NULL);
INSERT INTO public.sync_issue VALUES ('01a22ea9-0667-71d0-8a0a-84ffb62b78b1', '01a22ea8-e664-75cc-bd76-9ba2acdba720', '01a22ea8-f0a4-77f2-9b96-cc275e2cf86d', '019e7044-881b-7caf-b292-a0d4e4d802a1', '01a22ea8-e69f-7641-863e-a0145e940bb7', '杜莹', 'ticket.edit', 'ticket', '01a22ea8-e6b1-7439-842e-6e6a1c10f848', 'field_lost', 'FIELD_CONFLICT', 'description', '"已拍照 s7n1a22ea8e890p3-29"', '"已联系住户 s7n1a22ea8e890p1-26"', 'open', NULL, NULL, 1108, '2026-11-30 22:52:38.799+00', '2026-11-30 22:52:38.799+00', NULL, '', false, NULL);
INSERT INTO public.sync_mutation VALUES ('01a22ea8-f160-7006-9788-614f6ac8bb7e', '019e7044-8801-7eb1-a562-66433cb06ac4', '01a22ea8-e664-75cc-bd76-9ba2acdba720', '01a22ea8-e69f-7641-863e-a0145e940bb7', 'ticket.open', '019e7044-8801-71dd-8cf1-2d1b5d9c7022', NULL, NULL, 0, '\x0a4ad7fce91ab1df84e642637e221fcb1f23a66b4536a0cdc8e62fb378ba16c5a7880ac99b89a735a6d05f056853babb9332f41c012ec50168b08e321782c699cdea9d37fccff908a8b1c677352c829f0266b3ae65988209cc858d7869cde8f9d90e4d3842c742e85335cc615178a76700c799900175ffec035aa9fd56b5bc4d6fe37c782d79f71c206d991afe4ad7ec51a9519b3e955d648b014bc16788397ec996d82deed9311f8024cf2a0614e49d24156117379efe3f7a99d8dcbae03ff46c73258371cbcc1eb0719ec15d9eaaf737d9f68409f997661cc00712432d01754b13e4fbf160ff4add9bbbb8e2f3d51e1bcd7a2402b0fda86c37f247aaf5287da1db657ac4120ca30c848ecbce505ab6bfa1a124c60ef0eab67ce59f74a667baa07cf67343377512630c51f0b3f2c58dc2342f35000c7f7e8921f7acad8e2e4c32a69529dc804296dded2eee98a798d368a7c2dcbfb3937d0e709ca3a37e0656f2d680d2b3cc47c23ac9becb465335af1f4e29c018e3adb6067e63adebb13807864fd846f788a73f7539664eb5d95a39d0e4cf86f6c8d03b2010554b597336f8be8a582041959b6172d6d6c4e348c3d591d8e0d6e8498248777bb99ec7357c80699a13', 'applied', NULL, 912, 5, '2026-11-30 22:52:33.61+00', '2026-11-30 22:52:33.61+00', 417, NULL, NULL);
INSERT INTO public.sync_mutation VALUES ('01a22ea8-f0a4-77f2-9b96-cc275e2cf86d', '019e7044-8804-78cd-b8c7-af083c9e7d12', '01a22ea8-e664-75cc-bd76-9ba2acdba720', '01a22ea8-e69f-7641-863e-a0145e940bb7', 'ticket.edit', '01a22ea8-e6b1-7439-842e-6e71439e858e', NULL, NULL, 3, '\x0a4ad7fce91a04dfa974cee67f03f2b4960bd971adcb11ef59580a37f8c69f852859d896960840c9067583fa276e40ba7caf231f29fe777b2fce2bee788807e74e7252b6b6992507e3d9112f44a339a366d0c32ce4a8316638fccae5a3470190b3e38526eaaac6d2559c614303532aa91701aa8606ef5080e07d58ffd5c818b05a73c7450e11fc216ddbaade031b044cf8ee9bfe6176ef352a9ab93b37683d74014c61db68b35de8998a954cbdd7c6268f59aa9056c8047888e12cd7f24bb05597e5bec070da15a6334c1cb8309a2367713b871fe328274438a9bdeba9fd70faa157b0da6142bfd8f30460e3c6e0994a85fae60df808afb21979eec9ea15aee6f0c9f240cad7d77b421cca4f9a3b1d88aa20ae3a93359c3d85622dcb5bad96e157e6ec0ffbe68de6b015be38424a293622f6ca41910ef2177342d9f6db9bea9e0e0d84dab538a5a5a06436b4a0ff5d738c26df4435c0778da44a73ae0cb1f56f9184bec3de256d2232a5a1481633fee67b9ea917488c08e37ae357912ad8d8bf3255ab69673fd724df724a853f388245f382775f200d79a4fde6f040b0d447256378900b6fedd86f7b6bfeca9fc93218554d96177ac00c7c97e575f23475aeef3cbdb9478a667286ffa3578c479c0467b1a2bc36f953a0e0b97068b8298cb74d4f7200a035176ca5ba2e38891ba4ed8872d0c661550cdede3b06a15a315fd04edcd95c1696cb3608392feb35df449f90f0fe081ab3cdf31d9fb9145d31cc1fb19c95fcd65c2a6e2a372492b8c94c9029368c28a18974', 'quarantined', 'TICKET_SETTLED', 952, 4, '2026-11-30 22:52:35.501+00', '2026-11-30 22:52:46.27+00', 532, NULL, NULL);
INSERT INTO public.sync_mutation VALUES ('01a22ea8-f17e-71e0-8bea-abe9e787c819', '019e7044-8806-7a5f-8979-d659472c82dd', '01a22ea8-e6d1-75c7-b98b-c1f6982f2ecd', '01a22ea8-e6e2-77cd-bed8-41498fcc9612', 'ticket.note', '019e7044-8808-7b8a-9415-29f261fc7cb5', NULL, NULL, 2, '\x0a4ad7fce91a53b1dc14f9300d7535fba9c2f171d68f1f0741dae462612341a6ccb60be9bc4d7eb84aca509e363a24215ff91918df2cda578a6b6884abee575e3bda5b2b11d5ce3376121b813ec294b32414c162af863b39a3312317622239bad578fcf4ec74539e087c88debf5e843d7bfd31c859c4fd791e611df0891f717a4a193caf18a15c615c0051c167afbfa02d1edc2a73909cf9f0fb938af072e04e0cfb13ea16209ed03625022d46bcd2d19889104ce2cde466d0c9f8158a7e4fd73b7911d4026e38a1d169c5e0e50c5a7dc70d009d33faf7151b0736d3f30634b27dbd85e2c9dca3ff783605490dbff4e61d4cdf936add87e618094ca8de8017785e7606373fb9fd13af8a7f9315ea830f4335d62c8ccce6f72889fa250e23f3594a54fc6f3ecc6fcce518e19e035f3276b1bc59482d4781221f4732a1a9c02ffa1614d64cbd9590698a75af06a6227808e277bc5e666d30f0ca494736bce854f2bb36c623af806081bb0e36b31840fe7841c82bbc309257b7f4583ced40ebb8c9ea80aa122748edb3215c00f623863443848fc1a58586c9a0ec40853da8e904ba1bb0c772e8cf65255242aebfc017579c7b863acb1ec4df5e60c4b58d9e3dd2d819f304bd26febad9019bc21dbf1223b107fb59f85bce6e72c944cdfd6181f2053191c11a1d711c092c7e12d91f6431087caa3739bbaf9b46603774fd023b7fc73accc0e73d892ba64a10ace0f9e6bd9f64cdf22e43fdb5d6165090250a33001495e914eace294a8d5e7d76f15cfdee6ff6ea0d7f26bf8c761bc69eb898e92eb3c63b7fe3ad41f336b5cb02c0', 'deferred', 'NOT_FOUND', 297, 4, '2026-11-30 22:52:35.939+00', '2026-11-30 22:52:35.939+00', 554, NULL, 'ticket');
INSERT INTO public.sync_mutation VALUES ('01a22ea8-f0a4-77f2-9b96-cc275e2cf86d', '019e7044-881b-7caf-b292-a0d4e4d802a1', '01a22ea8-e664-75cc-bd76-9ba2acdba720', '01a22ea8-e69f-7641-863e-a0145e940bb7', 'ticket.edit', '01a22ea8-e6b1-7439-842e-6e6a1c10f848', NULL, NULL, 3, '\x0a4ad7fce91acea6db957ad53fd51313f49a18f82ce2a6abacdc60ef5e28828840606a899ca9d58a23e30dd29daf0511cd2823760a75963a0e0bdbb2ddd1e8ee283046d0a408cf24df38c19895c7a123ab5764d9f5c71b358e7473b92f9caff1bfca7c6549ca7bd420ae0a7ae4cdb09926072cbefb77409822ae25c4dc67e27336a8ef31f0fc63220cf1dc3496bf563d440650f430bfc13898db6e18d63731e58956780fee87b5d5cef6eef66041900a0c0c09ffdce9965f622d2c0e9ce8de799fde11e642e03839a05bfc682228946ccd1162ed2dcb8e587c708561f7fec64713d2b36e8e7be37444a2187b13d53504d56c1a256c3e62a5f8df0cfaa01429140652cadc55cba03c3e75f8a009e0ffbda5973862e31f9ee2a688f1ec0dbf9203063c34169424373157b99152660b6410417eb3c668dfdf02058ea7ee07157cec5f570f040fde3a21c7088ff1e807d2e5e270b75a0293a08de6be1c90d38cba5b9acba59579d5805496648936ec7a3ad68f9e4ce32cff80754766413827ccfd4acf908324b2a0e4f1aa4b32789d66d0ef5c1a3a5b43aed03d9c6e9ba6d2a5dea433c75ba65c0cf78625ab00cdbcebc4dc53840101559d50cca15964a5ce19a83da613f83a6c21285d19c23b9fd12f0f467d6381adb613b0e775682fea96c2bbee3b024ff58a981de52874aaeac3eb3cf5785a0ae423045718788e0a70ead009e4895fee85973db08786adf30f01a1346e56023335ffa8065298002da64f56b9bbfa077e5c873d1dc684466d6722ab9f5a3823ee7423fafdc86a05e09212bb13da20dc4546ebc0c141b7a557d60277bfb6c304d47c07d2828a5f2e019205e3d13013fdaff7f1d81997f265', 'conflict_kept', NULL, 1136, 2, '2026-11-30 22:52:38.799+00', '2026-11-30 22:52:46.27+00', 584, NULL, NULL);
INSERT INTO public.ticket VALUES ('01a22ea8-e6b0-74df-88d3-5a3054a4eaf8', '01a22ea8-e664-75cc-bd76-9ba2acdba720', 'repair', 'on_site', 'high', '阳台外墙渗水,墙面起泡发霉', '', '中午十二点到一点半', '01a22ea8-e669-726a-b4a5-101a75ed83d7', '01a22ea8-e665-73aa-b555-d9b5e7b804e8', '01a22ea8-e688-73f4-9ab2-ec2523f0fa18', NULL, '何国栋', '\x0a4ad7fce91a107d62961c3ae58a93ff593c237888d2617302a0f7cd8f09b32fd7f1591ac9a2e89dee24577e8b', '139****2983', '01a22ea8-e6a1-7299-88df-c93e44c7d060', '2026-11-28 22:29:30.691+00', NULL, NULL, '{}', 1171, '2026-11-30 22:52:30.691+00', '2026-11-30 22:52:40.253+00', NULL, NULL, NULL, NULL, NULL, NULL, '', '', '', '', NULL, false, false, '', NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.ticket VALUES ('019e7044-8801-71dd-8cf1-2d1b5d9c7022', '01a22ea8-e664-75cc-bd76-9ba2acdba720', 'complaint', 'routed', 'normal', '保洁不及时 s7n1a22ea8e890p4', '', '下午', NULL, NULL, NULL, '01a22ea8-e6a1-7299-88df-c933d5429665', '', NULL, NULL, NULL, '2026-11-30 22:52:33.61+00', NULL, NULL, '{}', 1166, '2026-11-30 22:52:33.61+00', '2026-11-30 22:52:40.253+00', NULL, NULL, NULL, 'important', 'letter', NULL, '', '', '', '尽快处理并回复', NULL, false, false, '客户服务部', '01a22ea8-e6a1-7299-88df-c933d5429665', NULL, '2026-11-30 23:52:33.61+00', 'T-19', NULL, NULL);
INSERT INTO public.ticket VALUES ('019e7044-880b-7e51-84fe-9f52fc174f05', '01a22ea8-e664-75cc-bd76-9ba2acdba720', 'repair', 'recorded', 'high', '门禁卡刷不开 s7n1a22ea8e890p3', '', '下午', NULL, NULL, NULL, '01a22ea8-e6a1-7299-88df-c9407e82a366', '', NULL, NULL, NULL, '2026-10-31 22:52:37.42+00', NULL, NULL, '{}', 1025, '2026-11-30 22:52:37.42+00', '2026-11-30 22:52:37.42+00', NULL, NULL, NULL, NULL, NULL, NULL, '', '', '', '', NULL, false, false, '', NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.ticket VALUES ('019e7044-8808-77b4-af12-a8d5b4f043e6', '01a22ea8-e664-75cc-bd76-9ba2acdba720', 'complaint', 'registered', 'normal', '保洁不及时 s7n1a22ea8e890p4', '', '下午', '01a22ea8-e66a-72bf-960d-2fcbfc958e42', '01a22ea8-e665-73aa-b555-d9b5e7b804e8', NULL, '01a22ea8-e6a1-7299-88df-c933d5429665', '', NULL, NULL, NULL, '2026-11-30 22:52:40.632+00', NULL, NULL, '{}', 1199, '2026-11-30 22:52:40.654+00', '2026-11-30 22:52:40.654+00', NULL, NULL, NULL, NULL, 'spoken', NULL, '', '', '', '尽快处理并回复', NULL, false, false, '', NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.ticket_clock VALUES ('01a22ea9-036e-7679-9acd-ee285a62571b', '01a22ea8-e664-75cc-bd76-9ba2acdba720', '019e7044-8801-71dd-8cf1-2d1b5d9c7022', 'hand_up', 'T-19', 'handed_up', 'supervisor', '2026-11-30 22:52:33.61+00', '2026-11-30 23:52:33.61+00', NULL, NULL, NULL, 1110, '2026-11-30 22:52:38.094+00', '2026-11-30 22:52:38.799+00', NULL);
INSERT INTO public.ticket_clock VALUES ('01a22ea9-036e-7679-9acd-ee293f3154a3', '01a22ea8-e664-75cc-bd76-9ba2acdba720', '019e7044-8801-71dd-8cf1-2d1b5d9c7022', 'resolve', 'T-20', 'resolved', 'supervisor', '2026-11-30 22:52:33.61+00', '2026-12-04 16:00:00+00', NULL, NULL, NULL, 1111, '2026-11-30 22:52:38.094+00', '2026-11-30 22:52:38.799+00', NULL);
INSERT INTO public.ticket_event VALUES ('01a22ea8-e6b8-76ee-948a-3b10923068e6', '01a22ea8-e664-75cc-bd76-9ba2acdba720', '01a22ea8-e6b0-74df-88d3-5a3054a4eaf8', 'opened', NULL, 'recorded', NULL, '', false, '01a22ea8-e69f-7641-863e-a0145e940bb7', '杜莹', '2026-11-28 22:29:30.691+00', 'received', '2026-11-28 22:29:30.691+00', 564, '2026-11-30 22:52:30.691+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.ticket_event VALUES ('01a22ea8-e6b8-76ee-948a-3b121e56a09a', '01a22ea8-e664-75cc-bd76-9ba2acdba720', '01a22ea8-e6b0-74df-88d3-5a3054a4eaf8', 'advanced', 'recorded', 'ordered', NULL, '', false, '01a22ea8-e69f-7641-863e-a0145e940bb7', '杜莹', '2026-11-28 22:41:30.691+00', 'received', '2026-11-28 22:41:30.691+00', 565, '2026-11-30 22:52:30.691+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.ticket_event VALUES ('01a22ea8-e6b8-76ee-948a-3b14dce2499f', '01a22ea8-e664-75cc-bd76-9ba2acdba720', '01a22ea8-e6b0-74df-88d3-5a3054a4eaf8', 'assigned', 'ordered', 'dispatched', '01a22ea8-e6a1-7299-88df-c93e44c7d060', '', false, '01a22ea8-e69f-7641-863e-a0145e940bb7', '杜莹', '2026-11-28 23:54:30.691+00', 'received', '2026-11-28 23:54:30.691+00', 566, '2026-11-30 22:52:30.691+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.ticket_event VALUES ('01a22ea8-e6b8-76ee-948a-3b16d5eed867', '01a22ea8-e664-75cc-bd76-9ba2acdba720', '01a22ea8-e6b0-74df-88d3-5a3054a4eaf8', 'advanced', 'dispatched', 'on_site', NULL, '', false, '01a22ea8-e69f-7641-863e-a01f141ae13f', '姚振兴', '2026-11-29 13:25:30.691+00', 'received', '2026-11-29 13:25:30.691+00', 567, '2026-11-30 22:52:30.691+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.ticket_event VALUES ('01a22ea8-e6b8-76ee-948a-3b18b4d45a70', '01a22ea8-e664-75cc-bd76-9ba2acdba720', '01a22ea8-e6b0-74df-88d3-5a3054a4eaf8', 'advanced', 'on_site', 'finished', NULL, '', false, '01a22ea8-e69f-7641-863e-a01f141ae13f', '姚振兴', '2026-11-29 14:05:30.691+00', 'received', '2026-11-29 14:05:30.691+00', 568, '2026-11-30 22:52:30.691+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.ticket_event VALUES ('01a22ea8-e6b8-76ee-948a-3b1af4c59c15', '01a22ea8-e664-75cc-bd76-9ba2acdba720', '01a22ea8-e6b0-74df-88d3-5a3054a4eaf8', 'noted', NULL, NULL, NULL, '外墙砖缝开裂,已补防水砂浆,干透后再刷墙', false, '01a22ea8-e69f-7641-863e-a01f141ae13f', '姚振兴', '2026-11-29 14:05:30.691+00', 'received', '2026-11-29 14:05:30.691+00', 569, '2026-11-30 22:52:30.691+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.ticket_event VALUES ('01a22ea8-f1e0-7686-9279-49699a6b36ad', '01a22ea8-e664-75cc-bd76-9ba2acdba720', '019e7044-8801-71dd-8cf1-2d1b5d9c7022', 'opened', NULL, 'registered', NULL, '', false, '01a22ea8-e69f-7641-863e-a0145e940bb7', '杜莹', '2026-11-30 22:52:33.61+00', 'wall', '2026-11-30 22:52:33.61+00', 912, '2026-11-30 22:52:33.61+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.ticket_event VALUES ('01a22ea9-00f4-76a0-ae17-a9aad94b468a', '01a22ea8-e664-75cc-bd76-9ba2acdba720', '019e7044-880b-7e51-84fe-9f52fc174f05', 'opened', NULL, 'recorded', NULL, '', false, '01a22ea8-e69f-7641-863e-a0212bdcb906', '潘晴', '2026-10-31 22:52:37.42+00', 'wall', '2026-11-30 22:52:37.42+00', 1026, '2026-11-30 22:52:37.42+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.ticket_event VALUES ('01a22ea9-036e-7679-9acd-ee279dbcd664', '01a22ea8-e664-75cc-bd76-9ba2acdba720', '019e7044-8801-71dd-8cf1-2d1b5d9c7022', 'graded', 'registered', 'graded', NULL, '已约住户面谈 s7n1a22ea8e890p1-17', true, '01a22ea8-e69f-7641-863e-a0145e940bb7', '杜莹', '2026-11-30 22:52:38.094+00', 'received', '2026-11-30 22:52:38.094+00', 1053, '2026-11-30 22:52:38.094+00', 'important', NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.ticket_event VALUES ('01a22ea9-03bf-7637-abb9-48d153145cf8', '01a22ea8-e664-75cc-bd76-9ba2acdba720', '019e7044-8801-71dd-8cf1-2d1b5d9c7022', 'graded', 'graded', 'graded', NULL, '已约住户面谈 s7n1a22ea8e890p4-5', true, '01a22ea8-e69f-7641-863e-a0145e940bb7', '杜莹', '2026-11-30 22:52:38.198+00', 'wall', '2026-11-30 22:52:38.198+00', 1062, '2026-11-30 22:52:38.198+00', 'minor', NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.ticket_event VALUES ('01a22ea9-03c0-7410-8e3b-af3023f1cff9', '01a22ea8-e664-75cc-bd76-9ba2acdba720', '019e7044-8801-71dd-8cf1-2d1b5d9c7022', 'graded', NULL, NULL, NULL, '已约住户面谈 s7n1a22ea8e890p4-6', true, '01a22ea8-e69f-7641-863e-a0145e940bb7', '杜莹', '2026-11-30 22:52:37.249+00', 'wall', '2026-11-30 22:52:38.198+00', 1063, '2026-11-30 22:52:38.198+00', 'minor', NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.ticket_event VALUES ('01a22ea9-058d-744e-841f-24c81d848fc9', '01a22ea8-e664-75cc-bd76-9ba2acdba720', '019e7044-8801-71dd-8cf1-2d1b5d9c7022', 'graded', 'graded', 'graded', NULL, '已向住户致歉 s7n1a22ea8e890p4-12', true, '01a22ea8-e69f-7641-863e-a0145e940bb7', '杜莹', '2026-11-30 22:52:38+00', 'monotonic', '2026-11-30 22:52:38.635+00', 1095, '2026-11-30 22:52:38.635+00', 'major', NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.ticket_event VALUES ('01a22ea9-0661-7166-bee3-1a89c26d3b43', '01a22ea8-e664-75cc-bd76-9ba2acdba720', '019e7044-8801-71dd-8cf1-2d1b5d9c7022', 'graded', NULL, NULL, NULL, '责任部门现场核实 s7n1a22ea8e890p1-24', true, '01a22ea8-e69f-7641-863e-a0145e940bb7', '杜莹', '2026-10-31 22:52:38.799+00', 'wall', '2026-11-30 22:52:38.799+00', 1112, '2026-11-30 22:52:38.799+00', 'major', NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.ticket_event VALUES ('01a22ea9-0668-7070-8bbf-1a30c9d766e4', '01a22ea8-e664-75cc-bd76-9ba2acdba720', '019e7044-8801-71dd-8cf1-2d1b5d9c7022', 'graded', 'graded', 'graded', NULL, '已向住户致歉 s7n1a22ea8e890p1-27', true, '01a22ea8-e69f-7641-863e-a0145e940bb7', '杜莹', '2026-11-30 22:52:38.489+00', 'monotonic', '2026-11-30 22:52:38.799+00', 1113, '2026-11-30 22:52:38.799+00', 'important', NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.ticket_event VALUES ('01a22ea9-0bfc-771a-adb9-f22d34555bae', '01a22ea8-e664-75cc-bd76-9ba2acdba720', '019e7044-8801-71dd-8cf1-2d1b5d9c7022', 'routed', 'graded', 'routed', '01a22ea8-e6a1-7299-88df-c933d5429665', '责任部门现场核实 s7n1a22ea8e890p4-21', true, '01a22ea8-e69f-7641-863e-a0145e940bb7', '杜莹', '2026-11-30 22:52:40.253+00', 'received', '2026-11-30 22:52:40.253+00', 1167, '2026-11-30 22:52:40.253+00', NULL, NULL, NULL, NULL, '客户服务部', 'assistant', NULL);
INSERT INTO public.ticket_event VALUES ('b05fab9d-be4f-5a99-9da8-7780533c852d', '01a22ea8-e664-75cc-bd76-9ba2acdba720', '01a22ea8-e6b0-74df-88d3-5a3054a4eaf8', 'reopened', 'finished', 'on_site', NULL, '希望增设非机动车棚', false, '01a22ea8-e69f-7641-863e-a0145e940bb7', '杜莹', '2026-11-30 22:52:40.075+00', 'monotonic', '2026-11-30 22:52:40.253+00', 1172, '2026-11-30 22:52:40.253+00', NULL, NULL, NULL, NULL, NULL, NULL, 'a4cfe90b-082f-5e2b-b805-e80806af4edc');
INSERT INTO public.ticket_event VALUES ('01a22ea9-0d77-7772-86eb-65468aec1db9', '01a22ea8-e664-75cc-bd76-9ba2acdba720', '019e7044-8808-77b4-af12-a8d5b4f043e6', 'opened', NULL, 'registered', NULL, '', false, '01a22ea8-e69f-7641-863e-a0145e940bb7', '杜莹', '2026-11-30 22:52:40.632+00', 'wall', '2026-11-30 22:52:40.654+00', 1200, '2026-11-30 22:52:40.654+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.unit VALUES ('01a22ea8-e668-75ce-a829-1d10259289dd', '01a22ea8-e664-75cc-bd76-9ba2acdba720', '01a22ea8-e667-7138-b0be-b39eea88cf6c', '01a22ea8-e665-73aa-b555-d9b5e7b804e8', 1, '0101', '三房两厅', 9047, 'vacant', 747, '2026-11-30 22:52:30.691+00', '2026-11-30 22:52:30.691+00', NULL, NULL);
INSERT INTO public.unit VALUES ('01a22ea8-e668-75ce-a829-1d11932e8914', '01a22ea8-e664-75cc-bd76-9ba2acdba720', '01a22ea8-e667-7138-b0be-b39eea88cf6c', '01a22ea8-e665-73aa-b555-d9b5e7b804e8', 1, '0102', '两房一厅', 7820, 'vacant', 748, '2026-11-30 22:52:30.691+00', '2026-11-30 22:52:30.691+00', NULL, NULL);
INSERT INTO public.unit VALUES ('01a22ea8-e668-75ce-a829-1d1262a3fbd2', '01a22ea8-e664-75cc-bd76-9ba2acdba720', '01a22ea8-e667-7138-b0be-b39eea88cf6c', '01a22ea8-e665-73aa-b555-d9b5e7b804e8', 1, '0103', '三房两厅', 9635, 'owner_not_resident', 749, '2026-11-30 22:52:30.691+00', '2026-11-30 22:52:30.691+00', NULL, NULL);
INSERT INTO public.unit VALUES ('01a22ea8-e669-726a-b4a5-1016f45e51c0', '01a22ea8-e664-75cc-bd76-9ba2acdba720', '01a22ea8-e667-7138-b0be-b39eea88cf6c', '01a22ea8-e665-73aa-b555-d9b5e7b804e8', 7, '0701', '三房两厅', 9047, 'entrusted', 771, '2026-11-30 22:52:30.691+00', '2026-11-30 22:52:30.691+00', NULL, NULL);
INSERT INTO public.unit VALUES ('01a22ea8-e669-726a-b4a5-101a75ed83d7', '01a22ea8-e664-75cc-bd76-9ba2acdba720', '01a22ea8-e667-7138-b0be-b39eea88cf6c', '01a22ea8-e665-73aa-b555-d9b5e7b804e8', 8, '0801', '三房两厅', 9047, 'owner_not_resident', 775, '2026-11-30 22:52:30.691+00', '2026-11-30 22:52:30.691+00', NULL, NULL);
INSERT INTO public.unit VALUES ('01a22ea8-e66a-72bf-960d-2fcbfc958e42', '01a22ea8-e664-75cc-bd76-9ba2acdba720', '01a22ea8-e667-7138-b0be-b39f7413df22', '01a22ea8-e665-73aa-b555-d9b5e7b804e8', 2, '0203', '三房两厅', 9890, 'owner_resident', 801, '2026-11-30 22:52:30.691+00', '2026-11-30 22:52:30.691+00', NULL, NULL);
INSERT INTO public.visit VALUES ('a4cfe90b-082f-5e2b-b805-e80806af4edc', '01a22ea8-e664-75cc-bd76-9ba2acdba720', 'return', 'done', '01a22ea8-e669-726a-b4a5-101a75ed83d7', '01a22ea8-e665-73aa-b555-d9b5e7b804e8', '01a22ea8-e688-73f4-9ab2-ec2523f0fa18', '01a22ea8-e6b0-74df-88d3-5a3054a4eaf8', '2026-11-29 14:05:30.691+00', '阳台外墙渗水,墙面起泡发霉', '2026-12-01 14:05:30.691+00', 'V-04', NULL, 'phone', '2026-12-01 00:52:33.542+00', true, '01a22ea8-e6a1-7299-88df-c933d5429665', '01a22ea8-e6a1-7299-88df-c934e366ed1a', '希望增设非机动车棚', '已记录并转工程部', '', 'defect', NULL, NULL, NULL, '2026-11-30 22:52:31.682+00', '2026-11-30 22:52:40.075+00', '2026-11-30 22:52:40.075+00', '{"opinion": {"seq": 1175, "session": "01a22ea8-f160-7006-9788-614f6ac8bb7e"}, "handling": {"seq": 1175, "session": "01a22ea8-f160-7006-9788-614f6ac8bb7e"}}', 1175, '2026-11-30 22:52:31.682+00', '2026-11-30 22:52:40.253+00', NULL, NULL, NULL);
INSERT INTO public.visit VALUES ('019e7044-8813-7652-b7cc-ff19211a04eb', '01a22ea8-e664-75cc-bd76-9ba2acdba720', 'home', 'at_door', '01a22ea8-e669-726a-b4a5-1016f45e51c0', '01a22ea8-e665-73aa-b555-d9b5e7b804e8', NULL, NULL, NULL, '季度走访', NULL, NULL, NULL, NULL, '2026-12-01 00:52:33.541+00', true, '01a22ea8-e6a1-7299-88df-c933d5429665', '01a22ea8-e6a1-7299-88df-c934e366ed1a', '', '', '', NULL, NULL, NULL, NULL, '2026-11-30 22:52:33.111+00', '2026-11-30 22:52:40.627+00', NULL, '{}', 1215, '2026-11-30 22:52:33.111+00', '2026-11-30 22:52:40.654+00', NULL, NULL, NULL);
INSERT INTO public.visit_event VALUES ('01a22ea8-ea63-7077-b305-3abbcb9eee59', '01a22ea8-e664-75cc-bd76-9ba2acdba720', 'a4cfe90b-082f-5e2b-b805-e80806af4edc', 'planned', NULL, 'planned', '', '{}', '[]', NULL, false, NULL, 'system', '2026-11-30 22:52:31.682+00', 'received', '2026-11-30 22:52:31.682+00', 876, '2026-11-30 22:52:31.682+00');
INSERT INTO public.visit_event VALUES ('01a22ea8-efd9-7440-beff-41b8ba06ea77', '01a22ea8-e664-75cc-bd76-9ba2acdba720', '019e7044-8813-7652-b7cc-ff19211a04eb', 'planned', NULL, 'planned', '', '{"visitorId": "01a22ea8-e6a1-7299-88df-c933d5429665", "companionId": "01a22ea8-e6a1-7299-88df-c934e366ed1a"}', '[]', NULL, false, '01a22ea8-e69f-7641-863e-a01254b21d17', '孔秀英', '2026-11-30 22:52:33.111+00', 'received', '2026-11-30 22:52:33.111+00', 904, '2026-11-30 22:52:33.111+00');
INSERT INTO public.visit_event VALUES ('01a22ea8-fe33-73fc-b947-0ce10024bb4f', '01a22ea8-e664-75cc-bd76-9ba2acdba720', 'a4cfe90b-082f-5e2b-b805-e80806af4edc', 'appointed', 'planned', 'appointed', '按门铃无人应答，已留便条 s7n1a22ea8e890p4-3', '{"isInside": true, "visitorId": "01a22ea8-e6a1-7299-88df-c933d5429665", "appointedAt": "2026-12-01T00:52:33.542Z", "appointedBy": "01a22ea8-e6a1-7299-88df-c933d5429665", "companionId": "01a22ea8-e6a1-7299-88df-c934e366ed1a"}', '[]', NULL, false, '01a22ea8-e69f-7641-863e-a0145e940bb7', '杜莹', '2026-11-30 22:52:36.77+00', 'wall', '2026-11-30 22:52:36.77+00', 968, '2026-11-30 22:52:36.77+00');
INSERT INTO public.visit_event VALUES ('01a22ea9-066f-74c3-bb7e-c377202190cf', '01a22ea8-e664-75cc-bd76-9ba2acdba720', 'a4cfe90b-082f-5e2b-b805-e80806af4edc', 'at_door', 'planned', NULL, '按门铃无人应答，已留便条 s7n1a22ea8e890p1-31', '{}', '[]', NULL, false, '01a22ea8-e69f-7641-863e-a0145e940bb7', '杜莹', '2026-10-31 22:52:38.799+00', 'wall', '2026-11-30 22:52:38.799+00', 1136, '2026-11-30 22:52:38.799+00');
INSERT INTO public.visit_event VALUES ('01a22ea9-0829-76b9-8872-80c613e192a9', '01a22ea8-e664-75cc-bd76-9ba2acdba720', '019e7044-8813-7652-b7cc-ff19211a04eb', 'appointed', 'planned', 'appointed', '已按约上门 s7n1a22ea8e890p1-44', '{"isInside": true, "visitorId": "01a22ea8-e6a1-7299-88df-c933d5429665", "appointedAt": "2026-12-01T00:52:33.541Z", "appointedBy": "01a22ea8-e6a1-7299-88df-c933d5429665", "companionId": "01a22ea8-e6a1-7299-88df-c934e366ed1a"}', '[]', NULL, false, '01a22ea8-e69f-7641-863e-a0145e940bb7', '杜莹', '2026-11-30 22:52:39.29+00', 'received', '2026-11-30 22:52:39.29+00', 1151, '2026-11-30 22:52:39.29+00');
INSERT INTO public.visit_event VALUES ('01a22ea9-0bf5-7229-ab53-2c7c11ecf982', '01a22ea8-e664-75cc-bd76-9ba2acdba720', 'a4cfe90b-082f-5e2b-b805-e80806af4edc', 'finished', 'appointed', 'done', '电话回访', '{"channel": "phone", "opinion": "希望增设非机动车棚", "outcome": "defect", "handling": "已记录并转工程部"}', '[]', NULL, false, '01a22ea8-e69f-7641-863e-a0145e940bb7', '杜莹', '2026-11-30 22:52:40.075+00', 'monotonic', '2026-11-30 22:52:40.253+00', 1176, '2026-11-30 22:52:40.253+00');
INSERT INTO public.visit_event VALUES ('01a22ea9-0bf6-7508-bf57-ba8a01774109', '01a22ea8-e664-75cc-bd76-9ba2acdba720', 'a4cfe90b-082f-5e2b-b805-e80806af4edc', 'reopened', NULL, NULL, '希望增设非机动车棚', '{}', '[]', NULL, false, '01a22ea8-e69f-7641-863e-a0145e940bb7', '杜莹', '2026-11-30 22:52:40.075+00', 'monotonic', '2026-11-30 22:52:40.253+00', 1177, '2026-11-30 22:52:40.253+00');
INSERT INTO public.visit_event VALUES ('01a22ea9-0d7f-71f5-9d4d-f7be8475b066', '01a22ea8-e664-75cc-bd76-9ba2acdba720', '019e7044-8813-7652-b7cc-ff19211a04eb', 'at_door', 'appointed', 'at_door', '按门铃无人应答，已留便条 s7n1a22ea8e890p4-46', '{}', '[]', NULL, false, '01a22ea8-e69f-7641-863e-a0145e940bb7', '杜莹', '2026-11-30 22:52:40.627+00', 'monotonic', '2026-11-30 22:52:40.654+00', 1216, '2026-11-30 22:52:40.654+00');
INSERT INTO public.visit_event VALUES ('01a22ea9-0d80-7230-af31-6fd017accde5', '01a22ea8-e664-75cc-bd76-9ba2acdba720', '019e7044-8813-7652-b7cc-ff19211a04eb', 'at_door', 'at_door', NULL, '与住户交谈 s7n1a22ea8e890p4-47', '{}', '[]', NULL, false, '01a22ea8-e69f-7641-863e-a0145e940bb7', '杜莹', '2026-11-30 22:52:40.627+00', 'monotonic', '2026-11-30 22:52:40.654+00', 1217, '2026-11-30 22:52:40.654+00');
INSERT INTO public.zone VALUES ('01a22ea8-e665-73aa-b555-d9b5e7b804e8', '01a22ea8-e664-75cc-bd76-9ba2acdba720', '江畔苑', 867, '2026-11-30 22:52:30.691+00', '2026-11-30 22:52:30.691+00', NULL);
INSERT INTO public.zone VALUES ('01a22ea8-e666-7641-b7a4-8d4a6b410dd0', '01a22ea8-e664-75cc-bd76-9ba2acdba720', '翠堤苑', 868, '2026-11-30 22:52:30.691+00', '2026-11-30 22:52:30.691+00', NULL);
ALTER TABLE ONLY public.account
    ADD CONSTRAINT account_login_key UNIQUE (login);
ALTER TABLE ONLY public.account
    ADD CONSTRAINT account_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.attachment_holder
    ADD CONSTRAINT attachment_holder_pkey PRIMARY KEY (account_id, sha256);
ALTER TABLE ONLY public.attachment_link
    ADD CONSTRAINT attachment_link_pkey PRIMARY KEY (sha256, collection, root_id, account_id);
ALTER TABLE ONLY public.attachment
    ADD CONSTRAINT attachment_pkey PRIMARY KEY (sha256);
ALTER TABLE ONLY public.attachment_upload
    ADD CONSTRAINT attachment_upload_pkey PRIMARY KEY (account_id, sha256);
ALTER TABLE ONLY public.audit
    ADD CONSTRAINT audit_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.building
    ADD CONSTRAINT building_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.community
    ADD CONSTRAINT community_code_key UNIQUE (code);
ALTER TABLE ONLY public.community
    ADD CONSTRAINT community_name_key UNIQUE (name);
ALTER TABLE ONLY public.community
    ADD CONSTRAINT community_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.duty
    ADD CONSTRAINT duty_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.feed
    ADD CONSTRAINT feed_pkey PRIMARY KEY (realm, audience, seq);
ALTER TABLE ONLY public.handover_event
    ADD CONSTRAINT handover_event_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.handover
    ADD CONSTRAINT handover_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.installation
    ADD CONSTRAINT installation_pkey PRIMARY KEY (key);
ALTER TABLE ONLY public.job
    ADD CONSTRAINT job_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.party
    ADD CONSTRAINT party_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.party_relation
    ADD CONSTRAINT party_relation_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.patrol_point
    ADD CONSTRAINT patrol_point_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.patrol_result
    ADD CONSTRAINT patrol_result_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.patrol_route
    ADD CONSTRAINT patrol_route_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.patrol_task
    ADD CONSTRAINT patrol_task_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.realm
    ADD CONSTRAINT realm_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.seaql_migrations
    ADD CONSTRAINT seaql_migrations_pkey PRIMARY KEY (version);
ALTER TABLE ONLY public.session
    ADD CONSTRAINT session_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.shift
    ADD CONSTRAINT shift_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.staff_member
    ADD CONSTRAINT staff_member_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.sync_cursor
    ADD CONSTRAINT sync_cursor_pkey PRIMARY KEY (session_id, number);
ALTER TABLE ONLY public.sync_issue
    ADD CONSTRAINT sync_issue_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.sync_mutation
    ADD CONSTRAINT sync_mutation_pkey PRIMARY KEY (session_id, mutation_id);
ALTER TABLE ONLY public.ticket_clock
    ADD CONSTRAINT ticket_clock_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.ticket_event
    ADD CONSTRAINT ticket_event_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.ticket
    ADD CONSTRAINT ticket_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.unit
    ADD CONSTRAINT unit_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.visit_event
    ADD CONSTRAINT visit_event_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.visit
    ADD CONSTRAINT visit_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.zone
    ADD CONSTRAINT zone_pkey PRIMARY KEY (id);
CREATE INDEX attachment_created_at ON public.attachment USING btree (created_at);
CREATE INDEX attachment_holder_account_id_created_at ON public.attachment_holder USING btree (account_id, created_at);
CREATE INDEX attachment_holder_sha256 ON public.attachment_holder USING btree (sha256);
CREATE INDEX attachment_upload_updated_at ON public.attachment_upload USING btree (updated_at);
CREATE INDEX audit_record_id ON public.audit USING btree (record_id);
CREATE UNIQUE INDEX building_community_id_name ON public.building USING btree (community_id, name);
CREATE INDEX building_zone_id ON public.building USING btree (zone_id);
CREATE INDEX duty_community_id_left_phones_at_on_day ON public.duty USING btree (community_id, left_phones_at, on_day);
CREATE INDEX duty_community_id_on_day ON public.duty USING btree (community_id, on_day);
CREATE UNIQUE INDEX duty_staff_member_id_on_day_shift_id ON public.duty USING btree (staff_member_id, on_day, shift_id);
CREATE INDEX feed_root_id ON public.feed USING btree (root_id);
CREATE INDEX handover_community_id_left_phones_at_updated_at ON public.handover USING btree (community_id, left_phones_at, updated_at);
CREATE INDEX handover_community_id_prepared_at ON public.handover USING btree (community_id, prepared_at);
CREATE INDEX handover_event_handover_id_seq ON public.handover_event USING btree (handover_id, seq);
CREATE INDEX handover_incoming_id ON public.handover USING btree (incoming_id);
CREATE INDEX handover_outgoing_id ON public.handover USING btree (outgoing_id);
CREATE INDEX handover_zone_id ON public.handover USING btree (zone_id);
CREATE INDEX job_created_at ON public.job USING btree (created_at);
CREATE INDEX job_finished_at ON public.job USING btree (finished_at);
CREATE UNIQUE INDEX job_kind_community_id_key ON public.job USING btree (kind, community_id, key);
CREATE INDEX job_state_due_at ON public.job USING btree (state, due_at);
CREATE INDEX job_state_lease_until ON public.job USING btree (state, lease_until);
CREATE INDEX party_account_id ON public.party USING btree (account_id);
CREATE INDEX party_community_id_identity_number_index ON public.party USING btree (community_id, identity_number_index);
CREATE INDEX party_community_id_phone_index ON public.party USING btree (community_id, phone_index);
CREATE INDEX party_community_id_phone_tail_index ON public.party USING btree (community_id, phone_tail_index);
CREATE INDEX party_relation_community_id ON public.party_relation USING btree (community_id);
CREATE INDEX party_relation_party_id ON public.party_relation USING btree (party_id);
CREATE INDEX party_relation_unit_id ON public.party_relation USING btree (unit_id);
CREATE UNIQUE INDEX patrol_point_community_id_code ON public.patrol_point USING btree (community_id, code);
CREATE INDEX patrol_result_task_id_seq ON public.patrol_result USING btree (task_id, seq);
CREATE INDEX patrol_result_ticket_id ON public.patrol_result USING btree (ticket_id);
CREATE INDEX patrol_route_assignee_id ON public.patrol_route USING btree (assignee_id);
CREATE INDEX patrol_route_community_id_seq ON public.patrol_route USING btree (community_id, seq);
CREATE INDEX patrol_route_zone_id ON public.patrol_route USING btree (zone_id);
CREATE INDEX patrol_task_assignee_id ON public.patrol_task USING btree (assignee_id);
CREATE INDEX patrol_task_community_id_left_phones_at_window_to ON public.patrol_task USING btree (community_id, left_phones_at, window_to);
CREATE INDEX patrol_task_community_id_on_day ON public.patrol_task USING btree (community_id, on_day);
CREATE INDEX patrol_task_community_id_window_from ON public.patrol_task USING btree (community_id, window_from);
CREATE INDEX patrol_task_route_id ON public.patrol_task USING btree (route_id);
CREATE INDEX patrol_task_state_window_to ON public.patrol_task USING btree (state, window_to);
CREATE INDEX patrol_task_zone_id ON public.patrol_task USING btree (zone_id);
CREATE UNIQUE INDEX session_account_id_device_id ON public.session USING btree (account_id, device_id);
CREATE INDEX shift_community_id_seq ON public.shift USING btree (community_id, seq);
CREATE UNIQUE INDEX staff_member_account_id_community_id ON public.staff_member USING btree (account_id, community_id);
CREATE INDEX staff_member_community_id_seq ON public.staff_member USING btree (community_id, seq);
CREATE INDEX staff_member_zone_id ON public.staff_member USING btree (zone_id);
CREATE INDEX sync_issue_author_account_id_state ON public.sync_issue USING btree (author_account_id, state);
CREATE INDEX sync_issue_community_id_created_at ON public.sync_issue USING btree (community_id, created_at);
CREATE INDEX sync_issue_community_id_state ON public.sync_issue USING btree (community_id, state);
CREATE INDEX sync_issue_session_id_mutation_id ON public.sync_issue USING btree (session_id, mutation_id);
CREATE INDEX sync_mutation_author_account_id_outcome_received_at ON public.sync_mutation USING btree (author_account_id, outcome, received_at);
CREATE INDEX sync_mutation_community_id_outcome ON public.sync_mutation USING btree (community_id, outcome);
CREATE INDEX sync_mutation_outcome_received_at ON public.sync_mutation USING btree (outcome, received_at);
CREATE INDEX sync_mutation_session_id_outcome ON public.sync_mutation USING btree (session_id, outcome);
CREATE INDEX sync_mutation_session_id_resolved_at ON public.sync_mutation USING btree (session_id, resolved_at);
CREATE INDEX ticket_assignee_id ON public.ticket USING btree (assignee_id);
CREATE INDEX ticket_clock_met_at_breached_at_due_at ON public.ticket_clock USING btree (met_at, breached_at, due_at);
CREATE INDEX ticket_clock_ticket_id ON public.ticket_clock USING btree (ticket_id);
CREATE INDEX ticket_community_id_kind_due_at ON public.ticket USING btree (community_id, kind, due_at);
CREATE INDEX ticket_community_id_left_phones_at_closed_at ON public.ticket USING btree (community_id, left_phones_at, closed_at);
CREATE INDEX ticket_community_id_observed_at ON public.ticket USING btree (community_id, observed_at);
CREATE INDEX ticket_community_id_state ON public.ticket USING btree (community_id, state);
CREATE INDEX ticket_event_ticket_id_seq ON public.ticket_event USING btree (ticket_id, seq);
CREATE INDEX ticket_recorded_by ON public.ticket USING btree (recorded_by);
CREATE INDEX ticket_reporter_party_id ON public.ticket USING btree (reporter_party_id);
CREATE INDEX ticket_responsible_id ON public.ticket USING btree (responsible_id);
CREATE INDEX ticket_state_finished_at ON public.ticket USING btree (state, finished_at);
CREATE INDEX ticket_unit_id ON public.ticket USING btree (unit_id);
CREATE INDEX ticket_zone_id ON public.ticket USING btree (zone_id);
CREATE UNIQUE INDEX unit_building_id_room_number ON public.unit USING btree (building_id, room_number);
CREATE INDEX unit_community_id_seq ON public.unit USING btree (community_id, seq);
CREATE INDEX unit_zone_id ON public.unit USING btree (zone_id);
CREATE INDEX visit_community_id_left_phones_at_updated_at ON public.visit USING btree (community_id, left_phones_at, updated_at);
CREATE INDEX visit_community_id_observed_at ON public.visit USING btree (community_id, observed_at);
CREATE INDEX visit_companion_id ON public.visit USING btree (companion_id);
CREATE INDEX visit_event_visit_id_seq ON public.visit_event USING btree (visit_id, seq);
CREATE INDEX visit_state_due_at ON public.visit USING btree (state, due_at);
CREATE INDEX visit_ticket_id ON public.visit USING btree (ticket_id);
CREATE INDEX visit_unit_id ON public.visit USING btree (unit_id);
CREATE INDEX visit_visitor_id ON public.visit USING btree (visitor_id);
CREATE INDEX visit_zone_id ON public.visit USING btree (zone_id);
CREATE UNIQUE INDEX zone_community_id_name ON public.zone USING btree (community_id, name);
ALTER TABLE ONLY public.attachment_holder
    ADD CONSTRAINT attachment_holder_account_id_fkey FOREIGN KEY (account_id) REFERENCES public.account(id);
ALTER TABLE ONLY public.attachment_link
    ADD CONSTRAINT attachment_link_community_id_fkey FOREIGN KEY (community_id) REFERENCES public.community(id);
ALTER TABLE ONLY public.attachment_upload
    ADD CONSTRAINT attachment_upload_account_id_fkey FOREIGN KEY (account_id) REFERENCES public.account(id);
ALTER TABLE ONLY public.building
    ADD CONSTRAINT building_community_id_fkey FOREIGN KEY (community_id) REFERENCES public.community(id);
ALTER TABLE ONLY public.building
    ADD CONSTRAINT building_zone_id_fkey FOREIGN KEY (zone_id) REFERENCES public.zone(id);
ALTER TABLE ONLY public.duty
    ADD CONSTRAINT duty_community_id_fkey FOREIGN KEY (community_id) REFERENCES public.community(id);
ALTER TABLE ONLY public.duty
    ADD CONSTRAINT duty_shift_id_fkey FOREIGN KEY (shift_id) REFERENCES public.shift(id);
ALTER TABLE ONLY public.duty
    ADD CONSTRAINT duty_staff_member_id_fkey FOREIGN KEY (staff_member_id) REFERENCES public.staff_member(id);
ALTER TABLE ONLY public.handover
    ADD CONSTRAINT handover_community_id_fkey FOREIGN KEY (community_id) REFERENCES public.community(id);
ALTER TABLE ONLY public.handover_event
    ADD CONSTRAINT handover_event_community_id_fkey FOREIGN KEY (community_id) REFERENCES public.community(id);
ALTER TABLE ONLY public.handover_event
    ADD CONSTRAINT handover_event_handover_id_fkey FOREIGN KEY (handover_id) REFERENCES public.handover(id);
ALTER TABLE ONLY public.handover
    ADD CONSTRAINT handover_incoming_id_fkey FOREIGN KEY (incoming_id) REFERENCES public.staff_member(id);
ALTER TABLE ONLY public.handover
    ADD CONSTRAINT handover_outgoing_id_fkey FOREIGN KEY (outgoing_id) REFERENCES public.staff_member(id);
ALTER TABLE ONLY public.handover
    ADD CONSTRAINT handover_shift_id_fkey FOREIGN KEY (shift_id) REFERENCES public.shift(id);
ALTER TABLE ONLY public.handover
    ADD CONSTRAINT handover_zone_id_fkey FOREIGN KEY (zone_id) REFERENCES public.zone(id);
ALTER TABLE ONLY public.party
    ADD CONSTRAINT party_account_id_fkey FOREIGN KEY (account_id) REFERENCES public.account(id);
ALTER TABLE ONLY public.party
    ADD CONSTRAINT party_community_id_fkey FOREIGN KEY (community_id) REFERENCES public.community(id);
ALTER TABLE ONLY public.party_relation
    ADD CONSTRAINT party_relation_community_id_fkey FOREIGN KEY (community_id) REFERENCES public.community(id);
ALTER TABLE ONLY public.party_relation
    ADD CONSTRAINT party_relation_party_id_fkey FOREIGN KEY (party_id) REFERENCES public.party(id);
ALTER TABLE ONLY public.party_relation
    ADD CONSTRAINT party_relation_unit_id_fkey FOREIGN KEY (unit_id) REFERENCES public.unit(id);
ALTER TABLE ONLY public.patrol_point
    ADD CONSTRAINT patrol_point_building_id_fkey FOREIGN KEY (building_id) REFERENCES public.building(id);
ALTER TABLE ONLY public.patrol_point
    ADD CONSTRAINT patrol_point_community_id_fkey FOREIGN KEY (community_id) REFERENCES public.community(id);
ALTER TABLE ONLY public.patrol_point
    ADD CONSTRAINT patrol_point_zone_id_fkey FOREIGN KEY (zone_id) REFERENCES public.zone(id);
ALTER TABLE ONLY public.patrol_result
    ADD CONSTRAINT patrol_result_community_id_fkey FOREIGN KEY (community_id) REFERENCES public.community(id);
ALTER TABLE ONLY public.patrol_result
    ADD CONSTRAINT patrol_result_point_id_fkey FOREIGN KEY (point_id) REFERENCES public.patrol_point(id);
ALTER TABLE ONLY public.patrol_result
    ADD CONSTRAINT patrol_result_task_id_fkey FOREIGN KEY (task_id) REFERENCES public.patrol_task(id);
ALTER TABLE ONLY public.patrol_result
    ADD CONSTRAINT patrol_result_ticket_id_fkey FOREIGN KEY (ticket_id) REFERENCES public.ticket(id);
ALTER TABLE ONLY public.patrol_route
    ADD CONSTRAINT patrol_route_assignee_id_fkey FOREIGN KEY (assignee_id) REFERENCES public.staff_member(id);
ALTER TABLE ONLY public.patrol_route
    ADD CONSTRAINT patrol_route_community_id_fkey FOREIGN KEY (community_id) REFERENCES public.community(id);
ALTER TABLE ONLY public.patrol_route
    ADD CONSTRAINT patrol_route_zone_id_fkey FOREIGN KEY (zone_id) REFERENCES public.zone(id);
ALTER TABLE ONLY public.patrol_task
    ADD CONSTRAINT patrol_task_assignee_id_fkey FOREIGN KEY (assignee_id) REFERENCES public.staff_member(id);
ALTER TABLE ONLY public.patrol_task
    ADD CONSTRAINT patrol_task_community_id_fkey FOREIGN KEY (community_id) REFERENCES public.community(id);
ALTER TABLE ONLY public.patrol_task
    ADD CONSTRAINT patrol_task_route_id_fkey FOREIGN KEY (route_id) REFERENCES public.patrol_route(id);
ALTER TABLE ONLY public.patrol_task
    ADD CONSTRAINT patrol_task_zone_id_fkey FOREIGN KEY (zone_id) REFERENCES public.zone(id);
ALTER TABLE ONLY public.session
    ADD CONSTRAINT session_account_id_fkey FOREIGN KEY (account_id) REFERENCES public.account(id);
ALTER TABLE ONLY public.shift
    ADD CONSTRAINT shift_community_id_fkey FOREIGN KEY (community_id) REFERENCES public.community(id);
ALTER TABLE ONLY public.staff_member
    ADD CONSTRAINT staff_member_account_id_fkey FOREIGN KEY (account_id) REFERENCES public.account(id);
ALTER TABLE ONLY public.staff_member
    ADD CONSTRAINT staff_member_community_id_fkey FOREIGN KEY (community_id) REFERENCES public.community(id);
ALTER TABLE ONLY public.staff_member
    ADD CONSTRAINT staff_member_zone_id_fkey FOREIGN KEY (zone_id) REFERENCES public.zone(id);
ALTER TABLE ONLY public.ticket
    ADD CONSTRAINT ticket_assignee_id_fkey FOREIGN KEY (assignee_id) REFERENCES public.staff_member(id);
ALTER TABLE ONLY public.ticket_clock
    ADD CONSTRAINT ticket_clock_community_id_fkey FOREIGN KEY (community_id) REFERENCES public.community(id);
ALTER TABLE ONLY public.ticket_clock
    ADD CONSTRAINT ticket_clock_ticket_id_fkey FOREIGN KEY (ticket_id) REFERENCES public.ticket(id);
ALTER TABLE ONLY public.ticket_clock
    ADD CONSTRAINT ticket_clock_told_staff_id_fkey FOREIGN KEY (told_staff_id) REFERENCES public.staff_member(id);
ALTER TABLE ONLY public.ticket
    ADD CONSTRAINT ticket_community_id_fkey FOREIGN KEY (community_id) REFERENCES public.community(id);
ALTER TABLE ONLY public.ticket_event
    ADD CONSTRAINT ticket_event_community_id_fkey FOREIGN KEY (community_id) REFERENCES public.community(id);
ALTER TABLE ONLY public.ticket_event
    ADD CONSTRAINT ticket_event_ticket_id_fkey FOREIGN KEY (ticket_id) REFERENCES public.ticket(id);
ALTER TABLE ONLY public.ticket
    ADD CONSTRAINT ticket_reporter_party_id_fkey FOREIGN KEY (reporter_party_id) REFERENCES public.party(id);
ALTER TABLE ONLY public.ticket
    ADD CONSTRAINT ticket_unit_id_fkey FOREIGN KEY (unit_id) REFERENCES public.unit(id);
ALTER TABLE ONLY public.ticket
    ADD CONSTRAINT ticket_zone_id_fkey FOREIGN KEY (zone_id) REFERENCES public.zone(id);
ALTER TABLE ONLY public.unit
    ADD CONSTRAINT unit_building_id_fkey FOREIGN KEY (building_id) REFERENCES public.building(id);
ALTER TABLE ONLY public.unit
    ADD CONSTRAINT unit_community_id_fkey FOREIGN KEY (community_id) REFERENCES public.community(id);
ALTER TABLE ONLY public.unit
    ADD CONSTRAINT unit_zone_id_fkey FOREIGN KEY (zone_id) REFERENCES public.zone(id);
ALTER TABLE ONLY public.visit
    ADD CONSTRAINT visit_community_id_fkey FOREIGN KEY (community_id) REFERENCES public.community(id);
ALTER TABLE ONLY public.visit
    ADD CONSTRAINT visit_companion_id_fkey FOREIGN KEY (companion_id) REFERENCES public.staff_member(id);
ALTER TABLE ONLY public.visit_event
    ADD CONSTRAINT visit_event_community_id_fkey FOREIGN KEY (community_id) REFERENCES public.community(id);
ALTER TABLE ONLY public.visit_event
    ADD CONSTRAINT visit_event_visit_id_fkey FOREIGN KEY (visit_id) REFERENCES public.visit(id);
ALTER TABLE ONLY public.visit
    ADD CONSTRAINT visit_new_ticket_id_fkey FOREIGN KEY (new_ticket_id) REFERENCES public.ticket(id);
ALTER TABLE ONLY public.visit
    ADD CONSTRAINT visit_party_id_fkey FOREIGN KEY (party_id) REFERENCES public.party(id);
ALTER TABLE ONLY public.visit
    ADD CONSTRAINT visit_ticket_id_fkey FOREIGN KEY (ticket_id) REFERENCES public.ticket(id);
ALTER TABLE ONLY public.visit
    ADD CONSTRAINT visit_unit_id_fkey FOREIGN KEY (unit_id) REFERENCES public.unit(id);
ALTER TABLE ONLY public.visit
    ADD CONSTRAINT visit_visitor_id_fkey FOREIGN KEY (visitor_id) REFERENCES public.staff_member(id);
ALTER TABLE ONLY public.visit
    ADD CONSTRAINT visit_zone_id_fkey FOREIGN KEY (zone_id) REFERENCES public.zone(id);
ALTER TABLE ONLY public.zone
    ADD CONSTRAINT zone_community_id_fkey FOREIGN KEY (community_id) REFERENCES public.community(id);
