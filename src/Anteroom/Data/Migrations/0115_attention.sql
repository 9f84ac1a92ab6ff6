-- What is wrong says what to do about it, and what is over is told as well.
alter table conditions add column advice text, add column link text;

create table past_conditions (
    id uuid not null constraint pk_past_conditions primary key,
    name text not null,
    since timestamp with time zone not null,
    ended_at timestamp with time zone not null,
    detail text not null,
    told boolean not null
);
create index ix_past_conditions_ended_at on past_conditions (ended_at);
create index ix_past_conditions_untold on past_conditions (id) where not told;
