-- Attorneys take leads of several practice areas, and have working hours.
alter table users
    add column practice_areas text[] not null default '{}',
    add column work_days smallint,
    add column work_from smallint,
    add column work_until smallint,
    add constraint ck_users_hours check (
        (work_days is null and work_from is null and work_until is null)
        or (work_days between 1 and 127 and work_from >= 0 and work_until <= 1440 and work_from < work_until));
update users set practice_areas = array[practice_area] where practice_area is not null;

drop trigger attorneys_came on users;
drop trigger attorneys_changed on users;
drop function release_waiting_leads(text, integer);

-- A node of the version before goes on reading and writing the one area that it knows; of several it knows none, which is any.
create function same_practice_areas() returns trigger language plpgsql as $$
begin
    if tg_op = 'UPDATE' and new.practice_areas is distinct from old.practice_areas then
        new.practice_area := case cardinality(new.practice_areas) when 1 then new.practice_areas[1] end;
    elsif tg_op = 'UPDATE' or new.practice_area is not null then
        new.practice_areas := array_remove(array[new.practice_area], null);
    else
        new.practice_area := case cardinality(new.practice_areas) when 1 then new.practice_areas[1] end;
    end if;
    return new;
end
$$;
create trigger same_practice_areas before insert or update of practice_area, practice_areas on users
    for each row execute function same_practice_areas();

create function release_waiting_leads(areas text[], room integer) returns void language plpgsql as $$
begin
    update work set next_attempt_at = created_at
    where id in (
        select work.id from work join leads on leads.id = work.subject
        where work.kind = 'assign' and work.state = 'queued' and work.attempts = 0 and work.next_attempt_at > work.created_at
            and (cardinality(areas) = 0 or leads.practice_area is null or leads.practice_area = any (areas))
        order by work.created_at limit room for update of work skip locked);
    if found then
        perform pg_notify('anteroom', 'database assign');
    end if;
end
$$;

create or replace function attorney_is_free() returns trigger language plpgsql as $$
begin
    perform release_waiting_leads(new.practice_areas, new.capacity);
    return null;
end
$$;

create or replace function attorney_has_room() returns trigger language plpgsql as $$
begin
    perform release_waiting_leads(practice_areas, 20) from users where id = old.assigned_to;
    return null;
end
$$;

create trigger attorneys_came after insert on users
    for each row when (new.role = 'attorney' and new.active and new.available) execute function attorney_is_free();
create trigger attorneys_changed after update of role, active, available, away_until, capacity, practice_area, practice_areas on users
    for each row when (new.role = 'attorney' and new.active and new.available) execute function attorney_is_free();
