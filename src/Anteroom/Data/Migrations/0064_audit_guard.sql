-- A line of the audit log is not changed, and removed only by the job that keeps to the firm's retention, which says who it is; even that
-- removes nothing younger than 30 days. Whoever owns the table could take the guard off, but not by a slip or through a hole in a page.
create function audit_is_kept() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' and current_setting('anteroom.removes', true) = 'audit' and old.at < now() - interval '30 days' then
        return old;
    end if;
    raise exception 'The audit log is not changed (%).', lower(tg_op) using errcode = 'insufficient_privilege';
end
$$;
create trigger audit_is_kept before update or delete on audit
    for each row execute function audit_is_kept();
create trigger audit_is_not_emptied before truncate on audit
    for each statement execute function audit_is_kept();
