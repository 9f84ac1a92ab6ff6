-- What reports count: when leads were retained and closed, when e-mails were given up; and which reports have been written.

alter table leads
    -- When the firm took the prospect on; kept when it ends later, gone when the lead is reopened.
    add column retained_at timestamp with time zone,
    -- When the lead was retained, declined or lost, the last of it; gone when it is reopened.
    add column closed_at timestamp with time zone;

-- What the timelines tell of leads that are closed already.
alter table leads disable trigger leads_changed; -- neither status nor owner nor name changes
update leads set
    retained_at = case when status = 'retained' then coalesce(told.retained, leads.updated_at)
        when told.retained > coalesce(told.reopened, '-infinity') then told.retained end,
    closed_at = coalesce(told.closed, leads.updated_at)
from (select id from leads where status in ('retained', 'declined', 'lost')) closed
left join lateral (
    select max(at) filter (where summary like '% to Retained') retained,
        max(at) filter (where summary like '% to Registered') reopened,
        max(at) filter (where summary like any ('{% to Retained,% to Declined,% to Lost}')) closed
    from activities where lead_id = closed.id and kind = 'status_changed'
) told on true
where leads.id = closed.id;
alter table leads enable trigger leads_changed;

create index ix_leads_reached_out_at on leads (reached_out_at) where reached_out_at is not null;
create index ix_leads_retained_at on leads (retained_at) where retained_at is not null;
create index ix_leads_closed_at on leads (closed_at) where closed_at is not null;
-- Who has been waiting longest.
create index ix_leads_waiting on leads (created_at) where status = 'registered';

alter table emails add column failed_at timestamp with time zone;
-- The last try was not before this.
update emails set failed_at = greatest(created_at, next_attempt_at) where state = 'failed';
create index ix_emails_failed_at on emails (failed_at) where state = 'failed';

alter table users add column gets_reports boolean not null default true;

-- A row for each person and period for which a report was written, or found to have nothing to say.
create table report_runs (
    kind text not null,
    period_start date not null,
    user_id uuid not null constraint fk_report_runs_users_user_id references users (id) on delete cascade,
    -- The e-mail; null when there was nothing to say.
    email_id uuid,
    at timestamp with time zone not null,
    constraint pk_report_runs primary key (kind, period_start, user_id)
);
create index ix_report_runs_user_id on report_runs (user_id);
