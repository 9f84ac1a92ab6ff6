-- Leads that wait for an attorney are woken by who becomes free: as many as there may be room for, of those that the attorney takes,
-- oldest first. With ten thousand waiting, one closed lead no longer has all of them looked at.
drop trigger attorneys_came on users;
drop trigger attorneys_changed on users;
drop trigger attorneys_freed on leads;
drop function release_waiting_leads();

create function release_waiting_leads(area text, room integer) returns void language plpgsql as $$
begin
    update work set next_attempt_at = created_at
    where id in (
        select work.id from work join leads on leads.id = work.subject
        where work.kind = 'assign' and work.state = 'queued' and work.attempts = 0 and work.next_attempt_at > work.created_at
            and (area is null or leads.practice_area is null or leads.practice_area = area)
        order by work.created_at limit room for update of work skip locked);
    if found then
        perform pg_notify('anteroom', 'database assign');
    end if;
end
$$;

create function attorney_is_free() returns trigger language plpgsql as $$
begin
    perform release_waiting_leads(new.practice_area, new.capacity);
    return null;
end
$$;

-- Some more than the one there is room for: a lead that was erased or taken meanwhile must not leave the place empty.
create function attorney_has_room() returns trigger language plpgsql as $$
begin
    perform release_waiting_leads(practice_area, 20) from users where id = old.assigned_to;
    return null;
end
$$;

create trigger attorneys_came after insert on users
    for each row when (new.role = 'attorney' and new.active and new.available) execute function attorney_is_free();
create trigger attorneys_changed after update of role, active, available, away_until, capacity, practice_area on users
    for each row when (new.role = 'attorney' and new.active and new.available) execute function attorney_is_free();
create trigger attorneys_freed after update of status, assigned_to, deleted_at on leads
    for each row when (old.assigned_to is not null and (old.assigned_to is distinct from new.assigned_to
        or (old.deleted_at is null and new.deleted_at is not null)
        or (old.closed_at is null and new.closed_at is not null)))
    execute function attorney_has_room();
