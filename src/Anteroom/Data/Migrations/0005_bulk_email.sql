-- E-mail to all leads of a filter: what was written, whom it goes to, and which e-mails in the outbox came of it.

create table bulk_mailings (
    id uuid not null constraint pk_bulk_mailings primary key,
    state text not null constraint ck_bulk_mailings_state check (state in ('draft', 'sending', 'done', 'cancelled')),
    -- The filter as it stands in the address of the list.
    filter text not null,
    subject text not null,
    text text not null,
    -- Empty: made from the text.
    html text not null,
    created_by uuid not null constraint fk_bulk_mailings_users_created_by references users (id) on delete restrict,
    created_at timestamp with time zone not null,
    confirmed_at timestamp with time zone,
    finished_at timestamp with time zone,
    -- At the confirmation: how many leads of the filter were left out, and why.
    opted_out integer not null default 0,
    unreachable integer not null default 0,
    duplicates integer not null default 0
);
create index ix_bulk_mailings_created_by on bulk_mailings (created_by);

-- Whom a mailing goes to, as it was confirmed. A row goes from waiting to released, or to skipped, once.
create table bulk_recipients (
    bulk_id uuid not null constraint fk_bulk_recipients_bulk_mailings_bulk_id references bulk_mailings (id) on delete cascade,
    position integer not null,
    lead_id uuid not null constraint fk_bulk_recipients_leads_lead_id references leads (id) on delete cascade,
    state text not null default 'waiting' constraint ck_bulk_recipients_state
        check (state in ('waiting', 'released', 'skipped')),
    constraint pk_bulk_recipients primary key (bulk_id, position)
);
create unique index ix_bulk_recipients_bulk_id_lead_id on bulk_recipients (bulk_id, lead_id);
create index ix_bulk_recipients_lead_id on bulk_recipients (lead_id);
create index ix_bulk_recipients_waiting on bulk_recipients (bulk_id, position) where state = 'waiting';

alter table emails
    add column bulk_id uuid constraint fk_emails_bulk_mailings_bulk_id references bulk_mailings (id) on delete set null;
create index ix_emails_bulk_id on emails (bulk_id, state) where bulk_id is not null;
-- How many went out within the last minute.
create index ix_emails_bulk_created_at on emails (created_at) where bulk_id is not null;
create index ix_emails_bulk_sent_at on emails (sent_at) where bulk_id is not null;
