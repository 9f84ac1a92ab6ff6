-- Which statuses there are, and which of them are open, is said by the program alone. A closed lead has closed_at.

alter table leads drop constraint ck_leads_status;

drop trigger attorneys_freed on leads;
create trigger attorneys_freed after update of status, assigned_to, deleted_at on leads
    for each row when (old.assigned_to is not null and (old.assigned_to is distinct from new.assigned_to
        or (old.deleted_at is null and new.deleted_at is not null)
        or (old.closed_at is null and new.closed_at is not null)))
    execute function release_waiting_leads();
