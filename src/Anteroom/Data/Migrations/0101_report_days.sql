-- Reports over a long time: what happened on each of the firm's days, by who has the leads now, so that a year of a million leads need not
-- be read lead by lead. A job sums up days that are over; what changes about them afterwards is written down here until the day is
-- summed up again. So a day's sums and its changes are together, at any moment, what the leads say.

create table report_days (
    -- The day as instants: with another time zone the firm has other days, and these are of no use.
    begun timestamp with time zone not null,
    ended timestamp with time zone not null,
    -- Zeros for nobody, which every day has a row for: it says that the day is summed up.
    owner uuid not null,
    submitted integer not null,
    due integer not null,
    in_time integer not null,
    contacts integer not null,
    retained integer not null,
    declined integer not null,
    lost integer not null,
    -- How long the contacts took: for each step (contact_step, 0012) its number, two bytes, and how many there were, four bytes.
    times bytea not null,
    constraint pk_report_days primary key (begun, owner)
);

-- The leads that came in that day, by one thing.
create table report_parts (
    begun timestamp with time zone not null,
    owner uuid not null,
    part text not null,
    name text,
    leads integer not null,
    reached integer not null,
    retained integer not null
);
create index ix_report_parts_begun_owner on report_parts (begun, owner);

-- What was added to (1) or taken away from (-1) what happened at an instant of an earlier day.
create table report_changes (
    at timestamp with time zone not null,
    -- submitted, contact, retained, closed; many: too many leads changed at once, so that the day is to be read again.
    fact text not null,
    leads integer not null,
    assigned_to uuid,
    status text,
    source text,
    practice_area text,
    reached boolean,
    retained boolean,
    due boolean,
    in_time boolean,
    step integer
);
create index ix_report_changes_many on report_changes (at) where fact = 'many';

-- What happened with a lead, each with what reports ask about it: given its status, source, practice area, created_at, reached_out_at,
-- retained_at, closed_at.
create function report_facts(text, text, text, timestamptz, timestamptz, timestamptz, timestamptz)
    returns table (fact text, at timestamptz, status text, source text, practice_area text, reached boolean, retained boolean,
        due boolean, in_time boolean, step integer)
    language sql immutable as $$
    values
        ('submitted', $4, $1, $2, $3, $5 is not null, $6 is not null,
            $5 is not null or $7 is null or $7 - $4 > interval '5 minutes', coalesce($5 - $4 <= interval '5 minutes', false), null::integer),
        ('contact', $5, null, null, null, null::boolean, null::boolean, null::boolean, null::boolean, contact_step($5 - $4)),
        ('retained', $6, null, null, null, null, null, null, null, null),
        ('closed', $7, $1, null, null, null, null, null, null, null)
$$;

-- Nothing is written about instants of the last hour: a day is summed up two hours after its end at the earliest, when no transaction is
-- open that began more than half an hour ago. So who wrote nothing has ended by then, and the sums have it. A new lead costs one look.
create function report_changes_added() returns trigger language plpgsql as $$
declare
    past constant timestamptz := now() - interval '1 hour';
begin
    if not exists (select from added where least(created_at, reached_out_at, retained_at, closed_at) < past) then
        return null;
    end if;
    if (select count(*) from added) > 500 then
        insert into report_changes (at, fact, leads)
        select distinct date_bin('15 minutes', at, timestamptz '2000-01-01 00:00+00'), 'many', 0
        from added cross join unnest(array[created_at, reached_out_at, retained_at, closed_at]) at where at < past;
        return null;
    end if;
    insert into report_changes (at, fact, leads, assigned_to, status, source, practice_area, reached, retained, due, in_time, step)
    select facts.at, facts.fact, count(*), assigned_to, facts.status, facts.source, facts.practice_area, facts.reached, facts.retained,
        facts.due, facts.in_time, facts.step
    from added
    cross join report_facts(added.status, added.source, added.practice_area, created_at, reached_out_at, retained_at, closed_at) facts
    where deleted_at is null and facts.at < past
    group by 1, 2, 4, 5, 6, 7, 8, 9, 10, 11, 12;
    return null;
end
$$;

-- What stays the same is added and taken away, and so not written.
create function report_changes_changed() returns trigger language plpgsql as $$
declare
    past constant timestamptz := now() - interval '1 hour';
begin
    if not exists (select from added where least(created_at, reached_out_at, retained_at, closed_at) < past)
        and not exists (select from removed where least(created_at, reached_out_at, retained_at, closed_at) < past) then
        return null;
    end if;
    if (select count(*) from added) > 500 then
        insert into report_changes (at, fact, leads)
        select distinct date_bin('15 minutes', at, timestamptz '2000-01-01 00:00+00'), 'many', 0
        from (
            select created_at, reached_out_at, retained_at, closed_at from added
            union all select created_at, reached_out_at, retained_at, closed_at from removed) both_sides
        cross join unnest(array[created_at, reached_out_at, retained_at, closed_at]) at where at < past;
        return null;
    end if;
    insert into report_changes (at, fact, leads, assigned_to, status, source, practice_area, reached, retained, due, in_time, step)
    select facts.at, facts.fact, sum(one), assigned_to, facts.status, facts.source, facts.practice_area, facts.reached, facts.retained,
        facts.due, facts.in_time, facts.step
    from (
        select -1 one, status, source, practice_area, assigned_to, created_at, reached_out_at, retained_at, closed_at
        from removed where deleted_at is null
        union all
        select 1, status, source, practice_area, assigned_to, created_at, reached_out_at, retained_at, closed_at
        from added where deleted_at is null) sides
    cross join report_facts(sides.status, sides.source, sides.practice_area, created_at, reached_out_at, retained_at, closed_at) facts
    where facts.at < past
    group by 1, 2, 4, 5, 6, 7, 8, 9, 10, 11, 12 having sum(one) <> 0;
    return null;
end
$$;

create function report_changes_removed() returns trigger language plpgsql as $$
declare
    past constant timestamptz := now() - interval '1 hour';
begin
    if (select count(*) from removed) > 500 then
        insert into report_changes (at, fact, leads)
        select distinct date_bin('15 minutes', at, timestamptz '2000-01-01 00:00+00'), 'many', 0
        from removed cross join unnest(array[created_at, reached_out_at, retained_at, closed_at]) at where at < past;
        return null;
    end if;
    insert into report_changes (at, fact, leads, assigned_to, status, source, practice_area, reached, retained, due, in_time, step)
    select facts.at, facts.fact, -count(*), assigned_to, facts.status, facts.source, facts.practice_area, facts.reached, facts.retained,
        facts.due, facts.in_time, facts.step
    from removed
    cross join report_facts(removed.status, removed.source, removed.practice_area, created_at, reached_out_at, retained_at, closed_at) facts
    where deleted_at is null and facts.at < past
    group by 1, 2, 4, 5, 6, 7, 8, 9, 10, 11, 12;
    return null;
end
$$;

create function report_changes_emptied() returns trigger language plpgsql as $$
begin
    truncate report_days, report_parts, report_changes;
    return null;
end
$$;

create trigger report_changes_added after insert on leads
    referencing new table as added for each statement execute function report_changes_added();
create trigger report_changes_changed after update on leads
    referencing old table as removed new table as added for each statement execute function report_changes_changed();
create trigger report_changes_removed after delete on leads
    referencing old table as removed for each statement execute function report_changes_removed();
create trigger report_changes_emptied after truncate on leads
    for each statement execute function report_changes_emptied();
