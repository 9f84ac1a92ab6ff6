-- Tasks repeat, and remind once. A node of the version before finishes a repeating task without making the next.
alter table tasks
    add column repeats text,
    add column month_day smallint,
    add column follows uuid constraint fk_tasks_tasks_follows references tasks (id) on delete set null,
    add column reminded_at timestamp with time zone;
create index ix_tasks_follows on tasks (follows) where follows is not null;
create index ix_tasks_due_on on tasks (due_on) where done_at is null and reminded_at is null;

-- What people of the firm are told, beside the email.
create table notices (
    id uuid not null constraint pk_notices primary key,
    user_id uuid not null constraint fk_notices_users_user_id references users (id) on delete cascade,
    kind text not null,
    lead_id uuid constraint fk_notices_leads_lead_id references leads (id) on delete cascade,
    text text not null,
    at timestamp with time zone not null,
    read_at timestamp with time zone,
    on_page boolean not null,
    in_browser boolean not null
);
create index ix_notices_user_id on notices (user_id, id);
create index ix_notices_unread on notices (user_id) where read_at is null;
create index ix_notices_lead_id on notices (lead_id);
create index ix_notices_at on notices (at);

-- How each person wants each kind; without a row, in every way.
create table notice_choices (
    user_id uuid not null constraint fk_notice_choices_users_user_id references users (id) on delete cascade,
    kind text not null,
    page boolean not null,
    email boolean not null,
    browser boolean not null,
    constraint pk_notice_choices primary key (user_id, kind)
);
