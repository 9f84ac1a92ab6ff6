-- What went wrong inside, a row for each kind of error: no message, for it may quote what somebody has typed.
create table error_groups (
    fingerprint text not null,
    type text not null,
    place text not null,
    category text not null,
    template text not null,
    stack text,
    count bigint not null,
    first_at timestamp with time zone not null,
    last_at timestamp with time zone not null,
    node text not null,
    trace_id text,
    request_id text,
    constraint pk_error_groups primary key (fingerprint)
);

create index ix_error_groups_last_at on error_groups (last_at);
