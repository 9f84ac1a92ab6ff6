-- Work that happens without anyone asking: waiting work as rows, who takes a lead, the welcome e-mail.

create table work (
    id uuid not null constraint pk_work primary key,
    kind text not null,
    -- What it is about, a lead for example. The same work is done once for each.
    subject uuid not null,
    state text not null default 'queued' constraint ck_work_state
        check (state in ('queued', 'working', 'done', 'failed', 'cancelled')),
    attempts integer not null default 0,
    next_attempt_at timestamp with time zone not null,
    last_error text,
    created_at timestamp with time zone not null,
    finished_at timestamp with time zone,
    claim uuid,
    leased_until timestamp with time zone
);
create unique index ix_work_kind_subject on work (kind, subject);
create index ix_work_subject on work (subject);
-- The worker's two questions: what is due, and whose worker has died.
create index ix_work_kind_next_attempt_at on work (kind, next_attempt_at) where state = 'queued';
create index ix_work_leased_until on work (leased_until) where state = 'working';
create index ix_work_failed on work (kind, id) where state = 'failed';
create index ix_work_finished_at on work (finished_at) where state in ('done', 'cancelled');

-- What is the matter at the moment, so that people are told once and not each time it is noticed.
create table conditions (
    name text not null constraint pk_conditions primary key,
    since timestamp with time zone not null
);

alter table leads
    -- An e-mail to the prospect was refused: somebody has to call.
    add column needs_call boolean not null default false,
    -- The welcome e-mail is on its way to the mail server, until then at the latest; nobody else reaches out meanwhile.
    add column welcome_until timestamp with time zone;
create index ix_leads_untouched on leads (assigned_to, assigned_at) where status = 'registered';

alter table emails
    add column from_name character varying(201),
    -- Whose name it goes out in.
    add column on_behalf_of uuid constraint fk_emails_users_on_behalf_of references users (id) on delete set null,
    drop constraint ck_emails_state,
    add constraint ck_emails_state check (state in ('queued', 'sending', 'sent', 'failed', 'cancelled'));
create index ix_emails_on_behalf_of on emails (on_behalf_of) where on_behalf_of is not null;
-- One welcome for each lead, whatever happens. What was cancelled never went out.
create unique index ix_emails_welcome on emails (lead_id) where kind = 'welcome' and state <> 'cancelled';
create index ix_emails_failed_kind on emails (kind, id) where state = 'failed';

-- Leads that wait because nobody was available are tried again as soon as that may be different, whoever changes it and how.
create function release_waiting_leads() returns trigger language plpgsql as $$
begin
    update work set next_attempt_at = created_at
    where id in (
        select id from work where kind = 'assign' and state = 'queued' and attempts = 0 and next_attempt_at > created_at
        order by created_at for update skip locked);
    if found then
        perform pg_notify('anteroom', 'database assign');
    end if;
    return null;
end
$$;

create trigger attorneys_came after insert on users
    for each row when (new.role = 'attorney' and new.active and new.available) execute function release_waiting_leads();
create trigger attorneys_changed after update of role, active, available, away_until, capacity, practice_area on users
    for each row when (new.role = 'attorney' and new.active and new.available) execute function release_waiting_leads();
create trigger attorneys_freed after update of status, assigned_to on leads
    for each row when (old.assigned_to is not null and (old.assigned_to is distinct from new.assigned_to
        or (old.status in ('registered', 'reached_out', 'consultation') and new.status in ('retained', 'declined', 'lost'))))
    execute function release_waiting_leads();
