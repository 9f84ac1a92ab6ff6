-- The dashboard's figures: leads counted by the day they came in, so that a year of a million leads is read in a moment.

-- The sum is what there is, as with lead_counts (0002): changes are appended, in the transaction that makes them; one in a hundred sums
-- up some days. Days are UTC's; the firm's days are put together from whole ones and, at their ends, from the leads themselves.
create table lead_days (
    day date not null,
    status text not null,
    source text not null,
    assigned_to uuid,
    leads bigint not null,
    -- Of these: with a first contact; with one within the five minutes that are promised; closed within these without one.
    reached bigint not null,
    in_time bigint not null,
    excused bigint not null,
    -- Retained, whatever came later.
    retained bigint not null,
    -- One of the rows that others were summed up in.
    summed boolean not null
);
create index ix_lead_days_day on lead_days (day);
create index ix_lead_days_new on lead_days (day) where not summed;

-- How long the first contacts took, of the leads of a day, in sixteen steps for each doubling of the seconds.
create table contact_days (
    day date not null,
    step integer not null,
    leads bigint not null,
    summed boolean not null
);
create index ix_contact_days_day on contact_days (day);
create index ix_contact_days_new on contact_days (day) where not summed;

create function contact_step(taken interval) returns integer language sql immutable as
    'select floor(16 * ln(greatest(1, extract(epoch from taken)::double precision)) / ln(2::double precision))::integer';

create function sum_up_lead_days() returns void language sql as $$
    with days as materialized (select distinct day from lead_days where not summed limit 20),
    gone as (delete from lead_days where day in (select day from days)
        returning day, status, source, assigned_to, leads, reached, in_time, excused, retained)
    insert into lead_days
    select day, status, source, assigned_to, sum(leads), sum(reached), sum(in_time), sum(excused), sum(retained), true
    from gone group by day, status, source, assigned_to having sum(leads) <> 0;
    with days as materialized (select distinct day from contact_days where not summed limit 20),
    gone as (delete from contact_days where day in (select day from days) returning day, step, leads)
    insert into contact_days select day, step, sum(leads), true from gone group by day, step having sum(leads) <> 0;
$$;

create function lead_days_added() returns trigger language plpgsql as $$
begin
    insert into lead_days
    select (created_at at time zone 'UTC')::date, status, source, assigned_to, count(*), count(reached_out_at),
        count(*) filter (where reached_out_at - created_at <= interval '5 minutes'),
        count(*) filter (where reached_out_at is null and closed_at <= created_at + interval '5 minutes'),
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

create function lead_days_changed() returns trigger language plpgsql as $$
begin
    insert into lead_days
    select (created_at at time zone 'UTC')::date, status, source, assigned_to, sum(one), sum(reached), sum(in_time), sum(excused),
        sum(retained), false
    from (
        select created_at, status, source, assigned_to, one, case when reached_out_at is not null then one else 0 end reached,
            case when reached_out_at - created_at <= interval '5 minutes' then one else 0 end in_time,
            case when reached_out_at is null and closed_at <= created_at + interval '5 minutes' then one else 0 end excused,
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

create function lead_days_removed() returns trigger language plpgsql as $$
begin
    insert into lead_days
    select (created_at at time zone 'UTC')::date, status, source, assigned_to, -count(*), -count(reached_out_at),
        -count(*) filter (where reached_out_at - created_at <= interval '5 minutes'),
        -count(*) filter (where reached_out_at is null and closed_at <= created_at + interval '5 minutes'),
        -count(retained_at), false
    from removed where deleted_at is null group by 1, 2, 3, 4;
    insert into contact_days
    select (created_at at time zone 'UTC')::date, contact_step(reached_out_at - created_at), -count(*), false
    from removed where reached_out_at is not null and deleted_at is null group by 1, 2;
    return null;
end
$$;

create function lead_days_emptied() returns trigger language plpgsql as $$
begin
    truncate lead_days, contact_days;
    return null;
end
$$;

create trigger lead_days_added after insert on leads
    referencing new table as added for each statement execute function lead_days_added();
create trigger lead_days_changed after update on leads
    referencing old table as removed new table as added for each statement execute function lead_days_changed();
create trigger lead_days_removed after delete on leads
    referencing old table as removed for each statement execute function lead_days_removed();
create trigger lead_days_emptied after truncate on leads
    for each statement execute function lead_days_emptied();

insert into lead_days
select (created_at at time zone 'UTC')::date, status, source, assigned_to, count(*), count(reached_out_at),
    count(*) filter (where reached_out_at - created_at <= interval '5 minutes'),
    count(*) filter (where reached_out_at is null and closed_at <= created_at + interval '5 minutes'),
    count(retained_at), true
from leads where deleted_at is null group by 1, 2, 3, 4;
insert into contact_days
select (created_at at time zone 'UTC')::date, contact_step(reached_out_at - created_at), count(*), true
from leads where reached_out_at is not null and deleted_at is null group by 1, 2;
