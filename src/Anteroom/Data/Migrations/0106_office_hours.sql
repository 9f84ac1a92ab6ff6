-- The first contact is due when the firm has been open for the promised time, and the automatic welcome goes out by its hours: written
-- down when the lead comes in, so that other hours later move no lead's time. Null, as with leads from before and those that come in
-- while the firm is open: by the clock.
alter table leads add column contact_due_at timestamp with time zone, add column welcome_due_at timestamp with time zone;
create index ix_leads_contact_due_at on leads (contact_due_at) where contact_due_at is not null;

create function contact_due(created_at timestamptz, contact_due_at timestamptz) returns timestamptz language sql stable as
    'select coalesce(contact_due_at, created_at + interval ''5 minutes'')';

-- What follows are the functions of 0012 and 0101, with that instant in the place of the five minutes. Nothing that is summed up changes:
-- no lead has the column yet.
create or replace function lead_days_added() returns trigger language plpgsql as $$
begin
    insert into lead_days
    select (created_at at time zone 'UTC')::date, status, source, assigned_to, count(*), count(reached_out_at),
        count(*) filter (where reached_out_at <= contact_due(created_at, contact_due_at)),
        count(*) filter (where reached_out_at is null and closed_at <= contact_due(created_at, contact_due_at)),
        count(retained_at), false
    from added where deleted_at is null group by 1, 2, 3, 4;
    insert into contact_days
    select (created_at at time zone 'UTC')::date, contact_step(reached_out_at - created_at), count(*), false
    from added where reached_out_at is not null and deleted_at is null group by 1, 2;
    -- One at a time; whoever finds somebody at it leaves it to them.
    if random() < 0.01 and pg_try_advisory_xact_lock(hashtext('lead_days')) then
        perform sum_up_lead_days();
    end if;
    return null;
end
$$;

create or replace function lead_days_changed() returns trigger language plpgsql as $$
begin
    insert into lead_days
    select (created_at at time zone 'UTC')::date, status, source, assigned_to, sum(one), sum(reached), sum(in_time), sum(excused),
        sum(retained), false
    from (
        select created_at, status, source, assigned_to, one, case when reached_out_at is not null then one else 0 end reached,
            case when reached_out_at <= contact_due(created_at, contact_due_at) then one else 0 end in_time,
            case when reached_out_at is null and closed_at <= contact_due(created_at, contact_due_at) then one else 0 end excused,
            case when retained_at is not null then one else 0 end retained
        from (select *, -1 one from removed union all select *, 1 from added) both_sides where deleted_at is null
    ) changes
    group by 1, 2, 3, 4
    having sum(one) <> 0 or sum(reached) <> 0 or sum(in_time) <> 0 or sum(excused) <> 0 or sum(retained) <> 0;
    insert into contact_days
    select (created_at at time zone 'UTC')::date, contact_step(reached_out_at - created_at), sum(one), false
    from (
        select created_at, reached_out_at, -1 one from removed where deleted_at is null
        union all select created_at, reached_out_at, 1 from added where deleted_at is null
    ) changes
    where reached_out_at is not null group by 1, 2 having sum(one) <> 0;
    if random() < 0.01 and pg_try_advisory_xact_lock(hashtext('lead_days')) then
        perform sum_up_lead_days();
    end if;
    return null;
end
$$;

create or replace function lead_days_removed() returns trigger language plpgsql as $$
begin
    insert into lead_days
    select (created_at at time zone 'UTC')::date, status, source, assigned_to, -count(*), -count(reached_out_at),
        -count(*) filter (where reached_out_at <= contact_due(created_at, contact_due_at)),
        -count(*) filter (where reached_out_at is null and closed_at <= contact_due(created_at, contact_due_at)),
        -count(retained_at), false
    from removed where deleted_at is null group by 1, 2, 3, 4;
    insert into contact_days
    select (created_at at time zone 'UTC')::date, contact_step(reached_out_at - created_at), -count(*), false
    from removed where reached_out_at is not null and deleted_at is null group by 1, 2;
    return null;
end
$$;

-- The last is contact_due_at; the one of 0101 without it has no user any more.
create function report_facts(text, text, text, timestamptz, timestamptz, timestamptz, timestamptz, timestamptz)
    returns table (fact text, at timestamptz, status text, source text, practice_area text, reached boolean, retained boolean,
        due boolean, in_time boolean, step integer)
    language sql immutable as $$
    values
        ('submitted', $4, $1, $2, $3, $5 is not null, $6 is not null,
            $5 is not null or $7 is null or $7 > contact_due($4, $8), coalesce($5 <= contact_due($4, $8), false), null::integer),
        ('contact', $5, null, null, null, null::boolean, null::boolean, null::boolean, null::boolean, contact_step($5 - $4)),
        ('retained', $6, null, null, null, null, null, null, null, null),
        ('closed', $7, $1, null, null, null, null, null, null, null)
$$;

create or replace function report_changes_added() returns trigger language plpgsql as $$
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
    cross join report_facts(added.status, added.source, added.practice_area, created_at, reached_out_at, retained_at, closed_at, contact_due_at) facts
    where deleted_at is null and facts.at < past
    group by 1, 2, 4, 5, 6, 7, 8, 9, 10, 11, 12;
    return null;
end
$$;

create or replace function report_changes_changed() returns trigger language plpgsql as $$
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
        select -1 one, status, source, practice_area, assigned_to, created_at, reached_out_at, retained_at, closed_at, contact_due_at
        from removed where deleted_at is null
        union all
        select 1, status, source, practice_area, assigned_to, created_at, reached_out_at, retained_at, closed_at, contact_due_at
        from added where deleted_at is null) sides
    cross join report_facts(sides.status, sides.source, sides.practice_area, created_at, reached_out_at, retained_at, closed_at, contact_due_at) facts
    where facts.at < past
    group by 1, 2, 4, 5, 6, 7, 8, 9, 10, 11, 12 having sum(one) <> 0;
    return null;
end
$$;

create or replace function report_changes_removed() returns trigger language plpgsql as $$
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
    cross join report_facts(removed.status, removed.source, removed.practice_area, created_at, reached_out_at, retained_at, closed_at, contact_due_at) facts
    where deleted_at is null and facts.at < past
    group by 1, 2, 4, 5, 6, 7, 8, 9, 10, 11, 12;
    return null;
end
$$;
