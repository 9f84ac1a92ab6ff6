-- What changed about leads, in order, for programs that keep a copy: which lead, and whose it was before. No personal data.

-- Numbers of transactions are given in one order and become visible in another: who reads stops before the oldest transaction that is
-- still open, so nothing ever appears behind a reader. Several changes of a lead in one transaction are one row, as it was before the first.
create table lead_changes (
    transaction_id bigint not null,
    number bigint not null,
    lead_id uuid not null,
    -- Whether it was in the list before, and who had it.
    was_listed boolean not null,
    had_owner uuid,
    at timestamp with time zone not null,
    constraint pk_lead_changes primary key (transaction_id, number)
);

create function lead_changes_added() returns trigger language plpgsql as $$
begin
    insert into lead_changes
    select pg_current_xact_id()::text::bigint, number, id, false, null, clock_timestamp() from added;
    return null;
end
$$;

-- Holding a lead while its welcome is sent shows nowhere.
create function lead_changes_changed() returns trigger language plpgsql as $$
begin
    insert into lead_changes
    select pg_current_xact_id()::text::bigint, removed.number, id, removed.deleted_at is null, removed.assigned_to, clock_timestamp()
    from removed join added using (id)
    where removed.welcome_until is not distinct from added.welcome_until or removed.updated_at <> added.updated_at
        or removed.deleted_at is distinct from added.deleted_at
    on conflict do nothing;
    return null;
end
$$;

create function lead_changes_removed() returns trigger language plpgsql as $$
begin
    insert into lead_changes
    select pg_current_xact_id()::text::bigint, number, id, deleted_at is null, assigned_to, clock_timestamp() from removed
    on conflict do nothing;
    return null;
end
$$;

-- A lead shows its resume, which may go later.
create function lead_changes_resumes() returns trigger language plpgsql as $$
begin
    insert into lead_changes
    select distinct pg_current_xact_id()::text::bigint, number, leads.id, leads.deleted_at is null, assigned_to, clock_timestamp()
    from removed join added using (id) join leads on leads.id in (removed.lead_id, added.lead_id)
    where (removed.lead_id, removed.deleted_at, removed.file_name) is distinct from (added.lead_id, added.deleted_at, added.file_name)
    on conflict do nothing;
    return null;
end
$$;

-- All gone at once: every place in the feed goes with them.
create function lead_changes_emptied() returns trigger language plpgsql as $$
begin
    truncate lead_changes;
    return null;
end
$$;

create trigger lead_changes_added after insert on leads
    referencing new table as added for each statement execute function lead_changes_added();
create trigger lead_changes_changed after update on leads
    referencing old table as removed new table as added for each statement execute function lead_changes_changed();
create trigger lead_changes_removed after delete on leads
    referencing old table as removed for each statement execute function lead_changes_removed();
create trigger lead_changes_emptied after truncate on leads
    for each statement execute function lead_changes_emptied();
create trigger lead_changes_resumes after update on resumes
    referencing old table as removed new table as added for each statement execute function lead_changes_resumes();

-- The place before everything.
insert into lead_changes values (0, 0, '00000000-0000-0000-0000-000000000000', false, null, clock_timestamp());
