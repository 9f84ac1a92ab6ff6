-- What operators need: kinds of work that are paused or limited, what was done when, the processes, what became of each try, and acts
-- on many items at once.
create table queue_controls (
    queue text not null,
    kind text not null,
    paused_at timestamp with time zone,
    paused_by text,
    per_minute integer constraint ck_queue_controls_per_minute check (per_minute > 0),
    tokens double precision not null default 0.0,
    tokens_at timestamp with time zone,
    constraint pk_queue_controls primary key (queue, kind)
);

create table queue_minutes (
    at timestamp with time zone not null,
    queue text not null,
    kind text not null,
    outcome smallint not null,
    items bigint not null,
    constraint pk_queue_minutes primary key (at, queue, kind, outcome)
);
create table queue_hours (
    at timestamp with time zone not null,
    queue text not null,
    kind text not null,
    outcome smallint not null,
    items bigint not null,
    constraint pk_queue_hours primary key (at, queue, kind, outcome)
);

create table nodes (
    id integer not null constraint pk_nodes primary key,
    machine text not null,
    process integer not null,
    role text not null,
    version text not null,
    started_at timestamp with time zone not null,
    seen_at timestamp with time zone not null,
    ended_at timestamp with time zone,
    memory_bytes bigint not null,
    disk_free_bytes bigint not null,
    disk_bytes bigint not null,
    clock_ahead_seconds double precision not null
);

create table queue_acts (
    id uuid not null constraint pk_queue_acts primary key,
    settlement text not null,
    filter text not null,
    words text not null,
    asked_by uuid not null,
    asked_by_name text not null,
    asked_at timestamp with time zone not null,
    total bigint not null,
    done bigint not null default 0,
    last_at timestamp with time zone,
    last_id uuid,
    finished_at timestamp with time zone,
    stopped_by text
);
create index ix_queue_acts_asked_at on queue_acts (asked_at);

alter table work add column tries jsonb, add column ran_on integer;
alter table outbox add column tries jsonb, add column ran_on integer;
create or replace view emails as select * from outbox where channel = 'email';

-- The latest tries, as many as are worth a look.
create function with_try(tries jsonb, latest jsonb) returns jsonb language sql immutable as $$
    select jsonb_agg(value order by at) from (
        select value, at from jsonb_array_elements(coalesce(tries, '[]'::jsonb) || latest) with ordinality each (value, at)
        order by at desc limit 20
    ) kept
$$;

-- What errors have in common: addresses, numbers and what is quoted differ from item to item.
create function error_class(error text) returns text language sql immutable as $$
    select left(regexp_replace(left(error, 400),
        '\S+@\S+|"[^"]*"|[0-9a-f]{8}-[0-9a-f-]{27}|[0-9]+\.[0-9]+\.[0-9]+\.[0-9.]+|[0-9]+:[0-9:]+|[0-9]{6,}', '…', 'g'), 160)
$$;

-- A page of any kind in any state is a few steps along an index, however many there are.
create index ix_work_page on work (kind, state, created_at, id);
create index ix_work_error on work (kind, state, error_class(last_error), created_at, id) where last_error is not null;
create index ix_outbox_page on outbox (channel, kind, state, created_at, id);
create index ix_outbox_error on outbox (channel, kind, state, error_class(last_error), created_at, id) where last_error is not null;
