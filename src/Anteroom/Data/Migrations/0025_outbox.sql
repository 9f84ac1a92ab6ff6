-- What waits to leave the house has one table, whatever the channel: e-mail was the first. A claim names the node that holds it.

alter table emails rename to outbox;
alter trigger emails_of_trash on outbox rename to outbox_of_trash;
do $$
declare
    name text;
begin
    for name in select conname from pg_constraint where conrelid = 'outbox'::regclass and conname like '%emails%' loop
        execute format('alter table outbox rename constraint %I to %I', name, replace(name, 'emails', 'outbox'));
    end loop;
    for name in select relname from pg_index join pg_class on pg_class.oid = indexrelid
        where indrelid = 'outbox'::regclass and relname like '%emails%' loop
        execute format('alter index %I rename to %I', name, replace(name, 'emails', 'outbox'));
    end loop;
end
$$;

alter table outbox
    add column channel text not null default 'email',
    -- The node whose claim it is; its lock says whether it lives.
    add column claimed_by integer,
    -- Not every channel has these; e-mail does.
    alter column subject drop not null,
    alter column html drop not null,
    add constraint ck_outbox_email check (channel <> 'email' or (subject is not null and html is not null));
alter table work add column claimed_by integer;

drop index ix_outbox_next_attempt_at;
create index ix_outbox_channel_next_attempt_at on outbox (channel, next_attempt_at) where state = 'queued';
drop index ix_outbox_welcome;
create unique index ix_outbox_welcome on outbox (lead_id)
    where channel = 'email' and kind = 'welcome' and state <> 'cancelled' and came_with is null;

-- What of it is e-mail, for all that asks about e-mail.
create view emails as select * from outbox where channel = 'email';
